"""docs/environment.md lists every variable the settings read, and no other."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READERS = {"raw", "text", "flag", "integer", "names", "pairs", "url", "group"}


def variables_read(source: str) -> set[str]:
    """Names given to the readers of ``env`` anywhere in the text of a settings module."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if not isinstance(node.func.value, ast.Name) or node.func.value.id != "env":
            continue
        assert node.func.attr in READERS, f"unknown reader env.{node.func.attr}: add it here"
        given = node.args if node.func.attr == "group" else node.args[:1]
        for argument in given:
            assert isinstance(argument, ast.Constant), f"line {node.lineno}: name the variable itself"
            names.add(str(argument.value))
    return names


def variables_documented(page: str) -> set[str]:
    """Names in the first cell of a row of the page's tables."""
    return set(re.findall(r"^\| `([A-Z][A-Z0-9_]*)`", page, flags=re.MULTILINE))


def test_environment_page__lists_what_the_settings_read() -> None:
    read = variables_read((ROOT / "config" / "settings.py").read_text("utf-8"))
    documented = variables_documented((ROOT / "docs" / "environment.md").read_text("utf-8"))
    assert read - documented == set(), "variables read and not documented"
    assert documented - read == set(), "variables documented and not read"


def test_environment_page__names_each_variable_once() -> None:
    page = (ROOT / "docs" / "environment.md").read_text("utf-8")
    rows = re.findall(r"^\| `([A-Z][A-Z0-9_]*)`", page, flags=re.MULTILINE)
    assert sorted(rows) == sorted(set(rows))


def test_variables_read__every_reader_and_every_name_of_a_group() -> None:
    source = 'a = env.text("A", "x")\nb = [t for t in (env.raw("B"),)]\nc = env.group("C", "D")\nd = other.text("E")\n'
    assert variables_read(source) == {"A", "B", "C", "D"}
