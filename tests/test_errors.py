"""The tree of errors, and what their messages say."""

from __future__ import annotations

import re

from threadqa import errors
from threadqa.errors import SourceError, SourceFormatError, ThreadqaError

BRANCH = re.compile(r"^(?P<indent>[ │]*)[├└]── (?P<name>\w+)", re.MULTILINE)


def drawn_tree() -> dict[str, str]:
    """Parent by error, as the module's docstring draws it."""
    parents: dict[str, str] = {}
    path: list[str] = []
    for branch in BRANCH.finditer(errors.__doc__ or ""):
        depth = len(branch["indent"]) // 4 - 1
        path[depth:] = [branch["name"]]
        parents[branch["name"]] = path[depth - 1] if depth else "ThreadqaError"
    return parents


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    classes = {name: getattr(errors, name) for name in errors.__all__}
    parents = {
        name: kind.__bases__[0].__name__
        for name, kind in classes.items()
        if kind is not ThreadqaError
    }
    assert drawn_tree() == parents


def test_every_error_of_the_module_is_exported() -> None:
    defined = {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, ThreadqaError)
    }
    assert defined == set(errors.__all__)


def test_a_source_error_names_the_file_and_the_reason() -> None:
    error = SourceError("a.txt", "it is empty")
    assert str(error) == "a.txt: it is empty"
    assert (error.path, error.reason) == ("a.txt", "it is empty")


def test_a_format_error_names_the_line_too() -> None:
    error = SourceFormatError("a.jsonl", 7, "no text")
    assert str(error) == "a.jsonl: line 7: no text"
    assert (error.path, error.line, error.reason) == ("a.jsonl", 7, "line 7: no text")
