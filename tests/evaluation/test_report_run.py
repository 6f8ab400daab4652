"""The report of a run: its words, tables and figures."""

from __future__ import annotations

from dataclasses import replace

from tests.evaluation.runs import SUMMARY, citation, estimate, json_answer, result, run
from tests.evaluation.samples import (
    BROKEN,
    FULL,
    MEASURED,
    MISSED,
    REFUSED,
    RIVER,
    article,
    lead,
    page,
    row,
)
from tests.markup.pages import Element
from threadqa.evaluation.reports.measure_words import EXPLANATIONS


def test_a_run_is_summed_up_in_words() -> None:
    assert lead(FULL) == [
        "3 of 4 questions can be answered; the first citation is right for 67% of those; 33% of "
        "them were refused. Of the 1 that cannot be answered, 100% were answered all the same.",
        "1 question failed, and counted as wrong.",
        "The archive lacks 2 relevant posts of this set; the questions counted all the same.",
    ]


def test_a_run_of_questions_of_which_nothing_is_known_says_so() -> None:
    assert lead(run(result("a"), result("b"))) == [
        "2 questions. Of 2, the set does not say whether they can be answered."
    ]


def test_a_measure_of_some_answerable_questions_is_said_of_those() -> None:
    measures = {"first citation relevant": estimate(0.5, 0, 1, n=2)}
    (said,) = lead(run(MISSED, REFUSED, BROKEN, summary=replace(SUMMARY, measures=measures)))
    assert "the first citation is right for 50% of the 2 whose relevant posts are known." in said


def test_a_page_is_named_after_its_question_set_and_time() -> None:
    header = page(FULL).one("header")
    assert header.one("h1").text == "Evaluation: boats"
    assert "2026-01-02 03:04 UTC · 1,234 posts · threadqa 1.2.3" in header.text
    assert page(FULL).one("head").one("title").text == "Evaluation: boats"


def test_measures_are_grouped_and_each_says_what_it_means() -> None:
    table = page(FULL).with_id("measures").one("table")
    groups = [c.text for c in table.all("th") if c.attributes["scope"] == "rowgroup"]
    assert groups == ["Retrieval", "Citations", "Answers", "Answerability", "Latency"]
    named = {c.text for c in table.all("th") if c.attributes["scope"] == "row"}
    assert named == {name + EXPLANATIONS[name] for name in MEASURED.measures}


def test_a_measure_is_written_with_its_interval_and_its_number_of_questions() -> None:
    table = page(FULL).with_id("measures").one("table")
    assert row(table, "nDCG@10")[0] == "0.500"
    assert row(table, "nDCG@10")[1].endswith("0.250 to 0.750")
    assert row(table, "nDCG@10")[2] == "3"
    assert row(table, "latency p50")[0] == "20.0"
    assert row(table, "answer length")[1].endswith("100 to 200")


def test_shares_are_drawn_against_1_and_other_units_against_their_largest() -> None:
    section = page(FULL).with_id("measures")
    places = {
        line.all("th")[0].text: line.one("circle").attributes["cx"]
        for line in section.all("tr")
        if line.all("circle")
    }
    by_name = {name: places[name + EXPLANATIONS[name]] for name in MEASURED.measures}
    # A track runs from 4 to 132: .5 of 1, 20 of 40 ms, 120 of 200 characters.
    assert by_name["nDCG@10"] == "68.0"
    assert by_name["latency p50 (ms)"] == "68.0"
    assert by_name["answer length"] == "80.8"
    assert "The bars run from 0 to 1, 0 to 200 characters, 0 to 40 ms." in section.text


def test_a_measure_of_another_version_is_shown_without_an_explanation() -> None:
    summary = replace(SUMMARY, measures={"novelty": estimate(0.5, 0, 1)})
    table = page(run(summary=summary)).with_id("measures").one("table")
    assert [cell.text for cell in table.one("tbody").all("th")] == ["Other measures", "novelty"]


def test_a_measure_that_is_zero_throughout_is_drawn_all_the_same() -> None:
    summary = replace(SUMMARY, measures={"latency p50 (ms)": estimate(0, 0, 0)})
    assert "0 to 1 ms" in page(run(summary=summary)).with_id("measures").text


def test_a_set_without_measures_says_so() -> None:
    section = page(run()).with_id("measures")
    assert not section.all("table")
    assert "says nothing that could be measured" in section.text


def test_tags_stand_below_all_questions_with_their_number_and_intervals() -> None:
    table = page(FULL).with_id("tags").one("table")
    header = [cell.text for cell in table.one("thead").all("th")]
    assert header == ["tag", "questions", "nDCG@10", "unanswerable answered"]
    assert row(table, "all questions") == ["4", "0.5000.250 to 0.750", "1.0001.000 to 1.000"]
    assert row(table, "water") == ["2", "0.2500.000 to 0.500", "none"]


def test_follow_ups_are_counted_by_their_history() -> None:
    assert row(page(FULL).with_id("tags").one("table"), "follow-up")[0] == "1"


def test_a_set_without_tags_has_no_such_part() -> None:
    headings = [h.text for h in page(run(MISSED)).all("h2")]
    assert headings == ["Measures", "Figures", "Worst questions", "What it was made with"]


def test_each_figure_stands_with_its_numbers() -> None:
    figures = page(FULL).all("figure")
    assert [figure.one("h3").text for figure in figures] == [
        "Recall by depth",
        "Risk by coverage",
        "Reliability of the confidence",
        "Latency",
    ]
    tables = [figure.one("details").one("table") for figure in figures]
    assert row(tables[0], "10") == ["0.750", "0.500 to 1.000", "3"]
    assert row(tables[1], "1.000") == ["0.250"]
    assert row(tables[2], "0.500") == ["1.000", "0.750", "1.000", "2"]
    # Of 10, 20 and 30 ms: half of the way from 10 to 20 at 25%.
    assert row(tables[3], "25%") == ["15.0"]
    assert row(tables[3], "50%") == ["20.0"]


def test_the_run_itself_is_marked_on_the_curve_of_risk() -> None:
    figure = page(FULL).all("figure")[1]
    # Of three questions that did not fail two were answered, one of them unanswerable.
    assert "as run: 67% answered, risk 50%" in figure.text


def test_a_run_that_answered_nothing_has_no_mark_on_the_curve() -> None:
    made = run(REFUSED, summary=replace(SUMMARY, risk_coverage=((1.0, 0.5),)))
    assert "as run" not in page(made).text


def test_a_set_without_unanswerable_questions_has_no_figure_of_confidence() -> None:
    made = run(MISSED, summary=replace(MEASURED, risk_coverage=(), reliability=()))
    assert [f.one("h3").text for f in page(made).all("figure")] == ["Recall by depth", "Latency"]


def test_a_run_with_nothing_to_draw_has_no_figures() -> None:
    made = page(run(BROKEN))
    assert "Figures" not in [h.text for h in made.all("h2")]
    assert not made.all("svg", "figure")


def test_the_worst_questions_stand_under_what_went_wrong() -> None:
    section = page(FULL).with_id("questions")
    assert [h.text for h in section.all("h3", "h4")] == [
        "Failed",
        "Why?",
        "Answered, though the archive holds no answer",
        "Where is the sea?",
        "Answered, and no cited post is relevant",
        "What flows?",
        "Refused, though the archive holds an answer",
        "Who rows?",
    ]


def test_a_question_shows_what_should_have_been_found_beside_what_was() -> None:
    found = article(FULL, "What flows?")
    assert "q1 · water · confidence 80% · nDCG@10 0.250 · token F1 0.500" in found.text
    assert "user: Tell me of boats." in found.text
    expected, given = found.one("div", class_="beside").contents
    assert isinstance(expected, Element)
    assert isinstance(given, Element)
    assert [p.text for p in expected.all("div", class_="post")] == [
        "p2 · found in place 2A river.",
        "p3 · not among the posts found",
    ]
    assert [quote.text for quote in expected.all("q")] == [
        "A river",
        "river",
        "the river",
        "it",
        "The river flows.",
    ]
    assert given.one("p", class_="answer").text == "A boat. [1]"
    (post,) = given.all("div", class_="post")
    assert post.text == "[1] p1 · not relevant · score 0.75 · boats.txt:3A boat. A lake."
    assert post.one("mark").text == "A boat."


def test_a_relevant_post_is_called_so() -> None:
    low = replace(
        MISSED, measures={"nDCG@10": 0.25}, answer=json_answer(citation("p2", "A river."))
    )
    given = article(run(low), "What flows?").one("div", class_="beside").contents[1]
    assert isinstance(given, Element)
    assert [p.one("p").text for p in given.all("div", class_="post")] == [
        "[1] p2 · relevant · score 0.75 · boats.txt:3",
        "1. p1 · not relevant · score 0.75",
        "2. p2 · relevant · score 0.50",
    ]


def test_quotes_are_shown_only_where_a_relevant_post_is_not_known() -> None:
    known = replace(MISSED, relevance={"p2": 1})
    assert "The posts hold these words" not in article(run(known), "What flows?").text


def test_a_text_that_only_the_answer_holds_is_shown() -> None:
    answer = {**json_answer(), "nearest": [{"post_id": "p7", "text": "A deep river."}]}
    known = replace(REFUSED, answer=answer, relevance={"p7": 1})
    assert "A deep river." in article(run(known), "Who rows?").text


def test_many_relevant_posts_are_counted_after_the_first() -> None:
    many = replace(MISSED, relevance={f"p{n}": 1 for n in range(5)})
    assert "and 2 more posts." in article(run(many), "What flows?").text


def test_an_unanswerable_question_should_have_found_nothing() -> None:
    found = article(FULL, "Where is the sea?").text
    assert "Nothing: the archive does not answer this question." in found
    assert "relevant" not in found


def test_a_refusal_shows_its_confidence_and_the_nearest_posts() -> None:
    found = article(FULL, "Who rows?")
    assert "No answer, at a confidence of 10%. The nearest posts:" in found.text
    assert "2. r2 · relevant · score 0.50" in found.text
    assert "r4" not in found.text


def test_a_failed_question_shows_its_error() -> None:
    assert article(FULL, "Why?").one("code").text == "ValueError: it <broke>"


def test_more_questions_than_fit_are_counted() -> None:
    results = [replace(REFUSED, question=replace(RIVER, id=f"{n}")) for n in range(30)]
    section = page(run(*results)).with_id("questions")
    assert len(section.all("article")) == 25
    assert "30 questions, of which 25 are shown." in section.text


def test_a_run_in_which_nothing_went_wrong_says_so() -> None:
    assert "No question failed" in page(run()).with_id("questions").text


def test_a_run_says_what_it_was_made_with() -> None:
    table = page(FULL).with_id("settings").one("table")
    assert row(table, "setting dense_weight") == ["0.5"]
    assert row(table, "setting encoder") == ["not set"]
    assert row(table, "generation of the archive") == ["7"]
    assert row(table, "SHA-256 of the question set") == ["d1"]
