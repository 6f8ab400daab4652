"""The file of users: names with the hashes of their passwords.

    {"version": 1, "users": {"ann": {"n": 32768, "r": 8, "p": 1, "salt": "…", "hash": "…"}}}

Hashes are scrypt's (RFC 7914), with a salt each and their parameters beside them, so that stronger
ones can be chosen later. 32 MiB and some 80 ms a password on the machine this was written on.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
import stat
import tempfile
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Any

from threadqa.errors import SettingsError, UsageError

__all__ = ["PasswordHash", "UsersFile", "hash_password", "read_users", "write_users"]

NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD_BYTES = 1024
COST, BLOCK_SIZE, PARALLEL = 2**15, 8, 1
MOST_MEMORY = 256 * 2**20
SALT_BYTES = 16
HASH_BYTES = 32
HASHED_AT_ONCE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordHash:
    """A password's hash and how it was made.

    Attributes:
        n: Cost, a power of two.
        r: Block size.
        p: How many independent mixes.
        salt: In hexadecimal.
        hash: In hexadecimal.
    """

    n: int
    r: int
    p: int
    salt: str
    hash: str

    def __post_init__(self) -> None:
        if not (self.n > 1 and self.r > 0 and self.p > 0 and bytes.fromhex(self.salt)):
            raise ValueError("scrypt's parameters must be positive, and the salt not empty")
        if len(bytes.fromhex(self.hash)) != HASH_BYTES:
            raise ValueError(f"a hash has {HASH_BYTES} bytes")

    def fits(self, password: str) -> bool:
        """Whether it is the password's; takes as long either way."""
        return hmac.compare_digest(self._of(password), bytes.fromhex(self.hash))

    def _of(self, password: str) -> bytes:
        return hashlib.scrypt(
            _normal(password),
            salt=bytes.fromhex(self.salt),
            n=self.n,
            r=self.r,
            p=self.p,
            maxmem=MOST_MEMORY,
            dklen=HASH_BYTES,
        )


def hash_password(password: str) -> PasswordHash:
    """Hashes a new password.

    Raises:
        UsageError: It is too short or too long.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise UsageError(f"a password needs {SHORTEST_PASSWORD} characters or more: a few words do")
    if len(_normal(password)) > LONGEST_PASSWORD_BYTES:
        raise UsageError(f"a password has {LONGEST_PASSWORD_BYTES:,} bytes at most")
    salt = secrets.token_hex(SALT_BYTES)
    empty = PasswordHash(n=COST, r=BLOCK_SIZE, p=PARALLEL, salt=salt, hash="00" * HASH_BYTES)
    return PasswordHash(**asdict(empty) | {"hash": empty._of(password).hex()})


def _normal(password: str) -> bytes:
    """One form for what keyboards write differently."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def read_users(file: Path) -> dict[str, PasswordHash]:
    """Reads a file of users.

    Returns:
        Hashes by name.

    Raises:
        SettingsError: It cannot be read, is no file of users, or others may write to it.
    """
    try:
        with file.open(encoding="utf-8") as opened:
            if os.name != "nt" and os.fstat(opened.fileno()).st_mode & (
                stat.S_IWGRP | stat.S_IWOTH
            ):
                raise SettingsError(f"others may write to {file}: run `chmod 600` on it")
            content = json.load(opened)
        return _users(content)
    except OSError as error:
        raise SettingsError(
            f"the users file {file} cannot be read ({error.strerror}): `threadqa users add NAME "
            f"--users {file}` makes one"
        ) from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SettingsError(
            f"{file} is no users file: expected what `threadqa users add` writes"
        ) from error


def _users(content: Mapping[str, Any]) -> dict[str, PasswordHash]:
    if content["version"] != 1:
        raise ValueError("an unknown version")
    users = {name: PasswordHash(**record) for name, record in content["users"].items()}
    for name in users:
        check_name(name)
    return users


def check_name(name: str) -> None:
    """Refuses what is no user's name.

    Raises:
        ValueError: Likewise.
    """
    if not NAME.fullmatch(name):
        raise ValueError(
            f"{name!r} is no name of a user: expected a-z, 0-9, and . _ @ - after the first, 64 at "
            "most"
        )


def write_users(file: Path, users: Mapping[str, PasswordHash]) -> None:
    """Writes a file of users in one step, for its owner only.

    Raises:
        SettingsError: It cannot be written.
    """
    content = {"version": 1, "users": {name: asdict(users[name]) for name in sorted(users)}}
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")  # mode 0600
        try:
            with os.fdopen(number, "w", encoding="utf-8") as opened:
                json.dump(content, opened, indent=2)
                opened.write("\n")
                opened.flush()
                os.fsync(opened.fileno())
            Path(name).replace(file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SettingsError(f"cannot write the users file {file} ({error.strerror})") from error


class UsersFile:
    """A file of users while a server runs; changes of the file count at once.

    Any number of threads may use it. Few passwords are hashed at a time, since each takes memory.
    """

    def __init__(self, file: Path) -> None:
        """Reads the file.

        Raises:
            SettingsError: As `read_users`, or it names nobody.
        """
        self._file = file
        self._lock = Lock()
        self._hashing = BoundedSemaphore(HASHED_AT_ONCE)
        self._stamp: tuple[int, int, int] | None = None
        self._users: dict[str, PasswordHash] = {}
        # Whoever is unknown is compared with this, and costs as much as whoever is known.
        self._nobody = hash_password(secrets.token_urlsafe(32))
        if not read_users(file):
            raise SettingsError(
                f"{file} names nobody who may sign in: `threadqa users add NAME --users {file}`"
            )

    def current(self) -> Mapping[str, PasswordHash]:
        """The users as the file has them now; nobody where it is gone or damaged since."""
        with self._lock:
            try:
                found = self._file.stat()
                stamp = (found.st_mtime_ns, found.st_ino, found.st_size)
                if stamp != self._stamp:
                    self._users = read_users(self._file)
                    self._stamp = stamp
            except (OSError, SettingsError):
                return {}
            return self._users

    def check(self, name: str, password: str) -> PasswordHash | None:
        """The user's hash where name and password fit; None otherwise, after as long a time."""
        known = self.current().get(name)
        with self._hashing:
            fits = (known or self._nobody).fits(password[:LONGEST_PASSWORD_BYTES])
        return known if fits else None
