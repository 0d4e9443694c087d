"""docs/glossary.md gives every code the product stores with the words of the screen."""

from __future__ import annotations

import re
from pathlib import Path

from grc.enums import LABELS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"


def codes_of_the_page() -> dict[str, dict[str, str]]:
    """{enumeration: {code: French words}} of the tables whose heading is `Name` | on screen."""
    found: dict[str, dict[str, str]] = {}
    current: dict[str, str] | None = None
    for line in PAGE.read_text("utf-8").splitlines():
        heading = re.fullmatch(r"\| `([A-Za-z]+)` \| on screen \|", line)
        row = re.fullmatch(r"\| `([a-z_0-9]+)` \| (.+) \|", line)
        if heading:
            current = found.setdefault(heading.group(1), {})
        elif not line.startswith("|"):
            current = None
        elif row and current is not None:
            current[row.group(1)] = row.group(2)
    return found


def test_glossary__every_code_with_its_label() -> None:
    assert codes_of_the_page() == {enum.__name__: labels for enum, labels in LABELS.items()}
