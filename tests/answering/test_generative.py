"""Answers with a language model: what is asked, what passes, and how it ends."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from tests.answering.scripted import ScriptedModel, WordCheck, declined, said
from tests.answering.threads import hit, thread
from threadqa.answering.generation import Generation
from threadqa.answering.generative import Generative, Limits
from threadqa.answering.grounding import Reason
from threadqa.answering.notices import generation_notices
from threadqa.answers import Hit, Sentence
from threadqa.errors import ContextLengthError, LanguageModelError
from threadqa.posts import Thread

LEVY = thread(
    "a",
    {
        1: "1/3 A levy pays for half of the care.",
        2: "2/3 The councils pay for <b>the rest\u200b of it</b>.",
        3: "3/3 Nobody pays for the boats.",
    },
    length=3,
)
BOATS = thread("b", ["Boats are green.", "Boats are slow."])
THREADS = {one.id: one for one in (LEVY, BOATS)}
POSTS = [hit(LEVY, 1), hit(LEVY, 2), hit(BOATS, 1)]

HALF = ("A levy pays half.", {"p1": "levy pays for half"})
REST = ("The councils pay the rest.", {"p2": "councils pay for ‹b›the rest of"})  # noqa: RUF001
BOTH = ("A levy, the councils pay.", {"p1": "A levy pays", "p2": "councils pay for"})
WRONG = ("A levy pays for everything.", {"p1": "levy pays for"})


def read(thread_id: str) -> Thread:
    return THREADS[thread_id]


def stored(hits: Sequence[Hit]) -> dict[str, str]:
    return {one.post.id: one.post.text for one in hits}


def answerer(
    model: ScriptedModel, support: WordCheck | None = None, *, characters: int = 10_000
) -> Generative:
    return Generative(
        model=model,
        support=support or WordCheck(),
        read=read,
        stored=stored,
        limits=Limits(seconds=30, characters=characters, sentences=3),
    )


def generations(model: ScriptedModel, posts: Sequence[Hit] = POSTS) -> list[Generation]:
    return list(answerer(model).answer("Who pays?", "Who pays?", posts))


def end(*script: str | Exception | tuple[str, Exception]) -> Generation:
    model = ScriptedModel(*script)
    *_, last = generations(model)
    assert model.closed == len(model.prompts)
    assert last.is_whole
    return last


def test_an_answer_grows_sentence_by_sentence_and_cites_what_the_archive_has() -> None:
    found = generations(ScriptedModel(said(HALF, REST, BOTH)))
    assert [len(one.grounded.sentences) for one in found] == [1, 2, 3, 3]
    assert [one.is_whole for one in found] == [False, False, False, True]
    whole = found[-1]
    assert whole.grounded.sentences == (
        Sentence(text="A levy pays half.", citations=(1,)),
        Sentence(text="The councils pay the rest.", citations=(2,)),
        Sentence(text="A levy, the councils pay.", citations=(1, 2)),
    )
    assert [c.quotes for c in whole.grounded.citations] == [
        ("A levy pays for half",),
        ("councils pay for <b>the rest\u200b of",),
    ]
    assert (whole.shown, whole.unreadable, whole.declined, whole.failure) == (3, 0, False, None)


def test_what_does_not_pass_is_left_out_and_counted_by_reason() -> None:
    last = end(
        said(
            WRONG,
            HALF,
            ("Boats are green.", {"p9": "Boats are green."}),
            ("Councils pay.", {"p1": "councils pay for"}),
            ("Nobody pays for the boats.", {"a3": "Nobody pays for the boats."}),
        ).replace("}]}", '}, {"text": "And so on."}]}')
    )
    assert [sentence.text for sentence in last.grounded.sentences] == ["A levy pays half."]
    assert [(r.reason, r.text) for r in last.grounded.removals] == [
        (Reason.UNSUPPORTED, "A levy pays for everything."),
        (Reason.NOT_RETRIEVED, "Boats are green."),
        (Reason.QUOTE, "Councils pay."),
        (Reason.NOT_RETRIEVED, "Nobody pays for the boats."),
    ]
    assert last.unreadable == 1


def test_each_sentence_is_judged_once_and_one_that_is_repeated_goes_out_once() -> None:
    support = WordCheck()
    model = ScriptedModel(said(HALF, WRONG, HALF, REST, HALF, WRONG))
    *_, last = answerer(model, support).answer("Who pays?", "Who pays?", POSTS)
    assert [s.text for s in last.grounded.sentences] == [HALF[0], REST[0]]
    assert support.asked == [HALF[0], WRONG[0], REST[0]]
    assert len(last.grounded.removals) == 1


def test_each_sentence_of_a_text_is_checked_by_itself() -> None:
    text = "A levy pays half. It is wrong. The councils pay the rest."
    found = generations(ScriptedModel(said((text, {**HALF[1], **REST[1]}))))
    assert [len(one.grounded.sentences) for one in found] == [1, 2, 2]
    assert [sentence.text for sentence in found[-1].grounded.sentences] == [
        "A levy pays half.",
        "The councils pay the rest.",
    ]
    assert found[-1].grounded.removed == ("It is wrong.",)


def test_what_cannot_be_seen_does_not_go_out() -> None:
    hidden = "".join(chr(0xE0000 + ord(character)) for character in "secret")
    text = f"A le\u200bvy pays\u202e half{hidden}.\u2063\x1b\x07"
    last = end(said((text, HALF[1]), ("\u200b\u2060", HALF[1])))
    assert [sentence.text for sentence in last.grounded.sentences] == ["A levy pays half."]


def test_a_post_that_changed_meanwhile_cannot_be_cited() -> None:
    model = ScriptedModel(said(HALF))
    changed = Generative(
        model=model,
        support=WordCheck(),
        read=read,
        stored=lambda hits: {one.post.id: "Something else." for one in hits},
        limits=Limits(seconds=30, characters=10_000, sentences=3),
    )
    *_, last = changed.answer("Who pays?", "Who pays?", POSTS)
    assert last.grounded.sentences == ()


def test_a_model_that_declines_is_not_read_further() -> None:
    model = ScriptedModel(declined().replace("[]", "[" + "1, " * 1000 + "1]"))
    *_, last = generations(model)
    assert (last.declined, last.failure, last.grounded.sentences) == (True, None, ())
    assert model.closed == 1


def test_sentences_of_a_model_that_declines_do_not_count() -> None:
    last = end(said(HALF, answered=False))
    assert (last.declined, last.grounded.sentences) == (True, ())


def test_a_model_that_declines_after_it_has_answered_has_answered() -> None:
    last = end(said(HALF)[:-1].replace('"answered": true, ', "") + ', "answered": false}')
    assert (last.declined, len(last.grounded.sentences)) == (False, 1)


def test_an_error_keeps_what_was_checked_until_then() -> None:
    broken = ScriptedModel((said(HALF, REST)[:-20], LanguageModelError("the line is dead")))
    *grown, last = generations(broken)
    assert [len(one.grounded.sentences) for one in grown] == [1]
    assert [sentence.text for sentence in last.grounded.sentences] == ["A levy pays half."]
    assert last.failure == "the line is dead"


@pytest.mark.parametrize(
    ("text", "failure"),
    [
        ("", "the reply of scripted is not of the form"),
        ("Nobody knows.", "the reply of scripted is not of the form"),
        ("[]", "the reply of scripted is not of the form"),
        (said(), "scripted gave no sentence"),
        (said(*[(f"Sentence {n}.", {"p1": "levy"}) for n in range(100)]), "went on without coming"),
        ("x" * 300_000, "went on without coming to an end"),
    ],
)
def test_a_reply_without_an_answer_is_a_failure(text: str, failure: str) -> None:
    last = end(text)
    assert last.grounded.sentences == ()
    assert failure in (last.failure or "")


def test_a_prompt_that_is_too_long_for_the_server_is_halved_once() -> None:
    too_long = ContextLengthError("too long")
    model = ScriptedModel(too_long, said(HALF))
    *_, last = generations(model)
    assert [len(re.findall(r"<post-", prompt)) for prompt in model.prompts] == [3, 1]
    assert "A levy pays for half" in model.prompts[1]  # the most important one
    assert (len(last.grounded.sentences), last.shown, last.failure) == (1, 1, None)
    assert model.seconds[1] <= model.seconds[0] <= 30
    model = ScriptedModel(too_long, ContextLengthError("still too long"), said(HALF))
    *_, last = generations(model)
    assert (len(model.prompts), last.failure) == (2, "still too long")
    model = ScriptedModel(too_long, said(HALF))
    *_, last = generations(model, POSTS[:1])
    assert (len(model.prompts), last.failure) == (1, "too long")


def test_posts_are_cut_from_the_end_of_the_ranking_and_stay_whole() -> None:
    lengths = {}
    for count in (1, 2, 3):
        model = ScriptedModel(declined())
        list(answerer(model).answer("Who pays?", "Who pays?", POSTS[:count]))
        lengths[count] = len(model.prompts[0]) - 1  # a line break joins system and user here
    for characters, shown in [
        (lengths[3], 3),
        (lengths[3] - 1, 2),
        (lengths[2], 2),
        (lengths[2] - 1, 1),
        (lengths[1], 1),
    ]:
        model = ScriptedModel(declined())
        *_, last = answerer(model, characters=characters).answer("Who pays?", "Who pays?", POSTS)
        assert (last.shown, len(model.prompts[0]) - 1) == (shown, lengths[shown])
    model = ScriptedModel()
    *_, last = answerer(model, characters=lengths[1] - 1).answer("Who pays?", "Who pays?", POSTS)
    assert model.prompts == []
    assert "not one post fits" in (last.failure or "")


def test_each_question_has_a_random_word_of_its_own_around_its_posts() -> None:
    model = ScriptedModel(declined(), declined())
    for _ in range(2):
        list(answerer(model).answer("Who pays?", "Who pays?", POSTS))
    words = [set(re.findall(r"</?posts-(\w+)>", prompt)) for prompt in model.prompts]
    assert [len(found) for found in words] == [1, 1]
    assert words[0] != words[1]
    assert all(len(word) == 16 for found in words for word in found)


def notices(*script: str | Exception | tuple[str, Exception]) -> list[str]:
    return list(generation_notices(end(*script)))


def test_a_reader_is_told_why_sentences_were_left_out() -> None:
    assert notices(said(HALF)) == []
    assert notices(said(HALF, WRONG)) == [
        "1 of 2 sentences that the language model scripted wrote was left out: 1 saying more than "
        "the cited posts."
    ]
    both = said(WRONG, ("No.", {"p7": "no"})).replace("}]}", '}, {"text": "And."}]}')
    assert notices(both) == [
        "3 of 3 sentences that the language model scripted wrote were left out: 1 citing a post "
        "that was not found, 1 saying more than the cited posts, 1 not in the form that was asked "
        "for. This answer is made without it."
    ]


def test_a_reader_is_told_why_there_is_no_answer_of_a_model() -> None:
    assert notices(declined()) == [
        "The language model scripted finds no answer in the 3 posts that it was shown. Asked with "
        "--offline, the archive answers without it."
    ]
    assert notices(LanguageModelError("the line is dead")) == [
        "The language model did not answer: the line is dead. This answer is made without it."
    ]
    assert notices(said()) == [
        "The language model did not answer: scripted gave no sentence. This answer is made "
        "without it."
    ]
