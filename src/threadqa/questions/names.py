"""Names of people, organisations and things, found by their capitals."""

from __future__ import annotations

import re

from threadqa.questions.english import MONTH

__all__ = ["names_in", "speaks"]

LONGEST_NAME = 5

# Capitals of dates and of a sentence's first word make no name.
NO_NAME = (
    rf"(?:{MONTH}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|A|An|And|As|At|But|By|For|From|He|How|"
    r"I|If|In|It|Its|Just|My|No|Now|On|One|Or|Our|She|Since|So|The|Then|There|They|This|To|Today|We|"
    r"What|When|Where|Why|With|You)\b"
)
CAPITALISED = rf"(?!{NO_NAME})[A-Z][a-zA-Z]+"
NAME = re.compile(
    rf"(?<![\w@#])(?P<the>[Tt]he )?(?P<name>{CAPITALISED}(?: (?:(?:of|and|for) )?{CAPITALISED})+)"
)
SPEAKER = re.compile(
    r"\b(?:Agency|Association|Audit|Authority|Bank|Board|Centre|Center|College|Commission|Committee|"
    r"Company|Council|Court|Department|Federation|Foundation|Government|Institute|Ministry|Office|"
    r"Parliament|Party|Secretary|Service|Society|Treasury|Trust|Union|University)\b"
)


def names_in(sentence: str) -> list[str]:
    """Names of two capitalised words or more in a sentence, with their article, each once.

    "The report by the National Audit Office" has "the National Audit Office".
    """
    found = (match for match in NAME.finditer(sentence) if _is_name(sentence, match))
    return list(dict.fromkeys(f"{'the ' if m['the'] else ''}{m['name']}" for m in found))


def _is_name(sentence: str, match: re.Match[str]) -> bool:
    """Whether it is no shouting, not a headline, and its first capital not the sentence's."""
    name = match["name"]
    before = sentence[: match.start()].rstrip()[-1:]
    inside = bool(match["the"]) or before.isalnum() or before in {*",'\"’“(&"}
    return inside and name.count(" ") < LONGEST_NAME and not name.isupper()


def speaks(name: str) -> bool:
    """Whether a name is one of an organisation or office, which can say something."""
    return SPEAKER.search(name) is not None
