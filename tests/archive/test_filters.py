"""Each filter with hand-made posts, and all of them against a naive Python filter."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from threadqa.archive import Archive, PostFilter
from threadqa.posts import Post, Thread

from .samples import keys, of_posts, record

AT = datetime(2024, 3, 1, 12, tzinfo=UTC)


def post(id_: str, source: str = "news/2024_a.txt", **fields: object) -> Post:
    base = Post(id=id_, text=id_, source=source, first_line=1, last_line=1)
    values = {name: getattr(base, name) for name in Post.__dataclass_fields__}
    return Post(**{**values, **fields})


ONE = of_posts(
    "thread-one",
    post("own", author="Ada", mentions=("Bob",), created_at=AT),
    post("inherits", links=("https://Example.org/100%_of",), created_at=AT.replace(tzinfo=None)),
    post("undated", author="@Zoë", hashtags=("ICS",), mentions=("@ada",)),
    title="What is missing: ICS reforms",
    author="Eve",
)
TWO = of_posts(
    "thread-two",
    post("later", "B.csv", created_at=AT + timedelta(seconds=1), links=("http://x.org/100",)),
    post(
        "east",
        "B.csv",
        author="ada",
        hashtags=("ics", "x"),
        created_at=datetime(2024, 3, 1, 12, tzinfo=timezone(timedelta(hours=5))),
    ),
    title="Other 100%",
)
ALL = (*ONE.posts, *TWO.posts)


def fill(archive: Archive) -> None:
    with archive.transaction():
        archive.replace_source(record("news/2024_a.txt"), [ONE], keys)
        archive.replace_source(record("B.csv"), [TWO], keys)


def found(archive: Archive, post_filter: PostFilter) -> list[str]:
    rows = archive.rows_matching(post_filter).tolist()
    assert rows == sorted(rows)
    return [post.id for post, _ in archive.posts(rows).values()]


@pytest.mark.parametrize(
    ("post_filter", "expected"),
    [
        (PostFilter(), ["own", "inherits", "undated", "later", "east"]),
        (PostFilter(authors=("ADA",)), ["own", "east"]),
        (PostFilter(authors=("@ada",)), ["own", "east"]),
        (PostFilter(authors=("eve",)), ["inherits"]),
        (PostFilter(authors=("ZOË", "eve")), ["inherits", "undated"]),
        (PostFilter(authors=("ad",)), []),
        (PostFilter(authors=("%",)), []),
        (PostFilter(mentions=("@BOB",)), ["own"]),
        (PostFilter(mentions=("bob", "ada")), ["own", "undated"]),
        (PostFilter(hashtags=("#ics",)), ["undated", "east"]),
        (PostFilter(hashtags=("X",)), ["east"]),
        (PostFilter(links=("example.ORG",)), ["inherits"]),
        (PostFilter(links=("100",)), ["inherits", "later"]),
        (PostFilter(links=("100%_",)), ["inherits"]),
        (PostFilter(links=("1__",)), []),
        (PostFilter(threads=("thread-two",)), ["later", "east"]),
        (PostFilter(threads=("thre",)), ["own", "inherits", "undated", "later", "east"]),
        (PostFilter(threads=("reforms MISSING",)), ["own", "inherits", "undated"]),
        (PostFilter(threads=("missing", "100%")), ["own", "inherits", "undated", "later", "east"]),
        (PostFilter(threads=(" ",)), []),
        (PostFilter(sources=("b.CSV",)), ["later", "east"]),
        (PostFilter(sources=("2024_",)), ["own", "inherits", "undated"]),
        (PostFilter(sources=("_4",)), []),
        (PostFilter(since=AT), ["own", "inherits", "later"]),
        (PostFilter(since=AT.replace(tzinfo=None)), ["own", "inherits", "later"]),
        (PostFilter(until=AT), ["east"]),
        (PostFilter(until=AT + timedelta(seconds=1)), ["own", "inherits", "east"]),
        (PostFilter(since=AT, until=AT + timedelta(microseconds=1)), ["own", "inherits"]),
        (PostFilter(authors=("ada",), mentions=("bob",)), ["own"]),
        (PostFilter(authors=("ada",), sources=("csv",), until=AT), ["east"]),
        (PostFilter(authors=("ada",), threads=("missing",), links=("org",)), []),
        (PostFilter(authors=("' OR 1 --",), links=("'); DROP TABLE posts; --",)), []),
    ],
)
def test_a_filter_lets_through_what_it_says(
    archive: Archive, post_filter: PostFilter, expected: list[str]
) -> None:
    fill(archive)
    assert found(archive, post_filter) == expected


def test_only_a_filter_without_values_is_empty() -> None:
    assert PostFilter().is_empty
    assert not PostFilter(until=AT).is_empty
    assert not PostFilter(authors=("x",)).is_empty


def naive(post_filter: PostFilter, post: Post, thread: Thread) -> bool:
    def bare(text: str) -> str:
        return text.lower().lstrip("@#")

    def utc(moment: datetime) -> datetime:
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    author = post.author or thread.author
    created = None if post.created_at is None else utc(post.created_at)
    conditions = [
        not post_filter.authors
        or (author is not None and bare(author) in map(bare, post_filter.authors)),
        not post_filter.mentions
        or bool(set(map(bare, post.mentions)) & set(map(bare, post_filter.mentions))),
        not post_filter.hashtags
        or bool(set(map(bare, post.hashtags)) & set(map(bare, post_filter.hashtags))),
        not post_filter.links
        or any(part.lower() in link.lower() for part in post_filter.links for link in post.links),
        not post_filter.sources
        or any(part.lower() in post.source.lower() for part in post_filter.sources),
        post_filter.since is None or (created is not None and created >= utc(post_filter.since)),
        post_filter.until is None or (created is not None and created < utc(post_filter.until)),
    ]
    return all(conditions)


moments = st.none() | st.sampled_from(
    [AT + timedelta(hours=hours) for hours in (-6, -5, -1, 0, 1)] + [AT.replace(tzinfo=None)]
)


def values(*some: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(some), max_size=2).map(tuple)


filters = st.builds(
    PostFilter,
    authors=values("ada", "@EVE", "zoë", "nobody"),
    mentions=values("Bob", "@ADA", "eve"),
    hashtags=values("ics", "#X"),
    links=values("100%", "_", "HTTPS", "x.org"),
    sources=values("2024_", ".CSV", "%"),
    since=moments,
    until=moments,
)


@settings(max_examples=60)
@given(st.lists(filters, min_size=5, max_size=10))
def test_filters_agree_with_a_naive_one(all_filters: list[PostFilter]) -> None:
    with tempfile.TemporaryDirectory() as folder, Archive.open_for_writing(Path(folder)) as archive:
        fill(archive)
        for post_filter in all_filters:
            expected = [
                post.id
                for thread in (ONE, TWO)
                for post in thread.posts
                if naive(post_filter, post, thread)
            ]
            assert found(archive, post_filter) == expected
