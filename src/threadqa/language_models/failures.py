"""What a user is told when a language model does not answer: all of the client's errors, in a line.

Nothing here shows a key, and of what a server says only the beginning, on one line.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from threadqa.errors import ContextLengthError, LanguageModelError
from threadqa.language_models.servers import Server

if TYPE_CHECKING:
    import openai

__all__ = ["Attempts", "failure"]

LONGEST_QUOTE = 160
UNPRINTABLE = re.compile(r"[^\S ]+|[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")
# Codes and words of Ollama, llama.cpp, vLLM and the clouds for a prompt that is too long.
TOO_LONG_CODES = frozenset({"context_length_exceeded", "exceed_context_size_error"})
TOO_LONG = re.compile(
    r"context (?:length|size|window)|maximum (?:context|input|model) length|too many tokens|"
    r"(?:prompt|input|request) (?:is )?too (?:long|large)|max_model_len",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Attempts:
    """What the server answered so far to one request and its retries.

    Attributes:
        statuses: HTTP status of each answer, in order.
    """

    statuses: list[int] = field(default_factory=list)

    @property
    def refusals(self) -> str:
        """How the server turned all attempts down, in words; empty where it did not."""
        if not self.statuses or min(self.statuses) < 400:
            return ""
        times = f"{len(self.statuses)} times, " if len(self.statuses) > 1 else ""
        return f"{times}last with status {self.statuses[-1]}"


def failure(
    error: Exception, server: Server, attempts: Attempts, *, seconds: float
) -> LanguageModelError:
    """Says what a failed request means and what to do.

    Args:
        error: What the client raised, or TimeoutError.
        server: Which was asked.
        attempts: What it answered.
        seconds: The time limit that held.
    """
    import openai

    match error:
        case LanguageModelError():
            return error
        case openai.APIStatusError():
            return _status_failure(error, server, attempts)
        case TimeoutError() | openai.APITimeoutError():
            return LanguageModelError(_too_slow(server, attempts, seconds))
        case openai.APIConnectionError():
            return LanguageModelError(_connection_failure(error, server))
        case openai.APIError():  # within a stream
            said = _quoted(error.message, server)
            kind = ContextLengthError if _is_too_long(error) else LanguageModelError
            return kind(f"{server.base_url} broke off its answer{said}")
        case _:
            return LanguageModelError(
                f"{server.base_url} did not answer as an OpenAI-compatible server does "
                f"({type(error).__name__}): check llm.base_url, which ends in /v1 for most"
            )


def _too_slow(server: Server, attempts: Attempts, seconds: float) -> str:
    limit = f"within {round(seconds, 1):g} seconds"
    if attempts.refusals:
        return f"{server.base_url} refused {limit} ({attempts.refusals}): try again later"
    return (
        f"{server.base_url} did not finish {limit}: take a smaller model, or raise "
        "llm.timeout_seconds"
    )


def _connection_failure(error: Exception, server: Server) -> str:
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            reason = getattr(cause, "verify_message", "") or cause.reason or "no common protocol"
            return (
                f"the TLS connection to {server.base_url} failed ({_plain(reason)}): correct "
                "llm.base_url, or name the server's certificate authority in SSL_CERT_FILE"
            )
    if any(type(cause).__name__ in {"ReadError", "RemoteProtocolError"} for cause in causes):
        return f"the connection to {server.base_url} broke off: see the server's log"
    return f"{server.base_url} cannot be reached: start the server, or correct llm.base_url"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and those it came from."""
    for _ in range(10):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def _status_failure(
    error: openai.APIStatusError, server: Server, attempts: Attempts
) -> LanguageModelError:
    if _is_too_long(error):
        return ContextLengthError(
            f"the model {server.model} cannot read so much{_said(error, server)}: lower "
            "llm.max_context_characters, or give the server a longer context"
        )
    status = error.status_code
    for low, high, words in STATUSES:
        if low <= status <= high:
            return LanguageModelError(words(error, server, attempts))
    return LanguageModelError(
        f"{server.base_url} refused the request (status {status}){_said(error, server)}"
    )


def _redirected(error: openai.APIStatusError, server: Server, attempts: Attempts) -> str:
    return (
        f"{server.base_url} redirects elsewhere (status {error.status_code}), which is not "
        "followed: set llm.base_url to the server's own address"
    )


def _unauthorized(error: openai.APIStatusError, server: Server, attempts: Attempts) -> str:
    has_key = "another key than" if server.api_key else "a key"
    named = " the one in the variable that llm.api_key_env names" if server.api_key else ""
    return (
        f"{server.base_url} wants {has_key}{named} (status {error.status_code}): set "
        "llm.api_key_env to the name of the variable that holds it"
    )


def _unknown(error: openai.APIStatusError, server: Server, attempts: Attempts) -> str:
    return (
        f"{server.base_url} has no model {server.model!r}, or nothing at this address (status 404)"
        f"{_said(error, server)}: correct llm.model or llm.base_url"
    )


def _overloaded(error: openai.APIStatusError, server: Server, attempts: Attempts) -> str:
    return (
        f"{server.base_url} takes no more requests at the moment ({attempts.refusals})"
        f"{_said(error, server)}: try again later"
    )


def _broken(error: openai.APIStatusError, server: Server, attempts: Attempts) -> str:
    return (
        f"{server.base_url} failed ({attempts.refusals}){_said(error, server)}: see the "
        "server's log"
    )


Words = Callable[["openai.APIStatusError", Server, Attempts], str]
STATUSES: tuple[tuple[int, int, Words], ...] = (
    (300, 399, _redirected),
    (401, 401, _unauthorized),
    (403, 403, _unauthorized),
    (404, 404, _unknown),
    (429, 429, _overloaded),
    (500, 599, _broken),
)


def _is_too_long(error: openai.APIError) -> bool:
    status = getattr(error, "status_code", 400)
    if status == 413 or {error.code, error.type} & TOO_LONG_CODES:
        return True
    return status in {400, 422} and TOO_LONG.search(_message(error)) is not None


def _message(error: openai.APIError) -> str:
    """What the server says went wrong; empty where it says nothing one can read."""
    body: Any = error.body
    for key in ("message", "detail"):
        if isinstance(body, dict) and isinstance(body.get(key), str):
            return str(body[key])
    if isinstance(body, str):
        return "" if body.lstrip().startswith("<") else body  # a page says nothing on one line
    # Without a body, the client's own message has only the status.
    return "" if hasattr(error, "status_code") else error.message


def _said(error: openai.APIError, server: Server) -> str:
    return _quoted(_message(error), server)


def _quoted(text: str, server: Server) -> str:
    """What a server says, short and without the key, to be put after other words."""
    if server.api_key:
        text = text.replace(server.api_key, "…")
    plain = _plain(text)
    if not plain:
        return ""
    return f", which says “{plain[:LONGEST_QUOTE]}{'…' if len(plain) > LONGEST_QUOTE else ''}”"


def _plain(text: str) -> str:
    return UNPRINTABLE.sub(" ", text).strip()
