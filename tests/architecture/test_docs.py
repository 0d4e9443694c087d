"""The pages speak of what exists: files, tests, commands and links are looked up."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = "grc|channels_in|routing|knowledge|agents_ui|config|tests|docs|simulators|requirements|benchmarks"
PATH = re.compile(rf"`((?:{FOLDERS})/[\w./-]*\w/?)`")
TEST = re.compile(r"`(test_\w+)`")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")
MAKE = re.compile(r"`make ([a-z0-9-]+)")
# Places that appear only when something runs, or that a worked case asks the reader to make.
MADE_LATER = {"channels_in/video/", "tests/channels_in/video/", "benchmarks/results/latest.json"}


def pages() -> list[Path]:
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def found_in_pages(pattern: re.Pattern[str]) -> list[tuple[Path, str]]:
    return [(page, name) for page in pages() for name in pattern.findall(page.read_text("utf-8"))]


def test_docs__every_path_exists() -> None:
    absent = [
        f"{page.relative_to(ROOT)}: {name}"
        for page, name in found_in_pages(PATH)
        if name not in MADE_LATER and not (ROOT / name).exists()
    ]
    assert absent == []


def test_docs__every_link_leads_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {name}"
        for page, name in found_in_pages(LINK)
        if not (page.parent / name).exists()
    ]
    assert broken == []


def test_docs__every_test_named_exists() -> None:
    known: set[str] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        known.add(path.stem)
        known |= {
            node.name
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
    named = {name for _, name in found_in_pages(TEST)}
    assert named - known == set()


def test_docs__every_make_command_exists() -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE))
    assert {name for _, name in found_in_pages(MAKE)} - targets == set()


def test_decisions__every_page_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text("utf-8")
    absent = [page.name for page in sorted(folder.glob("20*.md")) if f"({page.name})" not in index]
    assert absent == []


def test_docs__build_without_a_warning(tmp_path: Path) -> None:
    """Every page in the table of contents, every link and every anchor: Sphinx refuses what leads nowhere."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", "--quiet"),
            *("-c", "docs", "-d", str(tmp_path / "doctrees"), ".", str(tmp_path / "html")),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.returncode == 0
    assert "<h1>GRC: one door for every request" in (tmp_path / "html" / "README.html").read_text("utf-8")


def skip_reasons(source: str) -> set[str]:
    """Reasons given to pytest.skip, skipif, skip and importorskip; "" for one that is not written out."""
    reasons: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr not in {"skip", "skipif", "importorskip"}:
            continue
        if not ast.unparse(node.func).startswith("pytest."):
            continue
        given = [keyword.value for keyword in node.keywords if keyword.arg == "reason"]
        if node.func.attr == "skip":
            given += node.args[:1]
        value = given[0].value if given and isinstance(given[0], ast.Constant) else ""
        reasons.add(value if isinstance(value, str) else "")
    return reasons


def test_skips__each_reason_is_in_the_readme() -> None:
    """A skip names its reason in full, beginning with the first cell of a row of the README's table."""
    readme = (ROOT / "README.md").read_text("utf-8")
    table = readme.split("| reason | what is skipped | how to have it |", 1)[1].split("\n\n", 1)[0]
    accepted = tuple(row.split("|")[1].strip().strip("`") for row in table.splitlines()[2:])
    unknown = {
        f"{path.relative_to(ROOT)}: {reason or 'reason not written out'}"
        for path in (ROOT / "tests").rglob("*.py")
        for reason in skip_reasons(path.read_text("utf-8"))
        if not reason.startswith(accepted)
    }
    assert unknown == set()


def test_skip_reasons__every_way_to_skip() -> None:
    source = (
        "pytest.skip('a')\nx = pytest.mark.skipif(True, reason='b')\npytest.importorskip('m', reason='c')\n"
        "pytest.mark.skip(reason='d')\npytest.skip(say())\nother.skip('e')\n"
    )
    assert skip_reasons(source) == {"a", "b", "c", "d", ""}


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (PATH, "see `grc/enums.py` and `grc/figures/`", ["grc/enums.py", "grc/figures/"]),
        (LINK, "[a](b.md#c) [d](https://e.fr)", ["b.md"]),
        (MAKE, "`make demo PORT=8000`", ["demo"]),
    ],
)
def test_found_in_pages__patterns(pattern: re.Pattern[str], text: str, expected: list[str]) -> None:
    assert pattern.findall(text) == expected
