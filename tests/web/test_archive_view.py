"""What the archive says of itself: counts, sources, threads, posts over time."""

from __future__ import annotations

import pytest

from tests.archive.samples import record
from tests.markup.pages import Element, parsed
from tests.web.samples import HOSTILE, PARTIAL, THREAD
from threadqa.archive.records import ArchiveCounts, SourceContents
from threadqa.indexing.removal import RemovalReport
from threadqa.indexing.sync import Failure, SyncReport
from threadqa.web.archive_view import (
    Overview,
    added_report,
    archive_overview,
    nothing_yet,
    problem_note,
    progress_note,
    removed_report,
    thread_list,
    timeline_chart,
)


def overview(**months: int) -> Overview:
    return Overview(
        counts=ArchiveCounts(sources=1, threads=2, posts=1234, vectors=0),
        contents=(SourceContents(record=record("a.txt"), threads=2, posts=1234),),
        months={name.removeprefix("m").replace("_", "-"): n for name, n in months.items()},
    )


def bars(months: dict[str, int]) -> list[tuple[float, float]]:
    """x and height of each bar."""
    chart = parsed(timeline_chart(months))
    return [
        (float(bar.attributes["x"]), float(bar.attributes["height"]))
        for bar in chart.all("rect", class_="bar")
    ]


def rows(page: Element) -> list[list[str]]:
    return [
        [cell.text for cell in row.all("th", "td")]
        for body in page.all("tbody")
        for row in body.all("tr")
    ]


def test_the_counts_are_said() -> None:
    numbers = parsed(archive_overview(overview())).one("dl")
    assert [(n.one("dt").text, n.one("dd").text) for n in numbers.all("div")] == [
        ("source", "1"),
        ("threads", "2"),
        ("posts", "1,234"),
    ]


def test_a_source_is_listed_and_can_be_removed_once_that_is_confirmed() -> None:
    page = parsed(archive_overview(overview()))
    assert rows(page) == [["a.txt", "thread-text", "2", "1,234", "10 bytes", "Remove “a.txt”"]]
    (remove,) = [b for b in page.all("button") if b.attributes["data-act"] == "confirm"]
    assert remove.attributes["data-then"] == "remove_source"
    assert remove.attributes["data-source"] == "a.txt"
    assert "“a.txt” goes out of the archive" in remove.attributes["data-note"]


def test_where_no_post_has_a_date_there_is_no_chart() -> None:
    page = parsed(archive_overview(overview()))
    assert page.all("svg") == []
    assert "No post of this archive says when it was posted." in page.text


def test_how_many_posts_have_a_date_is_said() -> None:
    page = parsed(archive_overview(overview(m2021_03=30, m2021_05=4)))
    assert "34 of 1,234 posts say when they were posted." in page.text
    numbers, _ = page.all("table")
    assert rows(numbers) == [["2021-03", "30"], ["2021-05", "4"]]


def test_a_bar_is_as_high_as_its_month_and_months_between_are_empty() -> None:
    # The plane is 376 wide from 48 and 228 high; the axis ends at 40, the next even ten after 30.
    places = bars({"2021-03": 30, "2021-05": 10})
    assert [height for _, height in places] == [
        pytest.approx(228 * 30 / 40),
        0.0,
        pytest.approx(228 * 10 / 40),
    ]
    width = 376 / 3
    assert [x for x, _ in places] == pytest.approx(
        [48 + 1, 48 + width + 1, 48 + 2 * width + 1], abs=0.01
    )


def test_months_become_years_where_there_are_many() -> None:
    assert len(bars({"2018-01": 1, "2021-12": 1})) == 48
    chart = parsed(timeline_chart({"2018-01": 1, "2018-02": 2, "2022-01": 5}))
    assert len(chart.all("rect", class_="bar")) == 5
    assert chart.one("desc").text == "Posts by year, from 2018 to 2022; most in 2022, 5 posts."


def test_a_thread_is_listed_with_how_complete_it_is() -> None:
    listed = parsed(thread_list([THREAD.summary, PARTIAL.summary], 2))
    assert rows(listed) == [
        ["Money for the boats", "ann_boats", "all 3 posts", "notes/a.txt"],
        ["Long thread", "", "3 of 9 posts, missing 1, 4–5, 7–9", "notes/a.txt"],
    ]
    assert len(listed.all("span", class_="tq-partial")) == 1
    assert listed.all("button")[0].attributes["data-thread"] == "t1"


def test_threads_that_are_not_shown_are_counted() -> None:
    assert "1,999 more" in parsed(thread_list([THREAD.summary], 2000)).text
    assert "No thread has these words." in parsed(thread_list([], 0)).text


def test_a_report_of_added_files_says_what_was_read_what_lacks_and_what_was_left_out() -> None:
    report = SyncReport(
        added=1,
        failed=[Failure(path="/home/ann/index/uploads/b.txt", reason="is empty")],
        sources=2,
        threads=3,
        posts=1,
    )
    said = parsed(added_report(report, [PARTIAL.summary]))
    first, *_ = said.all("p")
    assert first.text == (
        "Files: 1 added, 1 left out. The archive now holds 2 sources, 3 threads and 1 post."
    )
    assert [item.text for item in said.all("li")] == [
        "“Long thread”: 3 of 9 posts, missing 1, 4–5, 7–9",
        "b.txt: is empty",
    ]


def test_a_report_of_a_removed_source_says_how_much_went() -> None:
    report = RemovalReport(
        removed=("a.txt",), removed_posts=1, log_emptied=True, sources=0, threads=0, posts=0
    )
    assert parsed(removed_report(report)).text == "“a.txt” was removed, with 1 post."


def test_progress_is_said_in_words_and_as_a_bar() -> None:
    known = parsed(progress_note("Embedding posts", 512, 2000))
    assert "Embedding posts: 512 of 2,000" in known.text
    bar = known.one("progress")
    assert (bar.attributes["value"], bar.attributes["max"]) == ("512", "2000")
    unknown = parsed(progress_note("Reading threads", 3, None)).one("progress")
    assert "value" not in unknown.attributes


def test_no_name_of_a_source_or_thread_becomes_markup() -> None:
    hostile = Overview(
        counts=ArchiveCounts(sources=1, threads=1, posts=1, vectors=0),
        contents=(SourceContents(record=record(HOSTILE), threads=1, posts=1),),
        months={},
    )
    report = SyncReport(failed=[Failure(path=HOSTILE, reason=HOSTILE)])
    for page in (
        archive_overview(hostile),
        added_report(report, []),
        problem_note(HOSTILE),
        nothing_yet(),
    ):
        assert parsed(page).all("img") == []
