"""Signing in and out of a real server, by HTTP and in a browser."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.clients import ask, function_index
from tests.web.conftest import ROOT, Axe, OpenPage, Watch
from tests.web.servers import Served, serving
from threadqa.web.users import hash_password, write_users

PASSWORD = "correct horse battery"
QUESTION = "How many clinical commissioning groups are abolished?"


@pytest.fixture(scope="module")
def users_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("users") / "users.json"
    write_users(file, {name: hash_password(PASSWORD) for name in ("ann", "bob", "eve")})
    return file


@pytest.fixture(scope="module")
def served(
    examples_index: Path, users_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A server that asks who is there."""
    index = tmp_path_factory.mktemp("signed-in") / "index"
    shutil.copytree(examples_index, index)
    with serving(index, "--users", users_file) as server:
        yield server


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    """A browser that nobody has signed in with."""
    with httpx.Client(base_url=served.url, timeout=30) as client:
        yield client


def sign_in(client: httpx.Client, name: str, password: str = PASSWORD) -> httpx.Response:
    return client.post("/sign-in", data={"name": name, "password": password})


@pytest.fixture
def ann(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url, timeout=30) as client:
        assert sign_in(client, "ann").status_code == 303
        yield client


@pytest.fixture
def bob(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url, timeout=30) as client:
        assert sign_in(client, "bob").status_code == 303
        yield client


def every_path() -> list[tuple[str, str]]:
    """(method, path) of every route that Gradio has, its parameters filled in."""
    command = [sys.executable, "-m", "tests.web.gradio_routes"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    return [(method, path) for method, path in json.loads(listed.stdout)]


def test_no_route_answers_without_sign_in(client: httpx.Client) -> None:
    paths = every_path()
    assert len(paths) > 80
    for method, path in paths:
        answer = client.request(method, path)
        if path == "/" and method in {"GET", "HEAD"}:
            assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
        else:
            assert answer.status_code == 401, (method, path)
            assert answer.text in {"Sign in first.", ""}
        assert "set-cookie" not in answer.headers


def test_no_file_is_given_out_without_sign_in(client: httpx.Client, served: Served) -> None:
    for path in ("/assets/x.js", f"/gradio_api/file={served.index}/archive.sqlite", "/config"):
        assert client.get(path).status_code == 401


def test_whoever_signs_in_gets_a_cookie_that_pages_and_other_sites_cannot_use(
    client: httpx.Client,
) -> None:
    signed_in = sign_in(client, "ann")
    assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/")
    cookie = signed_in.headers["set-cookie"]
    name, value = cookie.split(";")[0].split("=")
    assert name == "threadqa-session"
    assert len(value) >= 43
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/", "max-age=604800"} <= attributes
    assert "secure" not in attributes  # the server itself speaks http
    assert client.get("/").status_code == 200
    assert client.get("/sign-in").headers["location"] == "/"


def test_behind_https_the_cookie_is_secure_and_bound_to_the_host(
    examples_index: Path, users_file: Path, tmp_path: Path
) -> None:
    index = Path(shutil.copytree(examples_index, tmp_path / "index"))
    public = {"THREADQA_WEB_PUBLIC_URL": "https://threads.example.org"}
    with (
        serving(index, "--users", users_file, environment=public) as server,
        httpx.Client(base_url=server.url) as client,
    ):
        headers = {"Host": "threads.example.org", "Origin": "https://threads.example.org"}
        signed_in = client.post(
            "/sign-in", data={"name": "ann", "password": PASSWORD}, headers=headers
        )
        cookie = signed_in.headers["set-cookie"]
        assert cookie.startswith("__Host-threadqa-session=")
        assert "; Secure" in cookie
        config = client.get(
            "/config",
            headers={
                "Host": "threads.example.org",
                "X-Forwarded-Proto": "https",
                "Cookie": cookie.split(";")[0],
            },
        ).json()
        assert config["root"] == "https://threads.example.org"


@pytest.mark.parametrize(
    ("name", "password"),
    [("ann", "wrong wrong wrong"), ("nobody", PASSWORD), ("", ""), ("ann", PASSWORD + " "),
     ("ann\x00", PASSWORD), ("' OR 1=1 --", PASSWORD)],
)  # fmt: skip
def test_whoever_does_not_fit_is_told_so_and_not_why(
    examples_index: Path, users_file: Path, served: Served, name: str, password: str
) -> None:
    with httpx.Client(base_url=served.url, timeout=30) as client:
        answer = sign_in(client, name, password)
    assert answer.status_code in {403, 429}  # earlier failures of this test count too
    if answer.status_code == 403:
        assert 'role="alert">The name or the password is wrong.' in answer.text
    assert "set-cookie" not in answer.headers
    assert password not in answer.text or not password


def test_a_name_is_escaped_in_the_form(client: httpx.Client) -> None:
    answer = sign_in(client, '"><script>alert(1)</script>', "wrong")
    assert "<script" not in answer.text


def test_signing_out_ends_the_session_for_whoever_has_its_cookie(
    client: httpx.Client, served: Served
) -> None:
    sign_in(client, "ann")
    stolen = dict(client.cookies)
    assert client.get("/sign-out").status_code == 200
    signed_out = client.post("/sign-out")
    assert (signed_out.status_code, signed_out.headers["location"]) == (303, "/sign-in")
    assert "storage" in signed_out.headers["clear-site-data"]
    with httpx.Client(base_url=served.url, cookies=stolen) as thief:
        assert thief.get("/config").status_code == 401


def test_reading_a_page_signs_nobody_out(ann: httpx.Client) -> None:
    ann.get("/sign-out")
    assert ann.get("/config").status_code == 200


def test_another_site_can_sign_nobody_in_or_out(client: httpx.Client, ann: httpx.Client) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        data = {"name": "ann", "password": PASSWORD}
        assert client.post("/sign-in", data=data, headers=headers).status_code == 403
        assert ann.post("/sign-out", headers=headers).status_code == 403
    assert "set-cookie" not in client.get("/sign-in").headers
    assert ann.get("/config").status_code == 200


def test_a_guessed_or_foreign_cookie_is_nobodys(client: httpx.Client) -> None:
    for value in (secrets.token_urlsafe(32), "", "x" * 5000, '"', "ä".encode().decode("latin-1")):
        headers = {b"Cookie": f"threadqa-session={value}".encode("latin-1")}
        assert client.get("/config", headers=headers).status_code == 401


def test_a_long_form_is_refused(client: httpx.Client) -> None:
    assert client.post("/sign-in", content=b"x" * 20_000).status_code == 413
    assert client.post("/sign-in", content=b"a&" * 4_000).status_code in {403, 429}


def test_after_some_failures_a_pause_is_asked_for_and_others_need_not_wait(
    served: Served,
) -> None:
    with httpx.Client(base_url=served.url, timeout=30) as client:
        answers = [sign_in(client, "eve", "wrong wrong wrong") for _ in range(6)]
        assert answers[0].status_code == 403
        late = answers[-1]
        assert late.status_code == 429
        assert re.search(r'role="alert">Too many attempts\. Try again in \d+ seconds?\.', late.text)
        pause = int(late.headers["retry-after"])
        assert 1 <= pause <= 4
        assert sign_in(client, "eve").status_code == 429  # the right password too
        assert sign_in(client, "bob").status_code == 303
        time.sleep(pause)
        assert sign_in(client, "eve").status_code == 303


def statuses(url: str, name: str, addresses: list[str]) -> list[int]:
    """What wrong passwords are answered, each from an address that a proxy would name."""
    with httpx.Client(base_url=url, timeout=30, headers={"Host": "localhost"}) as client:
        return [
            client.post(
                "/sign-in",
                data={"name": name, "password": "wrong wrong wrong"},
                headers={"X-Forwarded-For": address},
            ).status_code
            for address in addresses
        ]


def test_a_client_cannot_make_up_its_address_but_a_proxy_says_it(
    served: Served, users_file: Path, tmp_path: Path
) -> None:
    made_up = [f"10.0.0.{number}" for number in range(6)]
    assert statuses(served.url, "zoe", made_up)[-1] == 429
    public = {"THREADQA_WEB_PUBLIC_URL": "https://threads.example.org"}
    with serving(tmp_path / "i", "--users", users_file, environment=public) as server:
        assert statuses(server.url, "zoe", made_up) == [403] * 6
        assert statuses(server.url, "zoe", ["10.1.1.1"] * 6)[-1] == 429


def test_a_page_session_is_its_users_alone(ann: httpx.Client, bob: httpx.Client) -> None:
    function = function_index(ann)
    session = secrets.token_hex(8)
    (answer,) = ask(ann, function, QUESTION, session=session)
    assert "106 clinical" in answer["answer"]
    body = {"data": [QUESTION], "fn_index": function, "session_hash": session}
    for refused in (
        bob.post("/gradio_api/queue/join", json=body),
        bob.post("/gradio_api/cancel", json={**body, "event_id": "x"}),
        bob.post("/gradio_api/component_server", json=body),
        bob.get("/gradio_api/queue/data", params={"session_hash": session}),
        bob.get(f"/gradio_api/heartbeat/{session}"),
    ):
        assert (refused.status_code, refused.text) == (403, "This is another user's.")


def sign_in_by_form(page: Page, name: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/$"))
    page.get_by_label("Question").wait_for()


def test_two_users_never_see_each_others_conversation(
    open_page: OpenPage, ann: httpx.Client, bob: httpx.Client
) -> None:
    anns = open_page()
    sign_in_by_form(anns, "ann")
    anns.get_by_label("Question").fill(QUESTION)
    anns.get_by_label("Question").press("Enter")
    expect(anns.get_by_role("log")).to_contain_text("106 clinical")
    listed = anns.locator("#tq-listed [data-conversation]").first
    expect(listed).to_be_visible()
    conversation = listed.get_attribute("data-conversation")
    assert conversation

    bobs = open_page()
    sign_in_by_form(bobs, "bob")
    expect(bobs.locator("#tq-begin")).not_to_be_empty()
    assert QUESTION not in bobs.content()
    opened = {"conversation": conversation}
    assert "106 clinical" in json.dumps(send(ann, "open_conversation", opened))
    for event in ("open_conversation", "delete_conversation", "rename_conversation"):
        data = {"conversation": conversation, "title": "Bob's now"}
        answer = json.dumps(send(bob, event, data))
        assert "106 clinical" not in answer
    anns.goto(anns.url)
    expect(anns.locator("#tq-listed")).to_contain_text(QUESTION)


def send(client: httpx.Client, event: str, data: dict[str, str]) -> object:
    """What the page's function for an event gives, whatever values its components had."""
    functions = client.get("/config").json()["dependencies"]
    (function,) = [f for f in functions if any(name == event for _, name in f["targets"])]
    session = secrets.token_hex(8)
    body = {
        "data": [None] * len(function["inputs"]),
        "event_data": data,
        "fn_index": function["id"],
        "session_hash": session,
    }
    client.post("/gradio_api/queue/join", json=body).raise_for_status()
    return client.get("/gradio_api/queue/data", params={"session_hash": session}).text


def test_a_page_knows_its_user_and_the_form_works_in_a_browser(
    open_page: OpenPage, axe: Axe
) -> None:
    page = open_page()
    expect(page).to_have_title("Sign in to threadqa")
    expect(page.get_by_label("Name")).to_be_focused()
    axe(page)
    page.keyboard.type("Bob ")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/$"))
    page.wait_for_function("window.gradio_config?.username === 'bob'")
    assert page.evaluate("document.cookie") == ""
    expect(page.locator("#tq-user")).to_contain_text("Signed in as bob")
    page.get_by_role("link", name="Sign out").click()
    page.wait_for_url(re.compile(r"/sign-out$"))
    expect(page.get_by_text("You are signed in as bob.")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile(r"/sign-in$"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_wrong_password_is_said_and_read_out(
    open_page: OpenPage, axe: Axe, watch: Watch, scheme: str, tmp_path: Path
) -> None:
    watch.expected.append("status of 403")
    page = open_page(color_scheme=scheme, viewport={"width": 390, "height": 700})
    page.get_by_label("Name").fill(f"{scheme}")
    page.get_by_label("Password").fill("wrong wrong wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("The name or the password is wrong.")
    expect(page.get_by_label("Password")).to_be_focused()
    axe(page)
    page.screenshot(path=tmp_path / f"sign-in-{scheme}.png")


def test_another_site_cannot_frame_the_page(browser: Browser, served: Served) -> None:
    page = browser.new_page()
    page.set_content(f'<iframe src="{served.url}sign-in"></iframe>')
    frame = page.frames[1]
    page.wait_for_timeout(500)
    assert "Sign in" not in frame.content()
    page.close()
