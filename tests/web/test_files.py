"""What a server gives out and takes in as files; by HTTP, to a real server."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from tests.web.servers import Served, serving

SECRET = b"canary-7f3a9"
FILE = "/gradio_api/file="


@pytest.fixture(scope="module")
def client(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def canary(served: Served) -> Path:
    """A file beside the index, with words that must not come out."""
    file = served.index.parent / "canary.txt"
    file.write_bytes(SECRET)
    return file


def upload(client: httpx.Client, name: str, content: bytes) -> httpx.Response:
    return client.post("/gradio_api/upload", files={"files": (name, content)})


def uploaded(client: httpx.Client, name: str, content: bytes) -> Path:
    (path,) = upload(client, name, content).raise_for_status().json()
    return Path(path)


def forms_of(path: Path) -> list[str]:
    """Ways to write a path in a URL."""
    text = str(path)
    up = "../" * 12
    return [
        text, text.lstrip("/"), "/" + text, "//" + text.lstrip("/"), f"file://{text}",
        up + text.lstrip("/"), quote(text, safe=""), quote(quote(text, safe=""), safe=""),
        text.replace("/", "%2f"), text.replace("/", "\\"), text + "%00", text + "%00.txt",
        f"/./{text}", text.replace("/", "/./"), f"{path.parent}/x/../{path.name}",
        f"http://127.0.0.1{text}", text + "/", text + "?x", text + ";x", "~" + text,
    ]  # fmt: skip


def test_no_file_of_the_machine_or_the_index_is_given_out(
    client: httpx.Client, served: Served, canary: Path
) -> None:
    targets = [
        canary, served.index / "archive.sqlite", served.index / "lock", Path("/etc/passwd"),
        Path(__file__), Path("/proc/self/environ"), *served.index.glob("generations/*/*"),
    ]  # fmt: skip
    for target in targets:
        for form in forms_of(target):
            for prefix in (FILE, "/gradio_api/file/", "/static/", "/assets/", "/", "/file="):
                answer = client.get(prefix + form)
                assert answer.status_code in {307, 400, 403, 404, 421}, prefix + form
                assert SECRET not in answer.content


def test_dots_as_they_are_typed_lead_nowhere(served: Served, canary: Path) -> None:
    """Over a bare connection, since clients take dots out of an address before they send it."""
    host, port = served.origin.removeprefix("http://").split(":")
    for prefix in ("/static", "/assets", FILE, "/gradio_api/file=/tmp"):
        for dots in ("/..", "/%2e%2e", "/.%2e", "/..%2f..", "/..\\..", "/....//"):
            with socket.create_connection((host, int(port)), 10) as connection:
                target = f"{prefix}{dots * 12}{canary}"
                request = f"GET {target} HTTP/1.0\r\nHost: {host}:{port}\r\n\r\n"
                connection.sendall(request.encode())
                answer = b"".join(iter(lambda: connection.recv(65536), b""))
            assert SECRET not in answer, target
            assert re.match(rb"HTTP/1\.1 (400|403|404) ", answer), target


def test_an_upload_lies_in_a_folder_of_the_server_alone(
    client: httpx.Client, served: Served
) -> None:
    path = uploaded(client, "notes.txt", b"1/1 A boat.\n")
    root = next(p for p in path.parents if p.name.startswith("threadqa-web-"))
    assert path.read_bytes() == b"1/1 A boat.\n"
    if os.name != "nt":
        assert root.stat().st_mode & 0o077 == 0
    assert not path.is_relative_to(served.index.parent)


@pytest.mark.parametrize(
    "name",
    ["../../../evil.txt", "/etc/cron.d/evil.txt", "..\\..\\evil.txt", "a\x00b.txt", "." * 300,
     "x" * 5000 + ".txt", "\u202etxt.exe", "con.txt", "%2e%2e%2fevil.txt", "; rm -rf ~;.txt", ""],
)  # fmt: skip
def test_the_name_of_an_upload_is_no_path(served: Served, name: str) -> None:
    # A client of its own: a server that refuses a body may close the connection.
    with httpx.Client(base_url=served.url, timeout=30) as client:
        inside = uploaded(client, "notes.txt", b"1/1 A boat.\n").parents[1]
        answer = upload(client, name, b"1/1 A boat.\n")
    assert answer.status_code in {200, 400, 413, 422, 500}
    if answer.status_code == 200:
        for path in answer.json():
            assert Path(path).resolve().is_relative_to(inside)
    assert not Path("/etc/cron.d/evil.txt").exists()
    assert not list(inside.parent.glob("evil*"))


def test_a_page_that_was_uploaded_is_saved_and_not_shown(client: httpx.Client) -> None:
    for name in ("page.html", "page.svg", "page.txt", "page.xhtml", "script.js"):
        path = uploaded(client, name, b"<script>alert(1)</script>")
        answer = client.get(f"{FILE}{path}")
        assert answer.headers["content-disposition"] == "attachment"
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("sandbox; default-src 'none'")
        assert "nonce" not in policy
        assert b"nonce" not in answer.content


def test_a_link_among_the_uploads_is_not_followed(client: httpx.Client, canary: Path) -> None:
    path = uploaded(client, "link.txt", b"x")
    link = path.with_name("other.txt")
    link.symlink_to(canary)
    folder = path.with_name("folder")
    folder.symlink_to(canary.parent, target_is_directory=True)
    for target in (link, folder / canary.name, folder / "index" / "archive.sqlite"):
        assert client.get(f"{FILE}{target}").status_code == 404
    link.unlink()
    folder.unlink()


def test_a_function_of_the_page_takes_no_path_of_the_machine(
    client: httpx.Client, served: Served, canary: Path
) -> None:
    """A client names the files that it has uploaded; Gradio, mounted, would take any other too."""
    for path in (canary, served.index / "uploads", "http://127.0.0.1/x.txt", "../canary.txt", ""):
        file = {"path": str(path), "meta": {"_type": "gradio.FileData"}}
        for value in (file, [file], {"files": [file]}, [[{"value": file}]]):
            for way in ("queue/join", "call/ask", "component_server", "call/v2"):
                body = {"data": [value], "fn_index": 0, "session_hash": "s"}
                refused = client.post(f"/gradio_api/{way}", json=body)
                assert (refused.status_code, refused.text) == (403, "This file was not uploaded.")
    link = uploaded(client, "link.txt", b"x").with_name("other.txt")
    link.symlink_to(canary)
    body = {"data": [{"path": str(link)}], "fn_index": 0, "session_hash": "s"}
    assert client.post("/gradio_api/queue/join", json=body).status_code == 403
    link.unlink()


def test_gradio_itself_takes_no_path_of_the_machine_either(canary: Path, tmp_path: Path) -> None:
    """Should the guard let one through."""
    script = (
        "import sys, asyncio\n"
        "from pathlib import Path\n"
        "from threadqa.settings import Settings\n"
        "from threadqa.web.server import create_app\n"
        "from threadqa.web.workspace import Workspace\n"
        "files, canary = map(Path, sys.argv[1:])\n"
        "with Workspace(Settings(index=files / 'index')) as workspace:\n"
        "    app = create_app(workspace, files)\n"
        "    import gradio as gr\n"
        "    from gradio.context import LocalContext\n"
        "    from gradio.exceptions import InvalidPathError\n"
        "    from gradio.processing_utils import async_move_files_to_cache\n"
        "    (mount,) = [r for r in app.routes if hasattr(getattr(r, 'app', None), 'get_blocks')]\n"
        "    LocalContext.blocks.set(mount.app.get_blocks())\n"
        "    file = {'path': str(canary), 'meta': {'_type': 'gradio.FileData'}}\n"
        "    try:\n"
        "        asyncio.run(async_move_files_to_cache(\n"
        "            file, gr.File(render=False), check_in_upload_folder=True))\n"
        "    except InvalidPathError:\n"
        "        print('refused')\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, tmp_path, canary],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.stdout, run.returncode) == ("refused\n", 0), run.stderr


def test_an_upload_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    limits = {"THREADQA_WEB_MAX_UPLOAD_BYTES": "1000"}
    with (
        serving(tmp_path / "none", environment=limits) as server,
        httpx.Client(base_url=server.url) as client,
    ):
        assert upload(client, "small.txt", b"x" * 900).status_code == 200
        assert upload(client, "large.txt", b"x" * 1100).status_code == 413
        assert upload(client, "huge.txt", b"x" * 2_000_000).status_code == 413
        folder = uploaded(client, "small.txt", b"x").parents[1]
        assert not list(folder.rglob("large*"))
        assert not list(folder.rglob("huge*"))


def test_the_servers_folder_is_gone_when_it_has_ended(tmp_path: Path) -> None:
    with serving(tmp_path / "none") as server, httpx.Client(base_url=server.url) as client:
        path = uploaded(client, "notes.txt", b"x")
        root = next(p for p in path.parents if p.name.startswith("threadqa-web-"))
        assert root.is_dir()
    assert not root.exists()
    assert server.process.returncode == 0


def test_nothing_of_gradio_is_left_in_the_users_folders(served: Served) -> None:
    assert not (served.index.parent / ".gradio").exists()
