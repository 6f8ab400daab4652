"""The one client, for any server that speaks OpenAI's chat completions over HTTP.

Of the `openai` package: its requests, retries with backoff, and reading of streams. Kept out: what
it takes from the environment (other keys, headers and addresses), what it tells of the machine, and
redirects, which would carry posts to an address that nobody set.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from threadqa.errors import ContextLengthError, LanguageModelError
from threadqa.language_models.background import run_in_background
from threadqa.language_models.failures import Attempts, failure
from threadqa.language_models.protocol import Message, Schema
from threadqa.language_models.servers import Server

if TYPE_CHECKING:
    import httpx2
    import openai

__all__ = ["OpenAICompatible"]

RETRIES = 2
LONGEST_CONNECT = 10.0
SENT_HEADERS = frozenset(
    "accept accept-encoding connection content-length content-type host user-agent".split()
)
# By these a server says that it does not take a part of the request, such as a schema.
NOT_TAKEN = frozenset({400, 415, 422, 501})


class OpenAICompatible:
    """A model on a server; holds no connection between requests."""

    def __init__(self, server: Server, *, retries: int = RETRIES) -> None:
        """Contacts nothing.

        Args:
            server: Which to ask.
            retries: How often a request is repeated that met an overloaded or broken server.
        """
        self._server = server
        self._retries = retries
        self._takes_schemas = True

    @property
    def name(self) -> str:
        """The model, as its server names it."""
        return self._server.model

    def stream(
        self, messages: Sequence[Message], schema: Schema, *, seconds: float
    ) -> Generator[str]:
        """Asks the model; see `ChatModel.stream`."""
        attempts = Attempts()
        source = partial(self._pieces, messages, schema, attempts, seconds)
        yield from self._in_words(run_in_background(source, seconds=seconds), attempts, seconds)

    def models(self, *, seconds: float) -> list[str]:
        """Names of the models that the server says it has.

        Raises:
            LanguageModelError: It does not say.
        """
        attempts = Attempts()
        source = partial(self._names, attempts, seconds)
        return list(self._in_words(run_in_background(source, seconds=seconds), attempts, seconds))

    def _in_words(
        self, pieces: Generator[str], attempts: Attempts, seconds: float
    ) -> Generator[str]:
        """Passes pieces on, and says what an error means."""
        try:
            yield from pieces
        except Exception as error:
            # From None: what the client raises may hold what was sent.
            raise failure(error, self._server, attempts, seconds=seconds) from None

    async def _names(self, attempts: Attempts, seconds: float) -> AsyncIterator[str]:
        async with self._client(attempts, seconds) as client:
            async for model in client.models.list():
                yield str(model.id)

    async def _pieces(
        self, messages: Sequence[Message], schema: Schema, attempts: Attempts, seconds: float
    ) -> AsyncIterator[str]:
        """The reply's text: first asked for by schema, and without if the server takes none."""
        async with self._client(attempts, seconds) as client:
            ask = partial(self._reply, client, messages)
            if self._takes_schemas:
                try:
                    async for piece in ask(schema):
                        yield piece
                except Exception as error:
                    if not self._refuses_schema(error, attempts, seconds):
                        raise
                else:
                    return
            attempts.statuses.clear()
            async for piece in ask(None):
                # Only now it is known that it was the schema that was refused.
                self._takes_schemas = False
                yield piece

    def _refuses_schema(self, error: Exception, attempts: Attempts, seconds: float) -> bool:
        meant = failure(error, self._server, attempts, seconds=seconds)
        too_long = isinstance(meant, ContextLengthError)
        return getattr(error, "status_code", None) in NOT_TAKEN and not too_long

    async def _reply(
        self, client: openai.AsyncOpenAI, messages: Sequence[Message], schema: Schema | None
    ) -> AsyncIterator[str]:
        """The text of one reply.

        Raises:
            LanguageModelError: It ends before its end.
        """
        options: dict[str, Any] = {}
        if schema is not None:
            named = {"name": "answer", "strict": True, "schema": schema}
            options["response_format"] = {"type": "json_schema", "json_schema": named}
        if self._server.reasoning_effort is not None:
            options["reasoning_effort"] = self._server.reasoning_effort
        asked: Any = [{"role": m.role.value, "content": m.content} for m in messages]
        chunks = await client.chat.completions.create(
            model=self._server.model, messages=asked, stream=True, **options
        )
        began, finished = False, None
        async with chunks:
            async for chunk in chunks:
                began = True
                for choice in chunk.choices[:1]:
                    finished = choice.finish_reason or finished
                    if choice.delta.content:
                        yield choice.delta.content
        if not began:
            raise ValueError("no event in the stream")
        if finished != "stop":
            raise LanguageModelError(self._unfinished(finished))

    def _unfinished(self, finished: str | None) -> str:
        name, url = self._server.model, self._server.base_url
        match finished:
            case None:
                return f"the answer of {url} broke off: see the server's log"
            case "length":
                return (
                    f"the model {name} ran out of room for its answer: give the server a longer "
                    "context, or lower llm.max_context_characters"
                )
            case "content_filter":
                return f"{url} held the answer back (content_filter)"
            case _:
                return f"the model {name} did something else than answer ({finished[:40]})"

    @asynccontextmanager
    async def _client(
        self, attempts: Attempts, seconds: float
    ) -> AsyncIterator[openai.AsyncOpenAI]:
        import httpx2
        import openai

        async def prune(request: httpx2.Request) -> None:
            """Takes out what tells of the machine, its Python, or other accounts."""
            for name in {*request.headers} - SENT_HEADERS:
                del request.headers[name]
            if self._server.api_key:
                request.headers["authorization"] = f"Bearer {self._server.api_key}"

        async def note(response: httpx2.Response) -> None:
            attempts.statuses.append(response.status_code)

        connection = httpx2.AsyncClient(
            verify=httpx2.create_ssl_context(),
            # A proxy is for what is outside: to this machine, posts go straight.
            trust_env=not self._server.is_local,
            follow_redirects=False,
            event_hooks={"request": [prune], "response": [note]},
        )
        async with openai.AsyncOpenAI(
            base_url=self._server.base_url,
            api_key=self._server.api_key or "none",  # the client wants one; `prune` sends ours
            max_retries=self._retries,
            timeout=httpx2.Timeout(seconds, connect=min(seconds, LONGEST_CONNECT)),
            http_client=connection,
        ) as client:
            yield client
