"""The errors threadqa raises, under one root.

Every message says what was expected, what was found, and what to do next, in one line::

    ThreadqaError
    ├── UsageError            the request itself is wrong: a bad operator, a bad flag value
    ├── SettingsError         a setting has an unknown name or a value that is not allowed
    ├── SourceError           a source file cannot be read: empty, binary, unreadable, too large
    │   └── SourceFormatError     ... or a line of it breaks its format; names the line
    ├── ArchiveError          the archive is missing, damaged, or of a newer schema
    │   └── ArchiveBusyError      ... or another process is writing to it
    ├── SearchIndexError      a derived index is missing, damaged, or of a newer format
    ├── EncoderError          a model is missing, damaged or unsafe, or does not fit the archive
    └── LanguageModelError    a language model does not answer, or its answer breaks off
        └── ContextLengthError    ... or what it was asked is longer than it can read
"""

from __future__ import annotations

__all__ = [
    "ArchiveBusyError",
    "ArchiveError",
    "ContextLengthError",
    "EncoderError",
    "LanguageModelError",
    "SearchIndexError",
    "SettingsError",
    "SourceError",
    "SourceFormatError",
    "ThreadqaError",
    "UsageError",
]


class ThreadqaError(Exception):
    """Root of every error that threadqa raises on purpose."""


class UsageError(ThreadqaError):
    """The request itself is wrong; the same request will fail again."""


class SettingsError(ThreadqaError):
    """A setting has an unknown name or a value that is not allowed."""


class SourceError(ThreadqaError):
    """A source file cannot be taken in.

    Attributes:
        path: The file, as the user named it.
        reason: Why, in a few words, without the path.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class SourceFormatError(SourceError):
    """A line of a source file breaks the file's format.

    Attributes:
        line: The line, counted from 1.
    """

    def __init__(self, path: str, line: int, reason: str) -> None:
        super().__init__(path, f"line {line}: {reason}")
        self.line = line


class ArchiveError(ThreadqaError):
    """The archive is missing, damaged, or written by a newer threadqa."""


class ArchiveBusyError(ArchiveError):
    """Another process holds the archive for writing."""


class SearchIndexError(ThreadqaError):
    """A derived index is missing, damaged, or of a newer format."""


class EncoderError(ThreadqaError):
    """A model is missing, damaged, unsafe to load, or does not fit the archive's vectors."""


class LanguageModelError(ThreadqaError):
    """A language model does not answer, or its answer breaks off; answers do without it then."""


class ContextLengthError(LanguageModelError):
    """What a language model was asked is longer than it can read."""
