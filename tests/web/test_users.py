"""Who may sign in: the users file, and the commands that write it."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.web.servers import SCRIPT
from threadqa.cli.main import app
from threadqa.errors import SettingsError, UsageError
from threadqa.web.users import PasswordHash, UsersFile, hash_password, read_users, write_users

PASSWORD = "correct horse battery"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "users.json"


def users(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, ["users", *arguments], input=typed)


def test_a_hash_is_scrypts_as_rfc_7914_has_it() -> None:
    # RFC 7914, section 12: scrypt("password", "NaCl", N=1024, r=8, p=16), its first 32 bytes.
    expected = "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
    known = PasswordHash(n=1024, r=8, p=16, salt=b"NaCl".hex(), hash=expected)
    assert known.fits("password")
    assert not known.fits("Password")
    assert not replace(known, salt=b"KaCl".hex()).fits("password")


def test_the_same_password_has_another_hash_each_time_and_keyboards_agree() -> None:
    one, two = hash_password("café au lait, dear"), hash_password("café au lait, dear")
    assert one.hash != two.hash
    assert one.fits("cafe\u0301 au lait, dear")
    assert not one.fits("cafe au lait, dear")


@pytest.mark.parametrize("password", ["", "short", "x" * 11, "x" * 1025])
def test_a_password_that_is_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(UsageError, match=r"a password (needs|has)"):
        hash_password(password)


def test_an_unknown_user_costs_as_much_as_a_known_one(file: Path) -> None:
    write_users(file, {"ann": hash_password(PASSWORD)})
    known = UsersFile(file)

    def seconds(name: str) -> float:
        started = time.perf_counter()
        assert known.check(name, "wrong wrong wrong") is None
        return time.perf_counter() - started

    pairs = [(seconds("ann"), seconds("bob")) for _ in range(7)]
    ratio = statistics.median(a / b for a, b in pairs)
    assert 0.6 < ratio < 1.6


def test_a_change_of_the_file_counts_at_once(file: Path) -> None:
    write_users(file, {"ann": hash_password(PASSWORD)})
    known = UsersFile(file)
    assert known.check("ann", PASSWORD) == known.current()["ann"]
    write_users(file, {"bob": hash_password(PASSWORD)})
    assert known.check("ann", PASSWORD) is None
    assert known.check("bob", PASSWORD) is not None
    file.write_text("not JSON", encoding="utf-8")
    assert known.current() == {}
    file.unlink()
    assert known.check("bob", PASSWORD) is None


@pytest.mark.parametrize(
    "content",
    ["", "[]", '{"version": 2, "users": {}}', '{"version": 1, "users": {"ann": {}}}',
     '{"version": 1, "users": {"ann": {"n":1,"r":8,"p":1,"salt":"00","hash":"00"}}}',
     '{"version": 1, "users": {"../x": null}}'],
)  # fmt: skip
def test_what_is_no_users_file_is_named(file: Path, content: str) -> None:
    file.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match="is no users file"):
        read_users(file)


def test_a_name_that_leads_elsewhere_is_no_users_name(file: Path) -> None:
    write_users(file, {"Ann\n": hash_password(PASSWORD)})
    with pytest.raises(SettingsError, match="is no users file"):
        read_users(file)


def test_a_file_that_is_missing_or_names_nobody_says_how_to_make_it(file: Path) -> None:
    with pytest.raises(SettingsError, match=r"threadqa users add NAME --users .*users\.json"):
        UsersFile(file)
    write_users(file, {})
    with pytest.raises(SettingsError, match="names nobody"):
        UsersFile(file)


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
def test_a_file_that_others_may_write_to_is_refused(file: Path) -> None:
    write_users(file, {"ann": hash_password(PASSWORD)})
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o666)
    with pytest.raises(SettingsError, match="chmod 600"):
        read_users(file)


def test_users_are_added_changed_listed_and_removed(file: Path) -> None:
    flag = ("--users", str(file))
    assert users("add", "ann", *flag, typed=PASSWORD + "\n").stdout == (
        f"ann may sign in: {file}\n"
    )
    first = read_users(file)["ann"]
    assert users("add", "bob", *flag, typed=PASSWORD + "\n").exit_code == 0
    assert "another password" in users("add", "ann", *flag, typed="x" * 20 + "\n").stdout
    assert read_users(file)["ann"] != first
    assert users("list", *flag).stdout == "ann\nbob\n"
    assert users("remove", "ann", *flag).exit_code == 0
    assert users("list", *flag).stdout == "bob\n"
    assert PASSWORD not in file.read_text("utf-8")
    assert json.loads(file.read_text("utf-8"))["users"]["bob"]["n"] == 2**15


@pytest.mark.parametrize(
    ("arguments", "typed", "message"),
    [
        (["add", "Ann"], PASSWORD, "is no name of a user"),
        (["add", "../ann"], PASSWORD, "is no name of a user"),
        (["add", "ann"], "short", "12 characters or more"),
        (["remove", "nobody"], "", "names no user 'nobody'"),
    ],
)
def test_wrong_usage_is_one_line_and_changes_nothing(
    file: Path, arguments: list[str], typed: str, message: str
) -> None:
    write_users(file, {"eve": hash_password(PASSWORD)})
    before = file.read_bytes()
    result = users(*arguments, "--users", str(file), typed=typed + "\n")
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert message in result.stderr
    assert file.read_bytes() == before


def test_without_a_users_file_the_option_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = users("list")
    assert (result.exit_code, result.stderr.count("--users FILE")) == (2, 1)


def test_a_process_reads_the_password_from_its_input_and_shows_it_nowhere(file: Path) -> None:
    run = subprocess.run(
        [SCRIPT, "users", "add", "ann", "--users", file],
        input=PASSWORD + "\n", capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert PASSWORD not in run.stdout + run.stderr
    assert read_users(file)["ann"].fits(PASSWORD)
