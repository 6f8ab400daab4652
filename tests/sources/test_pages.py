"""Threads from pages: what stands around posts, and what it says of them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from threadqa.posts import Completeness, Thread
from threadqa.sources.decoding import Encoding
from threadqa.sources.furniture import Kind, classify
from threadqa.sources.registry import discover, inspect, read_threads
from threadqa.sources.thread_text import read_thread_text

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "threads"
SHARED = ROOT.parent / "shared"

BYLINE = "Thread by @jane on Thread Reader App"
FACTS = "10 Feb 2022 • 3 tweets • 1 min read"
END = "• • •\nMissing some Tweet in this thread? You can try to\nforce a refresh"


def read(folder: Path, text: str) -> list[Thread]:
    path = folder / "a.txt"
    path.write_text(text, encoding="utf-8")
    return list(read_thread_text(path, Encoding.UTF_8, "a.txt"))


def texts(threads: list[Thread]) -> list[list[str]]:
    return [[post.text for post in thread.posts] for thread in threads]


def read_file(path: Path) -> list[Thread]:
    file = discover([path]).files[0]
    return list(read_threads(file, inspect(file, max_bytes=1_000_000)))


def facts(threads: list[Thread]) -> list[tuple[int, int | None, str]]:
    return [
        (len(thread.posts), thread.declared_length, thread.summary.completeness.value)
        for thread in threads
    ]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("• • •", Kind.END),
        ("•••", Kind.END),
        ("Missing some Tweet in this thread? You can try to", Kind.END),
        ("Missing some Tweet in this thread? You can try to [force a refresh](https://e.org#)",
         Kind.END),
        ("force a refresh ", Kind.END),
        ("**Keep Current with [Jane Doe](https://e.org/user/jane)**", Kind.FOOT),
        ("Keep Current with", Kind.FOOT),
        ("Stay in touch and get notified when new unrolls are available from this author!",
         Kind.FOOT),
        ("**This Thread may be Removed Anytime!**", Kind.FOOT),
        ("Twitter may remove this content at anytime! Save it as PDF for later use!", Kind.FOOT),
        ("Try unrolling a thread yourself!", Kind.FOOT),
        ("Follow @ThreadReaderApp to mention us!", Kind.FOOT),
        ("From a Twitter thread mention us with a keyword “unroll”", Kind.FOOT),
        ("Practice here first or read more on our help page !", Kind.FOOT),
        ("@threadreaderapp unroll", Kind.DECORATION),
        ("## More from @jane", Kind.TEASERS),
        ("Did Thread Reader help you today?", Kind.CLOSING),
        ("Thread by @jane on Thread Reader App – Thread Reader App", Kind.BYLINE),
        ('Thread by @jane: "Some words..."', Kind.BYLINE),
        ("Thread by @jane", Kind.BYLINE),
        ("8 tweets, 3 min read", Kind.FACTS),
        ("10 tweets • 8 min read •", Kind.FACTS),
        ("Jun 22 • 10 tweets • 8 min read", Kind.FACTS),
        ("@jane", Kind.HANDLE),
        ("Source: https://e.org/1", Kind.ORIGIN),
        ("## Enter URL or ID to Unroll", Kind.DECORATION),
        ("![Image](https://e.org/a.jpg) ![Image](https://e.org/b.jpg)", Kind.DECORATION),
        ("[![PDF](https://e.org/a.png)](https://e.org/a.pdf)", Kind.DECORATION),
        ("Image Image", Kind.DECORATION),
        ("Jane Doe Profile picture", Kind.DECORATION),
        ('Add to "My Authors"', Kind.DECORATION),
        ("\u00d7 ", Kind.DECORATION),
        ("---", Kind.DECORATION),
        ("* * *", Kind.DECORATION),
        ('twitter-profile#error" >', Kind.DECORATION),
        ('data-category="x" data-action="y">', Kind.DECORATION),
        ('thread#showTweet" data-screenname="jane" data-tweet="12" dir="auto">', Kind.TAG),
        ("  ", Kind.BLANK),
        ("I always share this page with friends", Kind.TEXT),
        ("Subscribe to our letter", Kind.TEXT),
        ("Missing some Tweet in this thread? You can try to count them.", Kind.TEXT),
        ("Keep Current with the news. It helps.", Kind.TEXT),
        ("More from @jane on this tomorrow", Kind.TEXT),
        ("Thread by @jane is well worth a read", Kind.TEXT),
        ("We had 10 tweets and 8 min read", Kind.TEXT),
        ("The image is here", Kind.TEXT),
        ("Image " * 40, Kind.TEXT),
        ("![Image](https://e.org/a.jpg) says it", Kind.TEXT),
        ("**", Kind.TEXT),
        ("Twitter may remove this content at anytime" + " " + "[x](y) and more words " * 20,
         Kind.TEXT),
    ],
)  # fmt: skip
def test_a_line_is_recognised_as_a_whole(line: str, kind: Kind) -> None:
    assert classify(line) is kind


def test_a_header_gives_author_date_and_length(tmp_path: Path) -> None:
    text = (
        f"{BYLINE}\nJane Doe\nSubscribe\n@jane\n{FACTS}\nRead on X\n\nOne\n\nTwo\n\nThree\n{END}\n"
    )
    thread = read(tmp_path, text)[0]
    assert [post.text for post in thread.posts] == ["One", "Two", "Three"]
    assert (thread.author, thread.declared_length) == ("jane", 3)
    assert thread.summary.completeness is Completeness.COMPLETE
    assert {post.author for post in thread.posts} == {"jane"}
    assert {post.created_at for post in thread.posts} == {datetime(2022, 2, 10)}


@pytest.mark.parametrize(
    ("posts", "declared"),
    [
        ("One\n\nTwo", 3),
        # More posts than the header knows of: paragraphs are not posts here.
        ("One\n\nTwo\n\nThree\n\nFour", None),
        ("1/ One\n2/ Two", 3),
        ("1/ One\n2/ Two\n4/ Four", None),
        ("1/9 One\n2/9 Two", 9),
    ],
)
def test_a_headers_length_holds_where_posts_do_not_speak_against_it(
    tmp_path: Path, posts: str, declared: int | None
) -> None:
    threads = read(tmp_path, f"{BYLINE}\n{FACTS}\n{posts}\n")
    assert [thread.declared_length for thread in threads] == [declared]


def test_a_header_speaks_of_the_thread_below_it_only(tmp_path: Path) -> None:
    threads = read(tmp_path, f"{BYLINE}\n{FACTS}\n1/ a\n2/ b\n1/ c\n{END}\nd\ne\n")
    assert texts(threads) == [["1/ a", "2/ b"], ["1/ c"], ["d", "e"]]
    assert [t.declared_length for t in threads] == [3, 1, None]
    assert [t.author for t in threads] == ["jane", "jane", None]
    assert [t.posts[0].created_at for t in threads] == [datetime(2022, 2, 10)] * 2 + [None]


@pytest.mark.parametrize(
    ("posts", "end", "declared"),
    [
        ("1/ a\n2/ b", END, 2),
        ("1/ a\n2/ b", "• • •", 2),
        ("a (1)\nb (2)", "Missing some Tweet in this thread? You can try to", 2),
        ("1/ a\n2/ b", "", None),
        ("1/ a\n2/ b", "Keep Current with Jane Doe", None),
        ("1/ a\n3/ b", END, None),
        ("2/ a\n3/ b", END, None),
        ("a\nb", END, None),
        ("1/9 a\n2/9 b", END, 9),
    ],
)
def test_the_end_of_a_page_gives_the_length_of_numbering_without_a_total(
    tmp_path: Path, posts: str, end: str, declared: int | None
) -> None:
    assert [t.declared_length for t in read(tmp_path, f"{posts}\n{end}\n")] == [declared]


def test_pages_below_each_other_are_threads_of_their_own_authors(tmp_path: Path) -> None:
    foot = f"{END}\nKeep Current with\nJane Doe\nAn advertisement\nMore from @jane\n1/ a teaser\n"
    closing = "Did Thread Reader help you today?\nSupport us! We are indie developers!\n"
    text = (
        f"{BYLINE}\n1/2 a\n2/2 b\n{foot}{BYLINE.replace('jane', 'bob')}\nc\nd\n{foot}{closing}e\n"
        f"Ann\n@ann\n{FACTS}\nf\n@ann\n{FACTS}\ng\n"
    )
    threads = read(tmp_path, text)
    assert texts(threads) == [["1/2 a", "2/2 b"], ["c", "d"], ["e"], ["f"], ["g"]]
    assert [thread.author for thread in threads] == ["jane", "bob", None, "ann", "ann"]


def test_text_below_a_foot_is_a_thread_again(tmp_path: Path) -> None:
    text = f"a\n{END}\nThis Thread may be Removed Anytime!\nb\nc\n{END}\nMore from @x\nd\n"
    assert texts(read(tmp_path, text)) == [["a"], ["b", "c"]]


@pytest.mark.parametrize("foot", ["Keep Current with\n1/2 b", "Keep Current with"])
def test_numbering_below_keep_current_is_no_name(tmp_path: Path, foot: str) -> None:
    assert texts(read(tmp_path, f"a\n{END}\n{foot}\n")) == [["a"], ["1/2 b"]][: 1 + ("b" in foot)]


def test_words_of_pages_within_a_thread_are_posts(tmp_path: Path) -> None:
    lines = ["1/2 a", "@jane", "Source: https://e.org/1", "Follow us!", "2/2 b"]
    assert texts(read(tmp_path, "\n".join(lines))) == [["\n".join(lines[:4]), "2/2 b"]]


def test_a_handle_above_posts_is_a_post_unless_facts_follow(tmp_path: Path) -> None:
    assert texts(read(tmp_path, "@jane\na\n")) == [["@jane", "a"]]
    assert texts(read(tmp_path, f"@jane\n{FACTS}\na\n")) == [["a"]]
    assert texts(read(tmp_path, f"a\n{END}\n@jane\nb\n")) == [["a"], ["@jane", "b"]]


def test_a_yearless_date_and_a_title_are_no_posts(tmp_path: Path) -> None:
    text = f"My clippings\n{FACTS}\nSource: https://e.org/1\nSource: https://e.org/2\na\n"
    thread = read(tmp_path, text)[0]
    assert (thread.url, texts([thread])) == ("https://e.org/1", [["a"]])
    thread = read(tmp_path, f"{BYLINE}\n@jane\nJun 22 •\n3 tweets • 1 min read •\na\n")[0]
    assert (thread.declared_length, texts([thread])) == (3, [["a"]])
    # A long line below a byline is a post, whatever follows.
    assert texts(read(tmp_path, f"{BYLINE}\n{'words ' * 20}\n@jane\n")) == [
        ["words " * 20, "@jane"]
    ]
    assert texts(read(tmp_path, f"{BYLINE}\nShort post\n\nAnother\n")) == [
        ["Short post", "Another"]
    ]


FRONT_MATTER = '---\ntitle: "A page"\nsource: "https://e.org/1"\nauthor: Jane Doe\n---\n'


def test_front_matter_gives_author_and_address(tmp_path: Path) -> None:
    threads = read(tmp_path, f"{FRONT_MATTER}\n# A page\n\na\n\nb\n{END}\n{FRONT_MATTER}c\n")
    assert texts(threads) == [["a", "b"], ["c"]]
    assert [(t.author, t.url) for t in threads] == [("Jane Doe", "https://e.org/1")] * 2


def test_a_bylines_author_goes_before_the_front_matters(tmp_path: Path) -> None:
    thread = read(tmp_path, f"{FRONT_MATTER}{BYLINE}\na\n")[0]
    assert (thread.author, thread.url) == ("jane", "https://e.org/1")


@pytest.mark.parametrize(
    "text", ["---\nsome words\n---\nb", "---\ntitle: x", "a\n---\ntitle: x\n---"]
)
def test_dashes_around_words_are_rules(tmp_path: Path, text: str) -> None:
    words = [line for line in text.split("\n") if line != "---"]
    assert texts(read(tmp_path, text)) == [words]


def test_rules_below_a_page_are_no_front_matter_without_title_and_source(tmp_path: Path) -> None:
    assert texts(read(tmp_path, f"a\n{END}\n---\nNote: x\n---\nb\n")) == [["a"], ["Note: x", "b"]]


def test_remains_of_tags_name_the_posts_below_them(tmp_path: Path) -> None:
    tag = 'thread#showTweet" data-screenname="jane" data-tweet="{}" dir="auto">'
    text = (
        f"{BYLINE}\n3 tweets • 1 min read\n{tag.format(11)}\na\n\nb\n{tag.format(12)}\n"
        f"{tag.format(13)}\nc\nImage\n{END}\n"
    )
    thread = read(tmp_path, text)[0]
    assert [(p.text, p.url) for p in thread.posts] == [
        ("a\n\nb", "https://x.com/jane/status/11"), ("c", "https://x.com/jane/status/13")
    ]  # fmt: skip
    assert (thread.author, thread.declared_length) == ("jane", 3)
    assert texts(read(tmp_path, f"x\n\n{tag.format(11)}\na\n")) == [["x"], ["a"]]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("01-collaboration-and-backlogs.txt",
         [(6, 6, "complete"), (3, 12, "partial"), (3, 9, "partial"), (3, 8, "partial"),
          (5, 5, "complete")]),
        ("02-test-and-trace.txt", [(7, 7, "complete"), (10, None, "unknown")]),
        ("03-what-is-an-ics.md", [(8, None, "unknown")]),
        ("04-elective-recovery-plan.txt", [(6, 6, "complete")]),
        ("05-five-years-of-nhs-money.txt", [(7, 7, "complete")]),
        ("06-is-the-list-going-up-or-down.txt", [(7, 7, "complete")]),
        ("07-care-minds-and-winter.txt",
         [(5, 5, "complete"), (5, 5, "complete"), (4, 10, "partial")]),
    ],
)  # fmt: skip
def test_the_examples_are_read_as_their_readme_says(
    name: str, found: list[tuple[int, int | None, str]]
) -> None:
    threads = read_file(EXAMPLES / name)
    assert facts(threads) == found
    lines = (EXAMPLES / name).read_text(encoding="utf-8").split("\n")
    for post in (post for thread in threads for post in thread.posts):
        assert "\n".join(lines[post.first_line - 1 : post.last_line]) == post.text


def test_a_partial_example_says_which_posts_are_missing() -> None:
    thread = read_file(EXAMPLES / "01-collaboration-and-backlogs.txt")[3]
    assert [post.position for post in thread.posts] == [1, 2, 5]
    assert thread.summary.missing == (3, 4, 6, 7, 8)


def test_a_markdown_clipping_keeps_its_posts_and_leaves_the_rest() -> None:
    thread = read_file(EXAMPLES / "03-what-is-an-ics.md")[0]
    assert [(p.first_line, p.last_line) for p in thread.posts] == [
        (14, 14), (16, 20), (22, 22), (24, 24), (26, 31), (33, 33), (35, 37), (39, 39)
    ]  # fmt: skip
    assert {post.author for post in thread.posts} == {thread.author} == {"example_policy"}
    assert thread.url == (
        "https://threads.example.org/thread/1569000000000000003.html?utm_campaign=topunroll"
    )


def test_a_number_on_its_own_line_is_part_of_the_post_below() -> None:
    thread = read_file(EXAMPLES / "04-elective-recovery-plan.txt")[0]
    assert [(p.position, p.first_line, p.last_line) for p in thread.posts] == [
        (1, 5, 6), (2, 8, 9), (3, 11, 12), (4, 14, 15), (5, 17, 18), (6, 20, 21)
    ]  # fmt: skip
    assert (thread.author, thread.posts[0].created_at) == (
        "example_analyst", datetime(2022, 2, 10)
    )  # fmt: skip
    assert thread.posts[4].mentions == ("example_trusts",)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared documents are not here")
def test_the_shared_documents_are_two_sources_of_nine_threads() -> None:
    found = [facts(read_file(path)) for path in sorted((SHARED / "documents").iterdir())]
    assert found == [
        [(6, 6, "complete"), *((3, total, "partial") for total in (25, 25, 11, 25, 7, 9))],
        [(7, 7, "complete"), (10, None, "unknown")],
    ]


@pytest.mark.skipif(not SHARED.exists(), reason="the captured pages are not here")
def test_the_captured_pages_give_their_threads() -> None:
    folder = SHARED / "formats" / "thread-reader"
    brave, sakana = (read_file(path) for path in sorted(folder.glob("*.md")))
    assert facts(brave) == [(6, None, "unknown")]
    assert brave[0].author == "brave"
    assert facts(sakana) == [(3, 10, "partial")]
    assert sakana[0].author == "SakanaAILabs"
    assert [(p.first_line, p.last_line) for p in sakana[0].posts] == [(49, 51), (53, 61), (63, 65)]
    assert [post.url for post in sakana[0].posts] == [
        f"https://x.com/SakanaAILabs/status/{number}"
        for number in (2068861630327443966, 2068862070062485867, 2069079051239874657)
    ]
