"""What README and docs/ say is what happens: sessions are run, tables are generated."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from threadqa.settings import describe_settings

ROOT = Path(__file__).parent.parent
SESSION = re.compile(r"```console\n\$ (?P<command>.+)\n(?P<output>(?:.*\n)*?)```")


def sessions() -> list[tuple[str, str]]:
    readme = (ROOT / "README.md").read_text("utf-8")
    return [(m["command"], m["output"]) for m in SESSION.finditer(readme)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the README's reader has it: the examples, and no index yet."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "examples").symlink_to(ROOT / "examples")
    return folder


def test_the_readme_has_sessions() -> None:
    assert [shlex.split(command)[:2] for command, _ in sessions()] == [
        ["threadqa", "index"],
        ["threadqa", "ask"],
        ["threadqa", "ask"],
        ["threadqa", "search"],
    ]


def test_the_sessions_of_the_readme_print_what_it_shows(folder: Path) -> None:
    threadqa = Path(sys.executable).with_name("threadqa")
    for command, output in sessions():
        run = subprocess.run(
            [threadqa, *shlex.split(command)[1:]],
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert (run.stdout, run.stderr) == (output, "")


def test_the_reference_lists_every_setting() -> None:
    reference = (ROOT / "docs" / "reference.md").read_text("utf-8")
    rows = [
        f"| `{name}` | {'unset' if default is None else f'`{default}`'} | {about} |"
        for name, default, about in describe_settings()
    ]
    table = "| setting | default | what |\n| --- | --- | --- |\n" + "\n".join(rows)
    assert f"\n{table}\n<!-- end of settings -->" in reference


def test_the_changelog_names_the_version() -> None:
    import threadqa

    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert f"\n## [{threadqa.__version__}] - " in changelog


def test_links_between_the_pages_lead_somewhere() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} -> {target}"
