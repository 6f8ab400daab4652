"""What a language model's sentence may not be, whatever its posts say: a link, markup, or a voice.

A reader's page may turn an address or a tag into something that is fetched or clicked, so none goes
out but as it stands in a cited post. And nobody speaks in an answer but the authors of posts, so a
sentence in the first person goes out only if it is a post's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from threadqa.answering.grounding import Reason, Said, SupportCheck, Verdict
from threadqa.answering.quotes import locate
from threadqa.answers import Hit

__all__ = ["PlainProse"]

# Wider than what is a link: what may become one. "e.g." and "3.5" are none.
ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]*://\S+|\b(?:javascript|data|mailto|tel|file|vbscript):\S+|\bwww\.\S+|"
    r"\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:[/?#:]\S*)?(?!\w)|[^\s(]+@\S+|(?<!\w)@\w+",
    re.IGNORECASE,
)
MARKUP = re.compile(r"!?\[[^\]]*\]\([^)]*\)?|</?[a-z!][^>]*>?|&#?\w+;|`+[^`]*`*", re.IGNORECASE)
QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|‘[^’]*’|«[^»]*»|„[^“”]*[“”]|(?<!\w)'[^']*'(?!\w)")
# Neither "World War I." nor "the US".
FIRST_PERSON = re.compile(r"\b(?:I(?!\.)|[Mm](?:e|y|ine|yself)|[Ww]e|us|[Oo]ur(?:s|selves)?)\b")
TRAILING = ".,;:!?)]'\"”’"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainProse:
    """A check of support that asks another one only about sentences that are plain prose.

    Attributes:
        support: The other one.
    """

    support: SupportCheck

    def judge(self, said: Sequence[Said]) -> list[Verdict]:
        """Judges sentences; see `SupportCheck`."""
        objections = [next(_objections(one), None) for one in said]
        fine = [one for one, against in zip(said, objections, strict=True) if against is None]
        verdicts = iter(self.support.judge(fine))
        return [next(verdicts) if against is None else against for against in objections]


def _objections(said: Said) -> Iterator[Verdict]:
    texts = " ".join(hit.post.text for hit in said.hits)
    for pattern in (ADDRESS, MARKUP):
        for found in pattern.finditer(said.text):
            if not _stands(found[0].rstrip(TRAILING), texts):
                yield _against(Reason.LINK, found[0])
    own = FIRST_PERSON.search(QUOTED.sub(" ", said.text))
    if own and not any(_is_quotation(said.text, hit) for hit in said.hits):
        yield _against(Reason.UNSUPPORTED, own[0])


def _stands(piece: str, texts: str) -> bool:
    """Whether a piece stands in a text and is not the beginning or end of a longer one there."""
    before = r"(?<![\w@./-])" if re.match(r"\w|@", piece) else ""
    after = r"(?![\w/?#&=%:@-]|\.\w)" if re.search(r"[\w/]\Z", piece) else ""
    return re.search(before + re.escape(piece) + after, texts, re.IGNORECASE) is not None


def _is_quotation(text: str, hit: Hit) -> bool:
    return bool(locate(text.rstrip(TRAILING), hit.post))


def _against(reason: Reason, detail: str) -> Verdict:
    return Verdict(reason=reason, probability=0.0, detail=detail)
