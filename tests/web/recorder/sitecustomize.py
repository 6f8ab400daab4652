"""Python imports this at its start, where it is on the path: records what a process connects to.

A line for each name that is looked up and each address that is connected or sent to goes to the
file that TEST_RECORD names.
"""

from __future__ import annotations

import os
import sys

EVENTS = {
    "socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
    "socket.gethostbyname", "socket.gethostbyaddr", "urllib.Request", "http.client.connect",
    "ftplib.connect", "smtplib.connect",
}  # fmt: skip
_file = os.open(os.environ["TEST_RECORD"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def _record(event: str, arguments: tuple[object, ...]) -> None:
    if event in EVENTS:
        # The first argument of socket events is the socket itself.
        named = arguments[1:] if event in {"socket.connect", "socket.sendto"} else arguments
        os.write(_file, f"{event} {named!r}\n".encode())


sys.addaudithook(_record)
