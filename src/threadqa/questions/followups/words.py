"""The small words of English by what they do in a question, and its words with their places."""

from __future__ import annotations

import re
from typing import NamedTuple

from threadqa.questions.english import PAST, PRESENT
from threadqa.search_indexes.stop_words import STOP_WORDS

__all__ = [
    "ADVERBS",
    "AUXILIARIES",
    "BASE_VERBS",
    "BE",
    "CLAUSE_WORDS",
    "DETERMINERS",
    "PARTICLES",
    "PAST_OF",
    "PREPOSITIONS",
    "PRONOUNS",
    "SHORT_FORMS",
    "WH",
    "Word",
    "content",
    "is_plain",
    "uncapitalised",
    "words_of",
]

# "It's", "they'll", "who'd" are two words; "the trust's" is one.
SHORTENED = r"['’](?:s|ll|re|d|ve)\b"
TOKEN = re.compile(
    rf"\b(?:it|they|he|she|that|there|who|what|where|when|how|why)(?={SHORTENED})|"
    rf"(?<=\w){SHORTENED}|[£$€@#]?\w+(?:[-/’'.,&]\w+)*%?|[^\w\s]",
    re.IGNORECASE,
)

BE = frozenset("is are was were be been being am isn't aren't wasn't weren't".split())
DO = frozenset("do does did don't doesn't didn't".split())
HAVE = frozenset("has have had hasn't haven't hadn't".split())
MODALS = frozenset(
    "will would can could should must may might shall cannot can't couldn't won't wouldn't "
    "shouldn't mustn't".split()
)
SHORT_FORMS = frozenset("'s 'll 're 'd 've".split())
AUXILIARIES = BE | DO | HAVE | MODALS | SHORT_FORMS
WH = frozenset("what which who whom whose when where why how".split())
PREPOSITIONS = frozenset(
    "about across after against among around at before behind between by during for from in into "
    "like near of off on onto over per since than through to towards under until upon via with "
    "within without".split()
)
PARTICLES = frozenset("up down out away back off over on in".split())
DETERMINERS = frozenset(
    "the a an this that these those its their his her our my your another each every some any all "
    "both".split()
)
PRONOUNS = frozenset(
    "it they them he she him we us i you me one ones there somebody anybody everybody nobody "
    "someone anyone everyone something anything everything nothing".split()
)
CLAUSE_WORDS = frozenset(
    "because if while although though whether unless that before after when since until "
    "once".split()
)
ADVERBS = frozenset(
    "not also just only ever never now then still already yet so too again even really actually "
    "always often instead else more most less least first last next".split()
)
COMMON = (
    "accept achieve act add aim allow apply arrive ask avoid become begin believe buy call carry "
    "change charge choose claim come compare contain cost count cover decide do drop earn end "
    "expect explain feel find fix get give go grow handle happen have help hold improve include "
    "increase keep know last lead leave let like live look lose make manage matter mean measure "
    "meet miss need offer open owe own pay plan play prevent promise protect provide put raise "
    "reach read receive reckon recommend reduce replace report require rise run save say see seem "
    "sell send serve show sign spend stand start stay stop support take talk tell think try turn "
    "understand use vote wait want warn win work write"
)
BASE_VERBS = frozenset([*COMMON.split(), *PAST.values(), *PRESENT.values()])
PAST_OF = {base: past for past, base in PAST.items()} | {
    "feel": "felt", "keep": "kept", "know": "knew", "lead": "led", "let": "let", "mean": "meant",
    "put": "put", "read": "read", "run": "ran", "say": "said", "sell": "sold", "spend": "spent",
    "stand": "stood", "tell": "told", "think": "thought", "do": "did", "understand": "understood",
}  # fmt: skip

# Verbs and nouns that say nothing of what a question is about.
LIGHT = frozenset(
    "do does did doing done get got go happen happened happens make made mean means say says said "
    "tell told take took come came give gave many much long thing things kind sort way lot yes no "
    "okay ok thanks thank please sorry hi hello fine good great sure right really else instead "
    "help know think want more most less least first second third last next one ones two three "
    "four five".split()
)


class Word(NamedTuple):
    """A word or mark of a question.

    Attributes:
        text: As written.
        low: In small letters, with straight apostrophes; the month of May keeps its capital, for
            "may" is a verb.
        start: Place of its first character.
        end: Place behind its last.
    """

    text: str
    low: str
    start: int
    end: int


def words_of(question: str) -> list[Word]:
    """Words and marks in order."""
    return [
        Word(m[0], m[0] if m[0] == "May" and m.start() else _low(m[0]), m.start(), m.end())
        for m in TOKEN.finditer(question)
    ]


def _low(text: str) -> str:
    return text.lower().replace("’", "'")


def is_plain(word: Word) -> bool:
    """Whether it can stand within a noun phrase: no small word, no mark, no adverb."""
    low = word.low
    if not (low[0].isalnum() or low[0] in "£$€@#"):
        return False
    return not (
        low in AUXILIARIES
        or low in WH
        or low in PREPOSITIONS
        or low in DETERMINERS
        or low in PRONOUNS
        or low in CLAUSE_WORDS
        or low in {"and", "or", "but", "not", "as"}
    )


def content(question: str) -> list[str]:
    """The words that say what a question is about, in small letters."""
    return [
        word.low
        for word in words_of(question)
        if is_plain(word) and word.low not in STOP_WORDS | LIGHT | ADVERBS
    ]


def uncapitalised(text: str) -> str:
    """A text as it stands within a sentence: a small word at its head loses its capital."""
    head = re.match(r"[A-Z][a-z]*(?!\w)", text)
    small = WH | PREPOSITIONS | AUXILIARIES | DETERMINERS | PRONOUNS - {"i"}
    if head and head[0].lower() in small:
        return text[0].lower() + text[1:]
    return text
