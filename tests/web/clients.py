"""A client without a browser: Gradio's queue over HTTP."""

from __future__ import annotations

import json
import secrets
from typing import Any

import httpx

from threadqa.web.guard import BUSY

__all__ = ["ask", "asking_function", "function_index"]


def function_index(client: httpx.Client, api_name: str = "ask") -> int:
    """The number of the function that the page calls by a name."""
    for function in client.get("/config").raise_for_status().json()["dependencies"]:
        if function["api_name"] == api_name:
            return int(function["id"])
    raise AssertionError(f"the page has no function {api_name}")


def asking_function(client: httpx.Client) -> int:
    """The number of the function that the page calls when a question is sent off."""
    for function in client.get("/config").raise_for_status().json()["dependencies"]:
        if any(event == "submit" for _, event in function["targets"]):
            return int(function["id"])
    raise AssertionError("the page has no question")


def ask(client: httpx.Client, function: int, *data: object, session: str | None = None) -> Any:  # noqa: ANN401
    """What a function of the page gives for some values, by way of the queue.

    Returns:
        Its values; None where the server says that it is busy.
    """
    session = session or secrets.token_hex(8)
    joined = client.post(
        "/gradio_api/queue/join",
        json={"data": list(data), "fn_index": function, "session_hash": session},
    )
    if joined.status_code == httpx.codes.SERVICE_UNAVAILABLE:
        assert joined.json() == {"detail": BUSY}
        return None
    joined.raise_for_status()
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as events:
        events.raise_for_status()
        for line in events.iter_lines():
            if not line.startswith("data:"):
                continue
            event = json.loads(line.removeprefix("data:"))
            if event["msg"] == "process_completed":
                assert event["success"], event
                return event["output"]["data"]
    raise AssertionError("the stream ended without an answer")
