"""Threads from text: numbering, paragraphs, several threads in a file."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from threadqa.posts import Completeness, Thread
from threadqa.sources.decoding import Encoding
from threadqa.sources.furniture import Kind, classify
from threadqa.sources.identity import stable_id
from threadqa.sources.thread_text import MAX_POSTS, read_thread_text

# Of a thread: the text of its posts, their positions, the declared length.
Shape = tuple[list[str], list[int | None], int | None]
Read = Callable[[str], list[Thread]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read_text(text: str) -> list[Thread]:
        path = tmp_path / "a.txt"
        path.write_text(text, encoding="utf-8")
        return list(read_thread_text(path, Encoding.UTF_8, "a.txt"))

    return read_text


def shapes(threads: Sequence[Thread]) -> list[Shape]:
    return [
        ([p.text for p in t.posts], [p.position for p in t.posts], t.declared_length)
        for t in threads
    ]


def unnumbered(*texts: str) -> Shape:
    return list(texts), [None] * len(texts), None


@pytest.mark.parametrize(
    ("one", "two", "declared"),
    [
        ("1/2 One", "2/2 Two", 2),
        ("1/3 One", "2/3 Two", 3),
        ("1/2 🧵 One", "2/2 Two", 2),
        ("🧵1/2 One", "2/2 👇 Two", 2),
        ("(1/2) One", "(2/2) Two", 2),
        ("[1/2] One", "[2/2] Two", 2),
        ("1/2: one", "2/2: two", 2),
        ("1/ One", "2/ Two", None),
        ("1/n One", "2/n Two", None),
        ("1/2 One", "2/ Two", 2),
        ("1. One", "2. Two", None),
        ("1) One", "2) Two", None),
        ("(1) One", "(2) Two", None),
        ("One 1/2", "Two 2/2", 2),
        ("One (1/2)", "Two (2/2)", 2),
        ("One 🧵 1/2", "Two 2/2 👇", 2),
        ("One 1/", "Two 2/", None),
        ("One 1.", "Two 2.", None),
        ("One 1)", "Two 2)", None),
        ("One (1)", "Two (2)", None),
        ("1/2\nOne", "2/2\nTwo", 2),
        ("(1/2)\nOne", "(2/2)\nTwo", 2),
        ("1/\nOne", "2/\nTwo", None),
        ("1.\nOne", "2.\nTwo", None),
        ("One\n1/2", "Two\n2/2", 2),
        ("One\nand on\n(1/2)", "Two\n(2/2)", 2),
        ("1/2 One\n\nand on", "2/2 Two", 2),
        ("One\n\nand on 1/2", "Two\n\nand on 2/2", 2),
    ],
)
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_a_numbered_thread_is_read_in_every_style(
    read: Read, one: str, two: str, declared: int | None, between: str
) -> None:
    assert shapes(read(one + between + two + "\n")) == [([one, two], [1, 2], declared)]


@pytest.mark.parametrize(
    ("text", "threads"),
    [
        # Another total, a position not after the last, the same thread twice.
        ("1/6 a\n2/6 b\n1/9 c\n2/9 d",
         [(["1/6 a", "2/6 b"], [1, 2], 6), (["1/9 c", "2/9 d"], [1, 2], 9)]),
        ("1/3 a\n3/3 b\n1/3 c\n2/3 d",
         [(["1/3 a", "3/3 b"], [1, 3], 3), (["1/3 c", "2/3 d"], [1, 2], 3)]),
        ("1/ a\n2/ b\n1/ c\n2/ d",
         [(["1/ a", "2/ b"], [1, 2], None), (["1/ c", "2/ d"], [1, 2], None)]),
        ("5/8 a\n7/8 b\n4/9 c\n5/9 d",
         [(["5/8 a", "7/8 b"], [5, 7], 8), (["4/9 c", "5/9 d"], [4, 5], 9)]),
        ("1. a\n2. b\n1. c\n2. d",
         [(["1. a", "2. b"], [1, 2], None), (["1. c", "2. d"], [1, 2], None)]),
        # Numbers at the end, then at the beginning.
        ("a (1/2)\nb (2/2)\n1/2 c\n2/2 d",
         [(["a (1/2)", "b (2/2)"], [1, 2], 2), (["1/2 c", "2/2 d"], [1, 2], 2)]),
        ("1/2 a\n2/2 b\nc 1/2\nd 2/2",
         [(["1/2 a", "2/2 b"], [1, 2], 2), (["c 1/2", "d 2/2"], [1, 2], 2)]),
    ],
)  # fmt: skip
def test_numbering_that_starts_anew_begins_a_new_thread(
    read: Read, text: str, threads: list[Shape]
) -> None:
    assert shapes(read(text)) == threads


@pytest.mark.parametrize(
    "text",
    [
        "24/7 care is here", "1/3 of patients wait", "1/3 patients wait", "2/3 majority needed",
        "(2020) was long", "3/6/2021 was a Thursday", "1.5 million wait", "We scored it 9/10",
        "Open 24/7", "As noted (1)", "It ends 2.", "2. A second point", "1. A point",
        "9/11 changed everything", "[1/6 half open", "on 3/6/2021", "Loved the film. 9/10",
    ],
)  # fmt: skip
def test_a_number_that_only_looks_like_a_place_is_part_of_an_unnumbered_post(
    read: Read, text: str
) -> None:
    assert shapes(read(f"Before it\n{text}\nAfter it")) == [
        unnumbered("Before it", text, "After it")
    ]


@pytest.mark.parametrize(
    "inner",
    ["9/11 Commission", "2/3 majority", "24/7", "1/3 of them", "1. item\n2. item\n3. item",
     "(1) item\n(2) item", "as noted (1)\nand noted (2)", "rated 9/10", "on 3/6/2021",
     "a fraction 1/2", "1) x\n\n2) y"],
)  # fmt: skip
def test_numbers_within_a_strongly_numbered_post_are_part_of_it(read: Read, inner: str) -> None:
    first, second, third = "1/12 One", f"2/12 Two:\n{inner}", "3/12 Three"
    assert shapes(read(f"{first}\n{second}\n{third}")) == [([first, second, third], [1, 2, 3], 12)]


@pytest.mark.parametrize(
    "lone",
    ["1/7 Here is a thread", "1/7 here is a thread", "3/12 Third of twelve", "(3/12) third",
     "Here is a thread (1/7)", "Here is a thread. 1/7", "Some words. (3/12)", "Here it is 🧵 1/7"],
)  # fmt: skip
def test_a_lone_strong_marker_is_numbering_where_nothing_speaks_against_it(
    read: Read, lone: str
) -> None:
    thread = read(lone)[0]
    assert [post.text for post in thread.posts] == [lone]
    assert thread.summary.completeness is Completeness.PARTIAL


def test_a_lone_number_below_its_post_ends_it(read: Read) -> None:
    assert shapes(read("Words\nand more.\n(1/7)")) == [(["Words\nand more.\n(1/7)"], [1], 7)]


def test_a_list_below_a_colon_stays_in_its_unnumbered_thread(read: Read) -> None:
    text = "Three things are missing:\n1. money\n2. staff\n3. time\nThat is all"
    assert shapes(read(text)) == [unnumbered(*text.split("\n"))]


def test_a_list_within_a_paragraph_stays_in_it(read: Read) -> None:
    assert shapes(read("Missing are\n1. money\n2. staff\n\nThat is all")) == [
        unnumbered("Missing are\n1. money\n2. staff", "That is all")
    ]


def test_weak_numbers_are_a_thread_even_with_gaps_but_not_with_leaps(read: Read) -> None:
    assert shapes(read("a (1)\nb (2)\nc (5)\nd (2020)")) == [
        (["a (1)", "b (2)", "c (5)"], [1, 2, 5], None),
        unnumbered("d (2020)"),
    ]
    assert shapes(read("a (1)\nb (3)")) == [unnumbered("a (1)", "b (3)")]


def test_unnumbered_lines_above_a_thread_numbered_at_the_end_are_not_of_it(read: Read) -> None:
    assert shapes(read("x\ny\na (1)\nb (2)\nz")) == [
        unnumbered("x", "y"), (["a (1)", "b (2)"], [1, 2], None), unnumbered("z")
    ]  # fmt: skip
    assert shapes(read("x\n\na\nb (1)\n\nc\nd (2)")) == [
        unnumbered("x"), (["a\nb (1)", "c\nd (2)"], [1, 2], None)
    ]  # fmt: skip


def test_unnumbered_text_above_a_numbered_thread_is_not_of_it(read: Read) -> None:
    assert shapes(read("x\n\n1/2 a\n\n2/2 b")) == [
        unnumbered("x"), (["1/2 a", "2/2 b"], [1, 2], 2)
    ]  # fmt: skip


def test_what_follows_a_finished_thread_of_single_lines_is_not_of_it(read: Read) -> None:
    assert shapes(read("1/3 a\n2/3 b\n3/3 c\nx\ny")) == [
        (["1/3 a", "2/3 b", "3/3 c"], [1, 2, 3], 3), unnumbered("x", "y")
    ]  # fmt: skip
    # One line may be a source or a picture's caption; an unfinished thread may have it all.
    assert shapes(read("1/3 a\n2/3 b\n3/3 c\nx")) == [
        (["1/3 a", "2/3 b", "3/3 c\nx"], [1, 2, 3], 3)
    ]
    assert shapes(read("1/4 a\n2/4 b\n3/4 c\nx\ny")) == [
        (["1/4 a", "2/4 b", "3/4 c\nx\ny"], [1, 2, 3], 4)
    ]
    assert shapes(read("1/3 a\nw\n2/3 b\n3/3 c\nx\ny")) == [
        (["1/3 a\nw", "2/3 b", "3/3 c\nx\ny"], [1, 2, 3], 3)
    ]


def test_without_blank_lines_an_unnumbered_post_is_a_line(read: Read) -> None:
    assert shapes(read("\na\nb\nc\n\n")) == [unnumbered("a", "b", "c")]


def test_with_blank_lines_an_unnumbered_post_is_a_paragraph(read: Read) -> None:
    assert shapes(read("a\nb\n\nc\n \nd")) == [unnumbered("a\nb", "c", "d")]


def test_markdown_hard_breaks_stay_inside_a_post(read: Read) -> None:
    assert shapes(read("a  \nb  \n  \nc\n\nd")) == [unnumbered("a  \nb  \n  \nc", "d")]
    assert shapes(read("a  \n  \nb\nc")) == [unnumbered("a  \n  \nb", "c")]
    assert shapes(read("a\n  \nb  \n\nc")) == [unnumbered("a", "b  ", "c")]


def test_an_image_between_lines_parts_them_and_within_a_numbered_post_stays(read: Read) -> None:
    assert shapes(read("a\nImage\nb\n![x](y)\n\nc")) == [unnumbered("a", "b", "c")]
    assert shapes(read("1/2 a\nImage\nb\nImage Image\n2/2 c\nImage")) == [
        (["1/2 a\nImage\nb", "2/2 c"], [1, 2], 2)
    ]


def test_ids_titles_and_locators_say_which_post_is_where(read: Read) -> None:
    threads = read(
        "1/2 Hello @jane\nsee e.org/x #NHS\n2/2 b\n\n• • •\n\n1/2 Hello @jane\n• • •\nc\n"
    )
    again = "Hello @jane"
    first = stable_id("a.txt", "Hello @jane see e.org/x #NHS", "1")
    assert [(t.id, t.title) for t in threads] == [
        (first, "Hello @jane see e.org/x #NHS"),
        (stable_id("a.txt", again, "1"), again),
        (stable_id("a.txt", "c", "1"), "c"),
    ]
    post = threads[0].posts[0]
    assert (post.id, post.source, post.first_line, post.last_line) == (f"{first}-1", "a.txt", 1, 2)
    assert (post.mentions, post.links, post.hashtags) == (("jane",), ("e.org/x",), ("NHS",))
    assert [(p.first_line, p.last_line) for t in threads for p in t.posts] == [
        (1, 2), (3, 3), (7, 7), (9, 9)
    ]  # fmt: skip


def test_threads_with_the_same_title_have_different_ids(read: Read) -> None:
    threads = read("1/6 a\n1/6 a\n1/6 a")
    assert [thread.id for thread in threads] == [
        stable_id("a.txt", "a", number) for number in "123"
    ]


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            ["1/6 a", "2/6 b", "3/", "1/", "(1/2)", "(2/2)", "text (1)", "more (2)", "1. x", "2. y",
             "3) z", "• • •", "Missing some Tweet in this thread? You can try to",
             "force a refresh", "", "  ", "words  ", "a list:", "Image", "Share", "@abc",
             "Source: http://a.b/c", "9/11 changed", "Follow us!", "end 1/3", "rated 9/10",
             "1/6\u2028x", "\x0c", "***", "🧵", "👇 1/2", "…"]
        ),
        st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=12),
    ),
    max_size=16,
)  # fmt: skip


@given(lines=LINES)
@settings(max_examples=400)
def test_every_line_of_text_is_in_exactly_one_post(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    path = tmp_path_factory.mktemp("lines") / "a.txt"
    path.write_text("\n".join(lines), encoding="utf-8", newline="")
    threads = list(read_thread_text(path, Encoding.UTF_8, "a.txt"))
    posts = [post for thread in threads for post in thread.posts]
    covered = [n for post in posts for n in range(post.first_line, post.last_line + 1)]
    assert covered == sorted(set(covered))
    # These kinds mean something around posts only; no page is begun or ended here but by bullets.
    as_text = {Kind.TEXT, Kind.HANDLE, Kind.CLOSING}
    texts = {n for n, line in enumerate(lines, start=1) if classify(line) in as_text}
    in_headers = {n for n, line in enumerate(lines, start=1) if classify(line) is Kind.ORIGIN}
    closings = {n for n, line in enumerate(lines, start=1) if classify(line) is Kind.CLOSING}
    assert texts - closings <= set(covered)
    assert set(covered) - texts <= in_headers | {
        n
        for n, line in enumerate(lines, start=1)
        if classify(line) in {Kind.BLANK, Kind.DECORATION}
    }
    for post in posts:
        assert "\n".join(lines[post.first_line - 1 : post.last_line]) == post.text
    ids = [post.id for post in posts]
    assert len(ids) == len(set(ids))


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_read_without_a_crash(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("any") / "a.txt"
    path.write_text(text, encoding="utf-8", newline="")
    lines = path.read_text(encoding="utf-8").split("\n")
    for thread in read_thread_text(path, Encoding.UTF_8, "a.txt"):
        for post in thread.posts:
            assert "\n".join(lines[post.first_line - 1 : post.last_line]) == post.text


WORDS = "the report on hospital care says that waiting lists have grown again this year, and"


def test_a_long_file_is_read_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("w", encoding="utf-8") as stream:
        for number in range(800):
            stream.writelines(f"{i}/12 {number}: {WORDS * 20}\n" for i in range(1, 13))
    assert path.stat().st_size > 16_000_000  # bytes
    tracemalloc.start()
    threads = posts = 0
    for thread in read_thread_text(path, Encoding.UTF_8, "a.txt"):
        assert (len(thread.posts), thread.declared_length) == (12, 12)
        threads, posts = threads + 1, posts + len(thread.posts)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (threads, posts) == (800, 9600)
    assert peak < 16_000_000


def test_a_thread_of_too_many_posts_is_cut_and_goes_on(read: Read) -> None:
    count = 21_000
    for text in ("words {0}\n", "words\n{0} more\n\n"):
        lines = "".join(text.format(i) for i in range(1, count + 1))
        threads = read(lines)
        assert max(len(thread.posts) for thread in threads) <= MAX_POSTS
        assert sum(len(thread.posts) for thread in threads) == count
        assert len({post.id for thread in threads for post in thread.posts}) == count
        posts = "\n".join(post.text for thread in threads for post in thread.posts)
        assert posts.split() == lines.split()


def test_a_post_without_end_is_cut(read: Read) -> None:
    threads = read("1/2 One\n" + f"{WORDS}\n" * 30_000)
    assert [(len(t.posts), t.posts[0].first_line, t.posts[-1].last_line) for t in threads] == [
        (1, 1, 20_000), (10_000, 20_001, 30_000), (1, 30_001, 30_001)
    ]  # fmt: skip


def test_many_blank_lines_are_nothing(read: Read) -> None:
    assert read("\n" * 50_000) == []
    assert shapes(read("a" + "\n" * 50_000 + "b")) == [unnumbered("a"), unnumbered("b")]
