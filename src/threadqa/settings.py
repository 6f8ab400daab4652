"""Settings, merged from four places: defaults < threadqa.toml < environment < flags.

A plain dataclass rather than Pydantic, whose import is a tenth of a cold ``threadqa ask``.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from threadqa.errors import SettingsError

__all__ = ["Settings", "describe_settings", "load_settings"]

ENVIRONMENT_PREFIX = "THREADQA_"
FILE_NAME = "threadqa.toml"
RUNTIMES = ("auto", "openvino", "sentence-transformers")
NO_RERANKER = "none"
READING_RERANKER = "cross-encoder"
RERANKERS = ("linear", READING_RERANKER, NO_RERANKER)
REASONING_EFFORTS = ("none", "minimal", "low", "medium", "high")

Parse = Callable[[object], object]
"""Turns a value from a file, a variable or a flag into the setting's; ValueError if it cannot."""


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("expected a text")
    return value


def _path(value: object) -> Path:
    return value if isinstance(value, Path) else Path(_text(value)).expanduser()


def _switch(value: object) -> bool:
    known = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    found = value if isinstance(value, bool) else known.get(str(value).lower())
    if found is None:
        raise ValueError("expected true or false")
    return found


def _address(value: object) -> str:
    """An address of a server, without what does not belong into one that is shown."""
    parts = urlsplit(_text(value))
    expected = "expected an address such as http://127.0.0.1:11434/v1"
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(expected)
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError(f"{expected}, without a user, `?` or `#`; keys go into llm.api_key_env")
    try:
        _ = parts.port
    except ValueError:
        raise ValueError(f"{expected}, with a port from 0 to 65535") from None
    return str(value).rstrip("/")


def _one_of(choices: Sequence[str]) -> Parse:
    def parse(value: object) -> object:
        if value not in choices:
            raise ValueError(f"expected one of {', '.join(choices)}")
        return value

    return parse


def _number(kind: type[int] | type[float], low: float, high: float) -> Parse:
    """A parser of whole or any numbers from low to high, both allowed."""
    expected = f"expected a {'whole ' if kind is int else ''}number"
    bounds = f" of at least {low:g}" if high == float("inf") else f" from {low:g} to {high:g}"

    def parse(value: object) -> object:
        wrong = isinstance(value, bool) or (kind is int and isinstance(value, float))
        if wrong or not isinstance(value, int | float | str):
            raise ValueError(expected + bounds)
        try:
            number = kind(value)
        except ValueError:
            raise ValueError(expected + bounds) from None
        if not low <= number <= high:
            raise ValueError(expected + bounds)
        return number

    return parse


def _setting(
    default: Any,  # noqa: ANN401 - as dataclasses.field
    parse: Parse,
    about: str,
    section: str = "",
) -> Any:  # noqa: ANN401
    metadata = {"parse": parse, "about": about, "section": section}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a user may set; docs/reference.md lists the same names.

    A setting of a section is written with a full stop, as ``llm.model`` (in threadqa.toml also as
    ``model`` below ``[llm]``); its attribute and variable have an underscore there.
    """

    index: Path = _setting(Path("index"), _path, "Folder of the archive and its search indexes.")
    encoder: str | None = _setting(
        None,
        _text,
        "A sentence-transformers model by name or path, or `packaged`; unset, the index's.",
    )
    runtime: str = _setting(
        "auto",
        _one_of(RUNTIMES),
        "What runs the encoder: `auto`, `openvino` or `sentence-transformers`; auto takes the fast "
        "CPU runtime where it can, and a GPU for many posts where there is one.",
    )
    max_file_bytes: int = _setting(
        500_000_000,
        _number(int, 1, float("inf")),
        "A source file larger than this is left out and reported.",
    )
    dense_weight: float = _setting(
        0.75,
        _number(float, 0, 1),
        "Share of the dense score in the fused score, from 0 to 1; 0 is words only.",
    )
    reranker: str = _setting(
        READING_RERANKER,
        _one_of(RERANKERS),
        "What puts the best hits in their last order: `linear`, a small fitted model over words, "
        "scores and kinds of question; `cross-encoder`, the same and a small network that reads "
        "the question with each of the best posts; or `none`.",
    )
    answer_threshold: float | None = _setting(
        None,
        _number(float, 0, 1),
        "Least confidence to answer with, from 0 to 1; unset, the abstention model's.",
    )
    max_sentences: int = _setting(
        3, _number(int, 1, 20), "Most sentences chosen for an answer, from 1 to 20."
    )
    offline: bool = _setting(
        False,  # noqa: FBT003
        _switch,
        "Ask no language model, whatever else is set: answers are extractive.",
    )
    support_model: str | None = _setting(
        None,
        _text,
        "A cross-encoder trained on natural language inference, by name or path, that decides "
        "whether posts bear out a sentence of a language model; unset, the fitted model.",
    )
    llm_base_url: str | None = _setting(
        None,
        _address,
        "Address of an OpenAI-compatible server, such as `http://127.0.0.1:11434/v1`; unset, no "
        "language model is used and nothing is contacted.",
        section="llm",
    )
    llm_model: str | None = _setting(
        None, _text, "Name of the server's model, such as `qwen3:8b`.", section="llm"
    )
    llm_api_key_env: str | None = _setting(
        None,
        _text,
        "Name of the environment variable that holds the server's key, where it needs one.",
        section="llm",
    )
    llm_reasoning_effort: str | None = _setting(
        None,
        _one_of(REASONING_EFFORTS),
        "How long a model that thinks may think: `none`, `minimal`, `low`, `medium` or `high`, of "
        "those that it knows; unset, it is not told.",
        section="llm",
    )
    llm_timeout_seconds: float = _setting(
        60.0,
        _number(float, 1, 3600),
        "Longest time that an answer waits for the language model, retries included, from 1 to "
        "3600; what it has said by then is kept.",
        section="llm",
    )
    llm_max_context_characters: int = _setting(
        10_000,
        _number(int, 2_000, 10_000_000),
        "Most characters that are sent with a question, instructions included; the posts ranked "
        "last are left out. A token is three to four characters of English.",
        section="llm",
    )
    web_host: str = _setting(
        "127.0.0.1",
        _text,
        "Address that `threadqa serve` listens on; another than this machine's own needs "
        "`web.users`.",
        section="web",
    )
    web_port: int = _setting(
        7860,
        _number(int, 0, 65535),
        "Port that `threadqa serve` listens on; 0 takes any free one.",
        section="web",
    )
    web_users: Path | None = _setting(
        None,
        _path,
        "File of users who may sign in, written by `threadqa users add`; unset, there is no "
        "sign-in.",
        section="web",
    )
    web_public_url: str | None = _setting(
        None,
        _text,
        "Address that a proxy on this machine shows the server under, such as "
        "`https://threads.example.org`; what the proxy says of its clients is believed then.",
        section="web",
    )
    web_max_upload_bytes: int = _setting(
        50_000_000,
        _number(int, 1, float("inf")),
        "An uploaded file larger than this is refused.",
        section="web",
    )

    @property
    def reads(self) -> bool:
        """Whether the cross-encoder reads the best posts."""
        return self.reranker == READING_RERANKER


PARSERS: Mapping[str, Parse] = {f.name: f.metadata["parse"] for f in fields(Settings)}
SHOWN_NAMES: Mapping[str, str] = {
    f.name: f.name.replace(f"{section}_", f"{section}.", 1) if section else f.name
    for f in fields(Settings)
    for section in [f.metadata["section"]]
}


def describe_settings() -> list[tuple[str, object, str]]:
    """Name, default and meaning of each setting."""
    return [(SHOWN_NAMES[f.name], f.default, f.metadata["about"]) for f in fields(Settings)]


def load_settings(
    flags: Mapping[str, object] | None = None,
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """Merges the settings of all places, the later ones winning.

    Args:
        flags: Values given on the command line by setting name; None values are not given.
        folder: Where threadqa.toml is looked for; the working folder if not given.
        environment: Variables, those beginning with THREADQA_ are read; os.environ if not given.

    Returns:
        The validated settings.

    Raises:
        SettingsError: A name is unknown or a value not allowed; names the place it came from.
    """
    file = (folder or Path()) / FILE_NAME
    variables = os.environ if environment is None else environment
    places: list[tuple[str, Mapping[str, object]]] = [
        (str(file), _read_file(file)),
        ("the environment", _read_environment(variables)),
        ("the command line", {k: v for k, v in (flags or {}).items() if v is not None}),
    ]
    merged: dict[str, Any] = {}
    for place, values in places:
        for name, value in _flat(values):
            merged[name.replace(".", "_")] = _parsed(place, name, value)
    return Settings(**merged)


def _flat(values: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Names and values; those of a section have its name before theirs: "llm.model"."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}.{inner}", one) for inner, one in value.items())
        else:
            yield name, value


def _read_file(file: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file} cannot be read as TOML: {error}") from error


def _read_environment(variables: Mapping[str, str]) -> Mapping[str, object]:
    return {
        name.removeprefix(ENVIRONMENT_PREFIX).lower(): value
        for name, value in variables.items()
        if name.startswith(ENVIRONMENT_PREFIX) and value
    }


def _parsed(place: str, name: str, value: object) -> object:
    parse = PARSERS.get(name.replace(".", "_"))
    if parse is None:
        known = sorted(SHOWN_NAMES.values())
        close = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(known)}"
        raise SettingsError(f"{place} sets {name!r}, which is not a setting; {hint}")
    try:
        return parse(value)
    except ValueError as error:
        raise SettingsError(f"{place} sets {name} to {_without_secrets(value)}: {error}") from error


def _without_secrets(value: object) -> str:
    """A value as an error shows it: of an address, neither who logs in nor a query."""
    return re.sub(r"//[^/]*@|\?.*(?=')", "…", repr(value)) if "://" in str(value) else repr(value)
