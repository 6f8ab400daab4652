"""What a server says to requests that no page of ours would make; by HTTP, to a real server."""

from __future__ import annotations

import re
import secrets
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.web.clients import ask, function_index
from tests.web.servers import Served

QUESTION = "How many clinical commissioning groups are abolished?"
PATHS = [
    "/", "/config", "/theme.css", "/nothing", "/gradio_api/nothing", "/static/nothing",
    "/gradio_api/file=/etc/passwd", "/assets/%00",
]  # fmt: skip


@pytest.fixture(scope="module")
def client(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url, timeout=30) as client:
        yield client


@pytest.mark.parametrize("path", PATHS)
def test_every_response_has_the_security_headers(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"https?:|\*|(?<!style-src )(?<!style-src 'self' )'unsafe-inline'", policy)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers
    assert "access-control-allow-origin" not in headers


def test_a_page_has_a_nonce_of_its_own_and_all_its_scripts_have_it(client: httpx.Client) -> None:
    nonces = set()
    for _ in range(2):
        page = client.get("/")
        (nonce,) = re.findall(r"'nonce-([\w-]{20,})'", page.headers["content-security-policy"])
        assert (
            f"script-src 'self' 'nonce-{nonce}' 'unsafe-eval';"
            in (page.headers["content-security-policy"])
        )
        assert len(re.findall(r"<script[\s>]", page.text)) == page.text.count(f'nonce="{nonce}"')
        nonces.add(nonce)
    assert len(nonces) == 2


def test_what_never_changes_may_be_kept_and_nothing_else(client: httpx.Client) -> None:
    (script,) = re.findall(r'src="\./(assets/[^"]+\.js)"', client.get("/").text)
    asset = client.get(f"/{script}")
    assert (asset.status_code, "immutable" in asset.headers["cache-control"]) == (200, True)


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:7860", "10.0.0.1", ""],
)
def test_another_host_name_is_refused(client: httpx.Client, host: str) -> None:
    for path in ("/", "/config"):
        assert client.get(path, headers={"Host": host}).status_code == 421
    assert client.post("/gradio_api/queue/join", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Origin": "http://127.0.0.1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "SELF"},
    ],
)
def test_a_page_of_another_site_cannot_change_anything(
    client: httpx.Client, served: Served, headers: dict[str, str]
) -> None:
    sent = {name: value.replace("SELF", served.origin) for name, value in headers.items()}
    for path in ("/gradio_api/queue/join", "/gradio_api/upload", "/gradio_api/cancel"):
        refused = client.post(path, headers=sent, json={})
        assert (refused.status_code, refused.text) == (
            403,
            "A page of another site may not do this.",
        )


def test_a_page_of_ours_and_a_program_may(client: httpx.Client, served: Served) -> None:
    for headers in ({}, {"Origin": served.origin}, {"Sec-Fetch-Site": "same-origin"}):
        assert client.post("/gradio_api/reset", headers=headers, json={"event_id": "x"}).is_success


def test_no_other_origin_may_read_an_answer(client: httpx.Client) -> None:
    asked = client.options(
        "/gradio_api/queue/join",
        headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"},
    )
    assert asked.status_code == 403
    read = client.get("/config", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in read.headers


@pytest.mark.parametrize(
    "path",
    [
        "/monitoring", "/monitoring/summary", "/monitoring/x", "/docs", "/redoc", "/openapi.json",
        "/gradio_api/openapi.json", "/gradio_api/mcp", "/gradio_api/mcp/sse", "/gradio_api/runs",
        "/gradio_api/run-history/records", "/gradio_api/deep_link", "/gradio_api/vibe-code",
        "/gradio_api/dev/reload", "/gradio_api/token", "/gradio_api/proxy=https://evil.example/",
        "/gradio_api/custom_component/a/b/c/d", "/gradio_api/stream/a/b/c/playlist.m3u8", "/login",
        "/?deep_link=x", "/svelte/x", "/pwa_icon", "/logout", "/gradio_api/profiling/traces",
    ],
)  # fmt: skip
def test_what_of_gradio_the_page_does_not_need_is_not_there(
    client: httpx.Client, path: str
) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.text) == (404, "Not found.")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/config", "/gradio_api/vibe-edit", "/login",
                                  "/gradio_api/run/ask", "/gradio_api/api/ask"])  # fmt: skip
def test_no_other_way_in(client: httpx.Client, method: str, path: str) -> None:
    assert client.request(method, path).status_code == 404


def test_a_long_request_is_refused_before_it_is_read(client: httpx.Client) -> None:
    for body in (b"x" * 4_000_001, iter([b"x" * 1_000_000] * 5)):
        refused = client.post("/gradio_api/queue/join", content=body)
        assert refused.status_code == 413


def test_forged_headers_of_a_proxy_change_nothing(client: httpx.Client) -> None:
    forged = {
        "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "10.0.0.1", "X-Gradio-Server": "https://evil.example",
        "Forwarded": "host=evil.example",
    }  # fmt: skip
    for path in ("/", "/config"):
        assert "evil.example" not in client.get(path, headers=forged).text


def test_a_websocket_is_refused(served: Served) -> None:
    host, port = served.origin.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 10) as connection:
        connection.sendall(
            f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: Upgrade\r\n"
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
        )
        assert b" 101 " not in connection.recv(100)


def test_the_page_tells_nothing_of_the_machine(client: httpx.Client, served: Served) -> None:
    for path in ("/", "/config", "/gradio_api/info"):
        text = client.get(path).text
        assert str(served.index.parent) not in text
        assert str(Path(__file__).parents[2]) not in text
        assert '"analytics_enabled":true' not in text
        assert '"show_api":true' not in text


def test_an_error_of_ours_shows_no_traceback(client: httpx.Client) -> None:
    function = function_index(client)
    session = secrets.token_hex(8)
    client.post(
        "/gradio_api/queue/join",
        json={"data": [], "fn_index": function, "session_hash": session},
    ).raise_for_status()
    events = client.get("/gradio_api/queue/data", params={"session_hash": session}).text
    assert '"success":false' in events.replace(" ", "")
    assert "Traceback" not in events
    assert ".py" not in events


def test_a_question_is_answered_over_the_queue(client: httpx.Client) -> None:
    (answer,) = ask(client, function_index(client), QUESTION)
    assert "106 clinical" in answer["answer"]
