"""The address that is listened on, and the names that are answered to."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.web.servers import SCRIPT
from threadqa.errors import UsageError
from threadqa.settings import Settings
from threadqa.web.access import check_access, hosts_of, is_loopback, is_secure


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_this_machines_own_addresses_need_no_sign_in(host: str) -> None:
    check_access(Settings(web_host=host))


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "::", "192.0.2.1", "2001:db8::1", "no-such-host.invalid", "0", "::ffff:0:0"],
)  # fmt: skip
def test_any_other_address_is_refused_without_users(host: str) -> None:
    with pytest.raises(UsageError, match=r"^the address .*--users FILE"):
        check_access(Settings(web_host=host))
    check_access(Settings(web_host=host, web_users=Path("users.json")))


def test_a_public_address_needs_users_though_the_server_listens_here(tmp_path: Path) -> None:
    settings = Settings(web_public_url="https://threads.example.org")
    with pytest.raises(UsageError, match=r"public address threads\.example\.org can be reached"):
        check_access(settings)
    check_access(Settings(web_public_url="http://localhost:8080"))


@pytest.mark.parametrize(
    "address", ["threads.example.org", "ftp://a.b", "https://", "https://a.b/path", "http://[", ""]
)
def test_what_is_no_public_address_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="expected an address without a path"):
        check_access(Settings(web_public_url=address, web_users=Path("users.json")))


def test_only_https_is_secure() -> None:
    assert is_secure(Settings(web_public_url="HTTPS://a.example"))
    assert not is_secure(Settings(web_public_url="http://a.example"))
    assert not is_secure(Settings())


def test_a_server_of_this_machine_answers_to_no_other_name() -> None:
    hosts = hosts_of(Settings())
    for host in ("127.0.0.1:7860", "localhost", "LOCALHOST:80", "[::1]:7860", "[::1]"):
        assert hosts.allow(host), host
    for host in (
        "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "127.0.0.1:80@evil", "",
        "10.0.0.1", "[::1", "localhost:", "localhost:port", "evil.example:7860", "localhost\t",
    ):  # fmt: skip
        assert not hosts.allow(host), host


def test_a_server_of_the_network_answers_to_its_names_and_to_figures() -> None:
    settings = Settings(web_host="0.0.0.0", web_public_url="https://Threads.example.org")
    hosts = hosts_of(settings)
    for host in ("10.0.0.1:7860", "[2001:db8::1]:7860", "threads.example.org", "localhost"):
        assert hosts.allow(host), host
    for host in ("evil.example", "10.0.0.1.evil.example"):
        assert not hosts.allow(host), host
    assert not is_loopback("threads.example.invalid")


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_the_command_refuses_with_one_line_and_listens_nowhere(tmp_path: Path, host: str) -> None:
    run = subprocess.run(
        [SCRIPT, "serve", "--host", host, "--port", "0"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
        env=os.environ | {"GRADIO_SHARE": "True"},
    )  # fmt: skip
    assert (run.returncode, run.stdout) == (2, "")
    assert re.fullmatch(r"threadqa: the address \S+ can be reached .*\n", run.stderr)
    assert list(tmp_path.iterdir()) == []
