"""Rules of the house, as executable checks. Each failure names the file and the rule."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (
    "grc",
    "channels_in",
    "routing",
    "knowledge",
    "agents_ui",
    "config",
    "simulators",
    "tests",
    "benchmarks",
)
LONGEST_FILE = 600
LONGEST_FUNCTION = 60


def python_files() -> list[Path]:
    return sorted(
        path
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts and "__pycache__" not in path.parts
    )


def product_files() -> list[Path]:
    return [path for path in python_files() if path.relative_to(ROOT).parts[0] not in ("tests", "benchmarks")]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_files__none_is_longer_than_600_lines() -> None:
    long = {
        name_of(path): n
        for path in python_files()
        if (n := path.read_text("utf-8").count("\n")) > LONGEST_FILE
    }
    assert long == {}


def test_functions__none_is_longer_than_60_lines() -> None:
    long = {}
    for path in product_files():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
                lines = node.end_lineno - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    long[f"{name_of(path)}:{node.name}"] = lines
    assert long == {}


def test_files__no_drawer_for_everything() -> None:
    drawers = {"utils.py", "helpers.py", "signals.py", "common.py", "misc.py"}
    assert [name_of(path) for path in python_files() if path.name in drawers] == []


def test_modules__every_one_says_what_it_is() -> None:
    silent = [
        name_of(path)
        for path in product_files()
        if path.read_text("utf-8").strip() and ast.get_docstring(ast.parse(path.read_text("utf-8"))) is None
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"\.delay\(", "work is owed by rows: publish an event"),
        (r"raise NotImplementedError", "a missing part is a defect, not a class"),
        (r"\bif DEMO\b", "the demo is data, not a branch"),
        (r"django\.db\.models\.signals|@receiver\(", "no signals as workflow"),
        (r"mark_safe\(|\|safe\b", "user text is never trusted"),
    ],
)
def test_product__forbidden_words(pattern: str, why: str) -> None:
    found = [name_of(path) for path in product_files() if re.search(pattern, path.read_text("utf-8"))]
    assert found == [], why


def modules_that_say_pure() -> set[str]:
    names = set()
    for path in product_files():
        doc = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
        if doc.startswith("Pure."):
            parts = path.relative_to(ROOT).with_suffix("").parts
            names.add(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return names


def test_pure_modules__are_all_fenced() -> None:
    """A module that says "Pure." is named, or inside a package that is named, in a contract of pyproject.toml."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    fenced = {
        name
        for contract in contracts
        if contract["id"].startswith("pure")
        for name in contract["source_modules"]
    }
    missing = {
        name
        for name in modules_that_say_pure()
        if not name.startswith("simulators")
        and not any(name == f or name.startswith(f + ".") for f in fenced)
    }
    assert missing == set()


def test_pure_modules__have_no_clock_of_their_own() -> None:
    guilty = []
    for path in product_files():
        text = path.read_text("utf-8")
        doc = ast.get_docstring(ast.parse(text)) or ""
        if doc.startswith("Pure.") and re.search(
            r"datetime\.now\(|time\.time\(|date\.today\(|timezone\.now\(", text
        ):
            guilty.append(name_of(path))
    assert guilty == []


def test_templates__have_no_inline_script_or_handler() -> None:
    guilty = []
    for path in sorted(ROOT.glob("*/templates/**/*.html")):
        text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"))
        inline = re.search(r"<script(?![^>]*\bsrc=)[^>]*>\s*\S", text) or re.search(r"\son[a-z]+=", text)
        if inline or "hx-on" in text or "style=" in text:
            guilty.append(name_of(path))
    assert guilty == []


def test_repository__names_no_place_of_work() -> None:
    words = re.compile(r"/work/(main|wt|shared)|files\.pythonhosted|registry\.npmjs|pypi\.org/simple")
    guilty = []
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT).parts
        if (
            not path.is_file()
            or (inside[0].startswith(".") and inside[0] != ".ci")
            or "__pycache__" in inside
        ):
            continue
        if path.suffix in {".py", ".md", ".toml", ".txt", ".html", ".css", ".js", ".sh", ""} and path != Path(
            __file__
        ):
            text = path.read_text("utf-8", errors="ignore")
            if words.search(text):
                guilty.append(name_of(path))
    assert guilty == []
