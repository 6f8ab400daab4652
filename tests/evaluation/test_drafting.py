"""Questions proposed from an archive."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadqa.errors import UsageError
from threadqa.evaluation.drafts.drafting import draft, draft_line, save_drafts
from threadqa.evaluation.drafts.templates import posed_question, proposals
from threadqa.evaluation.questions import read_questions
from threadqa.evaluation.values import Question
from threadqa.posts import Post, Thread
from threadqa.questions.names import names_in

SMALL = frozenset({"auditors", "councils", "staff"})


def asked(sentence: str) -> list[tuple[str, str, str]]:
    return [(p.template, p.question, p.answer) for p in proposals(sentence, SMALL)]


@pytest.mark.parametrize(
    ("sentence", "template", "question", "answer"),
    [
        ("At the door: 65% of people were admitted, moved or sent home within four hours.",
         "share", "What share of people were admitted, moved or sent home within four hours?",
         "65%"),
        ("But of 691 million rapid tests sent out, only 14% were ever registered.",
         "share", "What share of 691 million rapid tests sent out were ever registered?", "14%"),
        ("What goes: the 106 clinical groups are abolished and their staff move across.",
         "count", "How many clinical groups are abolished?", "106"),
        ("The estimate is that 1.2 million people were waiting for help in June.",
         "count", "How many people were waiting for help in June?", "1.2 million"),
        ("£13.5bn was spent of the £22.2bn set aside for 2020-21.",
         "sum", "How much was spent of the £22.2bn set aside for 2020-21?", "£13.5bn"),
        ("Then covid, and in April 2020 the huge slate was wiped: £13.4bn written off.",
         "when", "When was the huge slate wiped?", "April 2020"),
        ("The covid app reached England and Wales on 24 September.",
         "when", "When did the covid app reach England and Wales?", "24 September"),
        ("The Care Act 2022 had Royal Assent on 28 April and this part takes effect later.",
         "when", "When did the Care Act 2022 have Royal Assent?", "28 April"),
        ("The list would reach 12 million by March 2025.",
         "when", "By when would the list reach 12 million?", "March 2025"),
        ("Councils had asked for more time because they lacked the staff.",
         "why", "Why had councils asked for more time?", ""),
        ("Test and trace has picked up 10,000 new cases in London.",
         "quantity", "How many new cases has Test and trace picked up in London?", "10,000"),
        ("The Long Term Plan promised £2.3bn more a year by 2023/24.",
         "quantity", "How much more a year did the Long Term Plan promise by 2023/24?", "£2.3bn"),
        ("Staff went up by 22% between 2016-17 and 2021-22, while referrals went up by 44%.",
         "change", "By how much did staff go up between 2016-17 and 2021-22?", "22%"),
        ("Prices rose by about £30 in a year.",
         "change", "By how much did Prices rise in a year?", "£30"),
        ("Statutory sick pay is £95.85 a week.",
         "value", "How much is Statutory sick pay?", "£95.85"),
        ("The survival rate was 18% for women.", "value", "What was the survival rate?", "18%"),
        ("The waiting list stood at 4.95 million at the end of March, the highest ever.",
         "value", "How high did the waiting list stand at the end of March?", "4.95 million"),
        ("Three things are missing: money, staff and time.",
         "list", "What three things are missing?", ""),
        ("On long waits there are four steps.", "list", "What are the four steps on long waits?",
         ""),
        ("December 2022 was the worst month on record for urgent care.",
         "superlative", "What was the worst month on record for urgent care?", "December 2022"),
        ("An amendment to the Care Bill asked for independent projections.",
         "object", "What did an amendment to the Care Bill ask for?", ""),
        ("The work on floods has depended on help from councils.",
         "object", "What has the work on floods depended on?", ""),
        ("The harbour needs more boats.", "object",
         "What does the harbour need?", ""),
        ("Any harbour plan must avoid a single rule.",
         "modal", "What must Any harbour plan avoid?", ""),
        ("A tide table is a list of high waters.",
         "definition", "What is a tide table?", ""),
        ("Auditors say that the plan for staff is late.",
         "says", "What do auditors say about the plan for staff?", ""),
        ("Ann says the green boat is fast.", "says", "What does Ann say about the green boat?", ""),
        ("Ann told us that the green boat was fast.",
         "says", "What did Ann say about the green boat?", ""),
        ("We now have integrated care boards (ICBs) and much else.",
         "abbreviation", "What does the abbreviation ICB stand for?", "integrated care boards"),
    ],
)  # fmt: skip
def test_a_sentence_is_asked_about(
    sentence: str, template: str, question: str, answer: str
) -> None:
    assert (template, question, answer) in asked(sentence)
    assert answer in sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "It is a partnership, not an organisation.",
        "They had asked for more time because they lacked staff.",
        "Neither is a forecast.",
        "The first is a board of members.",
        "Last week 65% of our people were admitted.",
        "The plan was published on 3 May: see example.org/plan…",
        "The plan was published on 3 May 2020 and revised in June 2021.",
        "The total is 133,446 posts.",
        "Its members must include people from trusts.",
        "We now have a board (ICB) and much else.",
        "There are 3 million nurses in America.",
        "The cumulative share was 21% to 35% lower.",
        "Who goes first?",
        "Hurrah!",
    ],
)
def test_a_sentence_that_leans_on_others_or_says_too_little_is_passed_over(sentence: str) -> None:
    assert asked(sentence) == []


@given(st.text(alphabet="The aui5£%,.:;()-“”’ was of by in 2020 May because", max_size=200))
def test_whatever_a_post_says_questions_begin_with_a_capital_and_end_with_a_mark(text: str) -> None:
    for _, question, answer in asked(text):
        assert question[0].isupper()
        assert question.endswith("?")
        assert question.count("?") == 1
        assert answer in text


def test_a_question_that_a_post_poses_is_taken_with_what_follows_it() -> None:
    assert posed_question("So what does a council officer have? a local number.") == (
        "What does a council officer have?",
        "a local number.",
    )
    assert posed_question("Why is it late?") == ("", "")
    assert posed_question("The plan is late.") == ("", "")


def test_names_are_of_two_capitalised_words_inside_a_sentence_or_after_an_article() -> None:
    text = "The National Audit Office told Skills for Care on Friday March 3: MPS LEFT."
    assert names_in(text) == ["the National Audit Office", "Skills for Care"]
    assert names_in("New NHS figures for Jane Smith.") == ["Jane Smith"]
    headline = "Smith Allegedly Paints Boat Near Crowded Harbour"
    assert names_in(f"News (Better Care Fund) of {headline}.") == ["Better Care Fund"]


def thread(name: str, *texts: str) -> Thread:
    return Thread(
        id=name,
        title=name,
        posts=tuple(
            Post(id=f"{name}-{n}", text=text, source="a.txt", first_line=n, last_line=n)
            for n, text in enumerate(texts, 1)
        ),
    )


THREADS = {
    found.id: found
    for found in (
        thread(
            "money",
            "The Long Term Plan promised £2.3bn more a year.\nThe survival rate was 18% for women.",
            "The new budget for staff was settled on 18 March. A report by the Audit Office.",
        ),
        thread(
            "boats",
            "Auditors say that the old boat is late. As Jane Smith said.",
            "How can a green boat be repaired? With much patience and new paint.",
            "How can a red boat be repaired? No idea.",
            "How can a blue boat be repaired?",
        ),
        thread("silence", "Hurrah."),
    )
}


def drafts(count: int, seed: int = 0) -> list[Question]:
    return draft(THREADS, THREADS.__getitem__, count=count, seed=seed)


def test_a_draft_says_where_its_answer_stands() -> None:
    by_question = {found.question: found for found in drafts(20)}
    settled = by_question["When was the new budget for staff settled?"]
    assert settled.id.startswith("draft-")
    assert settled.relevance == {"money-2": 1}
    assert settled.relevant_quotes == ("The new budget for staff was settled on 18 March.",)
    assert settled.answer_contains == ("18 March",)
    assert settled.tags == ("draft", "when")
    assert settled.answerable is True


def test_a_question_that_a_post_answers_itself_is_a_draft_and_others_are_not() -> None:
    posed = [found for found in drafts(20) if found.tags == ("draft", "posed")]
    assert [found.question for found in posed] == ["How can a green boat be repaired?"]
    assert posed[0].relevant_quotes == ("With much patience and new paint.",)
    assert posed[0].answer_contains is None


def test_unanswerable_drafts_join_names_of_two_threads_and_are_to_be_checked() -> None:
    to_check = [found for found in drafts(20) if found.answerable is False]
    names = {"the Long Term Plan", "the Audit Office"}
    assert {found.tags for found in to_check} == {("draft", "unanswerable", "check")}
    assert 1 <= len(to_check) <= 2
    for found in to_check:
        assert "Jane Smith" in found.question
        assert any(name in found.question for name in names)
        assert found.relevance is None


def test_an_office_says_things_and_a_person_has_links() -> None:
    questions = {found.question for seed in range(20) for found in drafts(20, seed)}
    assert "What did the Audit Office say about Jane Smith?" in questions
    assert "What is the link between Jane Smith and the Audit Office?" in questions


def test_drafts_are_spread_over_threads() -> None:
    found = drafts(3)
    threads = Counter(post.partition("-")[0] for draft in found for post in draft.relevance or ())
    assert threads == {"money": 2, "boats": 1} or threads == {"money": 1, "boats": 2}


@pytest.mark.parametrize("count", [1, 2, 5, 50])
def test_there_are_no_more_drafts_than_wanted_and_no_question_twice(count: int) -> None:
    found = drafts(count)
    assert len(found) <= count
    assert len({question.question for question in found}) == len(found)
    assert len({question.id for question in found}) == len(found)


def test_the_same_seed_gives_the_same_drafts_and_another_one_others() -> None:
    assert drafts(4, seed=1) == drafts(4, seed=1)
    assert any(drafts(2, seed=0) != drafts(2, seed=seed) for seed in range(1, 6))


def test_a_question_has_the_same_id_whatever_the_seed() -> None:
    ids = [{found.question: found.id for found in drafts(20, seed)} for seed in (0, 1)]
    shared = ids[0].keys() & ids[1].keys()
    assert shared
    assert all(ids[0][question] == ids[1][question] for question in shared)


def test_a_large_archive_is_not_read_to_its_end() -> None:
    read: list[str] = []

    def note(name: str) -> Thread:
        read.append(name)
        return THREADS["silence"]

    assert draft(map(str, range(1000)), note, count=2, seed=0) == []
    assert len(set(read)) == 400


def test_a_sentence_that_is_too_long_is_passed_over() -> None:
    long = thread("long", f"The new budget for {'x' * 600} was settled on 18 March.")
    assert draft(["long"], lambda _: long, count=5, seed=0) == []


def test_a_quote_is_the_longest_verbatim_piece_and_an_answer_outside_it_is_no_draft() -> None:
    linked = thread(
        "linked",
        "The new budget for [the staff](https://e.org) was settled and then printed on 18 March.",
        "The new budget for the staff was settled on [18 March](https://e.org).",
    )
    found = draft(["linked"], lambda _: linked, count=5, seed=0)
    assert [question.relevant_quotes for question in found] == [
        ("was settled and then printed on 18 March.",)
    ]


def test_drafts_are_written_as_a_question_set(tmp_path: Path) -> None:
    found = drafts(20)
    save_drafts(found, tmp_path / "drafts.jsonl")
    assert list(read_questions(tmp_path / "drafts.jsonl").questions) == found


def test_a_line_has_only_the_keys_that_say_something() -> None:
    question = Question(id="draft-1", question="Who?", answerable=False, tags=("draft", "check"))
    assert json.loads(draft_line(question)) == {
        "id": "draft-1", "question": "Who?", "answerable": False, "tags": ["draft", "check"],
    }  # fmt: skip


def test_drafts_never_take_the_place_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "drafts.jsonl"
    file.write_text("edited", encoding="utf-8")
    with pytest.raises(UsageError, match="exists, and may have been edited: name another file"):
        save_drafts(drafts(2), file)
    assert file.read_text("utf-8") == "edited"
    with pytest.raises(UsageError, match="cannot be written"):
        save_drafts(drafts(2), tmp_path / "none" / "drafts.jsonl")
