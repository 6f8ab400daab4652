"""Runs the sessions of the README and writes what they print into it.

python tools/readme.py
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
SESSION = re.compile(r"(```console\n\$ )(.+)\n(?:.*\n)*?(```)")


def main() -> None:
    """Runs each session in a folder that has the examples and no index."""
    readme = ROOT / "README.md"
    threadqa = Path(sys.executable).with_name("threadqa")
    with TemporaryDirectory() as folder:
        (Path(folder) / "examples").symlink_to(ROOT / "examples")

        def run(session: re.Match[str]) -> str:
            words = [str(threadqa), *shlex.split(session[2])[1:]]
            done = subprocess.run(
                words, cwd=folder, capture_output=True, encoding="utf-8", check=False
            )
            return f"{session[1]}{session[2]}\n{done.stdout}{session[3]}"

        readme.write_text(SESSION.sub(run, readme.read_text("utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
