"""Settings, merged from four places: defaults < threadqa.toml < environment < flags."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from threadqa.errors import SettingsError

__all__ = ["Settings", "load_settings"]

ENVIRONMENT_PREFIX = "THREADQA_"
FILE_NAME = "threadqa.toml"


class Settings(BaseModel):
    """Everything a user may set; docs/reference.md lists the same names."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    index: Path = Field(
        default=Path("index"), description="Folder of the archive and its search indexes."
    )
    encoder: str | None = Field(
        default=None,
        description="A sentence-transformers model by name or path; unset, the one of the index.",
    )
    runtime: Literal["auto", "openvino", "sentence-transformers"] = Field(
        default="auto",
        description="What runs the encoder; auto takes the fast CPU runtime where it can.",
    )
    max_file_bytes: int = Field(
        default=500_000_000,
        gt=0,
        description="A source file larger than this is left out and reported.",
    )
    dense_weight: float = Field(
        0.75,
        ge=0,
        le=1,
        description="Share of the dense score in the fused score; 0 is words only.",
    )
    answer_threshold: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Least confidence to answer with; unset, the one fitted on development sets.",
    )
    max_sentences: int = Field(default=3, ge=1, le=20, description="Most sentences in an answer.")


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
    merged: dict[str, object] = {}
    for place, values in places:
        _check(place, values)
        merged.update(values)
    return Settings.model_validate(merged)


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


def _check(place: str, values: Mapping[str, object]) -> None:
    for name in values:
        if name not in Settings.model_fields:
            close = difflib.get_close_matches(name, Settings.model_fields, n=1)
            hint = f"did you mean {close[0]!r}" if close else f"known: {_known_names()}"
            raise SettingsError(f"{place} sets {name!r}, which is not a setting; {hint}")
    try:
        Settings.model_validate(dict(values))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SettingsError(
            f"{place} sets {name} to {first['input']!r}: {first['msg'].lower()}"
        ) from error


def _known_names() -> str:
    return ", ".join(sorted(Settings.model_fields))
