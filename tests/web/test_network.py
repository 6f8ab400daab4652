"""Nothing leaves the machine: what a server connects to while it is used."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import httpx

from tests.web.clients import ask, function_index
from tests.web.servers import serving

RECORDER = Path(__file__).parent / "recorder"
QUESTION = "How many clinical commissioning groups are abolished?"


def recorded(file: Path) -> list[str]:
    """What was connected to or looked up, this machine's own address aside."""
    lines = file.read_text().splitlines() if file.exists() else []
    return [line for line in lines if not line.startswith("socket.getaddrinfo ('127.0.0.1', ")]


def test_the_recorder_records(tmp_path: Path) -> None:
    record = tmp_path / "record"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        script = (
            "import socket, urllib.request\n"
            f"socket.create_connection({listener.getsockname()!r})\n"
            "try: socket.getaddrinfo('threadqa.invalid', 443)\n"
            "except OSError: pass\n"
        )
        environment = {"PYTHONPATH": str(RECORDER), "TEST_RECORD": str(record)}
        subprocess.run([sys.executable, "-c", script], env=environment, check=True)
    assert "socket.connect (('127.0.0.1'," in record.read_text()
    assert any("threadqa.invalid" in line for line in recorded(record))


def test_a_server_connects_to_nothing_while_it_is_used(
    examples_index: Path, tmp_path: Path
) -> None:
    """By Python's audit events; and nothing asks the proxy that libraries would ask."""
    index = Path(shutil.copytree(examples_index, tmp_path / "index"))
    record = tmp_path / "record"
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxy.setblocking(False)
        address = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        environment = {
            "PYTHONPATH": str(RECORDER), "TEST_RECORD": str(record), "http_proxy": address,
            "https_proxy": address, "all_proxy": address, "HF_HUB_OFFLINE": "0",
            "GRADIO_ANALYTICS_ENABLED": "True", "GRADIO_SHARE": "True",
        }  # fmt: skip
        with (
            serving(index, environment=environment) as server,
            httpx.Client(base_url=server.url, timeout=30, trust_env=False) as client,
        ):
            assert client.get("/").is_success
            answer = ask(client, function_index(client), QUESTION)
            assert answer is not None
            client.post("/gradio_api/upload", files={"files": ("a.txt", b"1/1 A boat.\n")})
        assert server.process.returncode == 0
        try:
            asked, _ = proxy.accept()
        except BlockingIOError:
            pass
        else:
            asked.close()
            raise AssertionError("somebody asked the proxy")
    assert record.exists()
    assert recorded(record) == []
