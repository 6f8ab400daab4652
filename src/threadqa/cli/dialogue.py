"""What a chat in the terminal remembers, and what each line of it does."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from threadqa.answers import Answer, Hit
from threadqa.archive.records import ArchiveCounts
from threadqa.assistant import Assistant
from threadqa.cli import render_chat as say
from threadqa.cli.render import (
    print_beneath,
    print_growing,
    print_sources,
    print_thread,
    print_writer,
)
from threadqa.conversations.records import as_they_stand
from threadqa.errors import UsageError
from threadqa.exports import Export, Format, written
from threadqa.indexing.opening import open_archive
from threadqa.resources import Resource
from threadqa.retrieval.operators import operators_in, parse_query
from threadqa.settings import Settings

__all__ = ["COMMANDS", "Dialogue"]

COMMANDS: Mapping[str, str] = {
    "/sources": "the posts that the last answer cites, whole",
    "/thread N": "the whole thread of source N, with its gaps",
    "/filter": "the operators that every question is asked with",
    "/filter OPERATORS": "sets them; /filter clear takes them out",
    "/export FILE": "the conversation as .md, .html (with evidence) or .json (CSL)",
    "/new": "begin another conversation",
    "/help": "this list, and the operators",
    "/quit": "end; so does Ctrl-D",
}


class Dialogue(Resource):
    """A conversation that is held in memory; a context manager that closes what it has open.

    Attributes:
        filter: Operators that are added to each question; "" for none.
    """

    def __init__(self, settings: Settings, assistant: Assistant, resources: ExitStack) -> None:
        """Use `open`."""
        self.filter = ""
        self._settings = settings
        self._assistant = assistant
        self._resources = resources
        self._answers: list[Answer] = []

    @classmethod
    def open(cls, settings: Settings) -> Dialogue:
        """Opens the index that the settings name.

        Raises:
            ThreadqaError: As `Assistant.open`.
        """
        with ExitStack() as resources:
            assistant = resources.enter_context(Assistant.open(settings))
            return cls(settings, assistant, resources.pop_all())

    def close(self) -> None:
        """Closes the index."""
        self._resources.close()

    @property
    def counts(self) -> ArchiveCounts:
        """How much the archive holds."""
        return self._assistant.archive.counts()

    def take(self, line: str) -> bool:
        """Does what a line asks for: answers a question, or follows a command.

        Args:
            line: As typed; a blank one asks for nothing.

        Returns:
            Whether the chat goes on.

        Raises:
            ThreadqaError: What was asked cannot be done; the chat can go on.
        """
        if line.lstrip().startswith("/"):
            return self._follow(*line.strip().split(maxsplit=1))
        question = " ".join(line.split())
        if question:
            self._ask(question)
        return True

    def _ask(self, question: str) -> None:
        self._refresh()
        asked = f"{question} {self.filter}".strip()
        history = tuple(answer.exchange for answer in self._answers)
        growing = self._assistant.stream(asked, history)
        first = next(growing)
        say.print_searched(first, parse_query(asked).text)
        answer = print_growing(chain([first], growing))
        self._answers.append(answer)
        print_beneath(answer)
        print_writer(answer)

    def _follow(self, name: str, rest: str = "") -> bool:
        if name == "/quit":
            return False
        actions: Mapping[str, Callable[[str], None]] = {
            "/sources": self._sources,
            "/thread": self._thread,
            "/filter": self._filter,
            "/export": self._export,
            "/new": self._new,
            "/help": lambda _: say.print_help(COMMANDS),
        }
        if name not in actions:
            close = difflib.get_close_matches(name, [*actions, "/quit"], n=1)
            hint = f"did you mean {close[0]}?" if close else "/help lists them"
            raise UsageError(f"{name} is not a command of the chat; {hint}")
        actions[name](rest)
        return True

    def _sources(self, rest: str) -> None:
        answer = self._last()
        if not answer.citations and not answer.nearest:
            raise UsageError("the last answer has no sources")
        print_sources(answer)

    def _thread(self, rest: str) -> None:
        answer = self._last()
        hits = [c.hit for c in answer.citations] or [*answer.nearest]
        print_thread(self._assistant.archive.thread(_numbered(hits, rest).thread.id))

    def _filter(self, rest: str) -> None:
        if rest == "clear":
            self.filter = ""
        elif rest:
            self.filter = _operators_only(rest)
        say.print_filter(self.filter)

    def _export(self, rest: str) -> None:
        path, form = _file(rest)
        answers = self._standing()
        if not answers:
            raise UsageError("there is nothing to export yet: ask something first")
        export = Export(
            title=answers[0].question,
            answers=tuple(answers),
            exported_at=datetime.now(UTC),
            generation=self._assistant.archive.generation,
        )
        _save(path, written(export, form))
        say.print_exported(len(answers), path)

    def _new(self, rest: str) -> None:
        self._answers = []
        say.print_new(self.filter)

    def _last(self) -> Answer:
        """The last answer, as it stands now."""
        answers = self._standing()
        if not answers:
            raise UsageError("nothing was asked yet in this conversation")
        return answers[-1]

    def _standing(self) -> list[Answer]:
        """The answers, without what rested on posts that are gone since."""
        self._refresh()
        return self._answers

    def _refresh(self) -> None:
        """Opens the index anew where it has changed, and takes out of the answers what is gone."""
        with open_archive(self._settings.index) as archive:
            if archive.generation == self._assistant.archive.generation:
                return
        with ExitStack() as resources:
            assistant = resources.enter_context(Assistant.open(self._settings))
            self._resources.close()
            self._assistant, self._resources = assistant, resources.pop_all()
        hits = [hit for answer in self._answers for hit in _hits(answer)]
        posts = self._assistant.archive.posts_named([hit.post.id for hit in hits])
        self._answers = as_they_stand(self._answers, posts)


def _hits(answer: Answer) -> list[Hit]:
    return [*(citation.hit for citation in answer.citations), *answer.nearest]


def _numbered(hits: Sequence[Hit], number: str) -> Hit:
    """The hit of a number as the reader sees it."""
    if not hits:
        raise UsageError("the last answer has no sources")
    if not number.isdecimal() or not 1 <= int(number) <= len(hits):
        most = f"from 1 to {len(hits)}" if len(hits) > 1 else "1, the only one"
        raise UsageError(f"/thread needs the number of a source of the last answer: {most}")
    return hits[int(number) - 1]


def _operators_only(text: str) -> str:
    """Operators, checked; UsageError where something else stands among them."""
    query = parse_query(text)
    operators = operators_in(text)
    if len(query.text.split()) > sum(len(phrase.split()) for phrase in query.phrases):
        raise UsageError(
            "/filter takes operators only, such as from:ann or since:2021; found words: "
            f"{query.text!r}"
        )
    return " ".join(operators)


def _file(name: str) -> tuple[Path, Format]:
    path = Path(name.strip("\"'")).expanduser()
    endings = {f".{form}": form for form in Format}
    if path.suffix.lower() not in endings:
        raise UsageError(
            "/export needs the name of a new file that ends in .md, .html or .json, as in "
            "/export answers.html"
        )
    return path, endings[path.suffix.lower()]


def _save(path: Path, content: bytes) -> None:
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise UsageError(f"{path} exists: name another file") from None
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written ({error.strerror}): name another file"
        ) from error
