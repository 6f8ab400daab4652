"""Pauses after failed sign-ins, and sessions, by a clock that the test sets."""

from __future__ import annotations

from pathlib import Path

import pytest

from threadqa.web.attempts import Attempts
from threadqa.web.sessions import LONGEST_SECONDS, MOST_PER_USER, UNUSED_SECONDS, Sessions
from threadqa.web.users import PasswordHash, UsersFile, hash_password, write_users

PASSWORD = "correct horse battery"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def attempts(clock: Clock) -> Attempts:
    return Attempts(clock)


def fail(attempts: Attempts, address: str, user: str, times: int) -> list[float]:
    return [attempts.begin(address, user) for _ in range(times)]


def test_four_mistakes_cost_nothing_and_then_each_pause_is_twice_as_long(
    attempts: Attempts, clock: Clock
) -> None:
    assert fail(attempts, "10.0.0.1", "ann", 4) == [0.0] * 4
    pauses = []
    for _ in range(6):
        pause = attempts.begin("10.0.0.1", "ann")
        pauses.append(pause)
        clock.now += pause
        assert attempts.begin("10.0.0.1", "ann") == 0.0
    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]


def test_an_attempt_in_a_pause_does_not_make_it_longer(attempts: Attempts, clock: Clock) -> None:
    fail(attempts, "10.0.0.1", "ann", 5)
    clock.now += 0.5
    assert [round(pause, 3) for pause in fail(attempts, "10.0.0.1", "ann", 3)] == [0.5] * 3


def test_no_pause_is_longer_than_a_quarter_of_an_hour(attempts: Attempts, clock: Clock) -> None:
    for _ in range(40):
        clock.now += attempts.begin("10.0.0.1", "ann")
        attempts.begin("10.0.0.1", "ann")
    assert attempts.begin("10.0.0.1", "ann") <= 900.0


def test_many_attempts_at_once_are_counted_before_any_has_failed(attempts: Attempts) -> None:
    assert sum(pause == 0.0 for pause in fail(attempts, "10.0.0.1", "ann", 100)) == 4


def test_a_success_takes_the_pauses_back(attempts: Attempts) -> None:
    fail(attempts, "10.0.0.1", "ann", 4)
    attempts.succeeded("10.0.0.1", "ann")
    assert fail(attempts, "10.0.0.1", "ann", 4) == [0.0] * 4


def test_one_address_that_tries_many_names_has_to_wait_and_others_have_not(
    attempts: Attempts,
) -> None:
    pauses = [attempts.begin("10.0.0.1", f"user{number}") for number in range(25)]
    assert pauses[:20] == [0.0] * 20
    assert all(pauses[20:])
    assert attempts.begin("10.0.0.2", "ann") == 0.0


def test_strangers_cannot_lock_a_user_out(attempts: Attempts, clock: Clock) -> None:
    attempts.begin("10.0.0.1", "ann")
    attempts.succeeded("10.0.0.1", "ann")
    for number in range(400):
        attempts.begin(f"10.1.{number // 100}.{number % 100}", "ann")
    assert attempts.begin("10.0.0.1", "ann") == 0.0  # from where ann has signed in before
    for _ in range(20):  # from elsewhere, the pause stays short
        clock.now += attempts.begin("10.2.0.1", "ann")
        attempts.begin("10.2.0.2", "ann")
    assert attempts.begin("10.2.0.3", "ann") <= 30.0
    assert attempts.begin("10.2.0.4", "bob") == 0.0


def test_a_subscribers_ipv6_addresses_count_as_one(attempts: Attempts) -> None:
    fail(attempts, "2001:db8::1", "ann", 4)
    assert attempts.begin("2001:db8::ffff:1", "ann") > 0
    assert attempts.begin("2001:db8:0:1::1", "ann") == 0.0


def test_what_is_kept_is_bounded(attempts: Attempts) -> None:
    for number in range(30_000):
        attempts.begin(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", f"u{number}")
    assert len(attempts._failures) < 21_000


@pytest.fixture
def users(tmp_path: Path) -> UsersFile:
    write_users(tmp_path / "users.json", {"ann": hash_password(PASSWORD)})
    return UsersFile(tmp_path / "users.json")


@pytest.fixture
def password(users: UsersFile) -> PasswordHash:
    return users.current()["ann"]


def test_a_token_is_its_users_and_is_kept_as_a_hash_only(
    users: UsersFile, password: PasswordHash, clock: Clock
) -> None:
    sessions = Sessions(users, clock)
    token = sessions.begin("ann", password)
    assert len(token) >= 43  # 256 bits
    assert sessions.user(token) == "ann"
    assert sessions.user(token + "x") is None
    assert token not in repr(sessions._sessions)
    sessions.end(token)
    sessions.end(token)
    assert sessions.user(token) is None


def test_a_session_ends_unused_or_after_a_week(
    users: UsersFile, password: PasswordHash, clock: Clock
) -> None:
    sessions = Sessions(users, clock)
    unused, used = sessions.begin("ann", password), sessions.begin("ann", password)
    end = clock.now + LONGEST_SECONDS
    while clock.now + UNUSED_SECONDS < end:
        clock.now += UNUSED_SECONDS - 1
        assert sessions.user(used) == "ann"
    assert sessions.user(unused) is None
    clock.now = end + 1
    assert sessions.user(used) is None


def test_another_password_ends_the_sessions_of_the_one_before(
    users: UsersFile, password: PasswordHash, clock: Clock, tmp_path: Path
) -> None:
    sessions = Sessions(users, clock)
    token = sessions.begin("ann", password)
    write_users(tmp_path / "users.json", {"ann": hash_password(PASSWORD)})
    assert sessions.user(token) is None
    write_users(tmp_path / "users.json", {"bob": hash_password(PASSWORD)})
    assert sessions.user(token) is None


def test_a_users_oldest_session_makes_room(
    users: UsersFile, password: PasswordHash, clock: Clock
) -> None:
    sessions = Sessions(users, clock)
    tokens = [sessions.begin("ann", password) for _ in range(MOST_PER_USER + 1)]
    assert sessions.user(tokens[0]) is None
    assert all(sessions.user(token) == "ann" for token in tokens[1:])
