"""An export as Markdown (CommonMark): a post reads as it stands, and none of it is markup."""

from __future__ import annotations

import re
from collections.abc import Iterator

from threadqa.answers import Answer, Citation, Hit, Status
from threadqa.exports.export import (
    Export,
    facts_of,
    made_by,
    printable,
    refusal_of,
    source_of,
    web_address,
)

__all__ = ["escaped", "markdown"]

# What may begin or end markup wherever it stands.
ANYWHERE = r"[\\`*_{}\[\]<>#|~&@$^=+]"
# A full stop or a colon with something after it, but for numbers and times: a host, an address,
# an emoji's name. A colon at the beginning of a line: a definition. A hyphen that is not within a
# word: a list, a rule, a dash.
IN_PLACE = r"(?<!\d)\.(?=\S)|[.:](?=[^\s\d])|^\s*:|(?<!\w)-|-(?!\w)"
SPECIAL = re.compile(f"{ANYWHERE}|{IN_PLACE}")
ORDERED = re.compile(r"^(\s*\d+)([.)])")


def markdown(export: Export) -> str:
    """An answer, or a conversation with a section for each."""
    parts = [f"# {_line(export.title)}", f"{_line(export.made)} by threadqa\\."]
    for answer in export.answers:
        parts += [f"## {_line(export.heading(answer))}", *_answer(answer)]
    return "\n\n".join(parts) + "\n"


def _answer(answer: Answer) -> Iterator[str]:
    if answer.standalone_question != answer.question:
        yield f"Searched as: {_line(answer.standalone_question)}"
    refusal = refusal_of(answer)
    yield f"**{_line(refusal)}**" if refusal else _line(answer.text)
    yield from (f"*Note:* {_line(notice)}" for notice in answer.notices)
    if answer.citations:
        yield "### Sources"
        yield _line(made_by(answer))
    for citation in answer.citations:
        yield from _cited(citation)
    if answer.status is Status.NOT_FOUND and answer.nearest:
        yield "### The nearest posts"
        yield "They come near the question and do not answer it\\."
        for hit in answer.nearest:
            yield from _post("", hit)


def _cited(citation: Citation) -> Iterator[str]:
    yield from _post(f"**\\[{citation.number}\\]** ", citation.hit)
    quotes = " … ".join(" ".join(quote.split()) for quote in citation.quotes)
    if quotes != " ".join(citation.hit.post.text.split()):
        yield f"The answer rests on: “{_line(quotes)}”"


def _post(label: str, hit: Hit) -> Iterator[str]:
    facts = [*map(_line, facts_of(hit))]
    facts.append(f"in “{_line(hit.thread.title)}” ({_line(hit.thread.extent)})")
    facts.append(_line(source_of(hit)))
    address = web_address(hit)
    if address is not None:
        facts.append(f"<{address}>")
    yield label + " · ".join(facts)
    yield "\n".join(f"> {line}".rstrip() for line in escaped(hit.post.text).split("\n"))


def _line(text: str) -> str:
    """A text on one line."""
    return escaped(" ".join(text.split()))


def escaped(text: str) -> str:
    """A text of which CommonMark, and what is commonly added to it, takes nothing for markup.

    Lines stay lines, by a backslash at the end of each that another one follows.
    """
    lines = [_escaped_line(line) for line in printable(text).split("\n")]
    joined = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        joined.append(f"{line}\\" if line and following else line)
    return "\n".join(joined)


def _escaped_line(line: str) -> str:
    if not line.strip():
        return ""
    line = SPECIAL.sub(_with_backslash, line)
    line = ORDERED.sub(r"\1\\\2", line)
    # White space that leads a line would be dropped, and much of it would make a block of code.
    indent = len(line) - len(line.lstrip())
    return "".join(f"&#{ord(space)};" for space in line[:indent]) + line[indent:].rstrip()


def _with_backslash(found: re.Match[str]) -> str:
    return f"{found[0][:-1]}\\{found[0][-1]}"
