"""Cells of an exported table that a spreadsheet will not run."""

from __future__ import annotations

from typing import Final

_RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value: str) -> str:
    """The same text, marked as text with an apostrophe when a spreadsheet could take it for a formula.

    Also after leading blanks and quotes, which spreadsheets skip. Source: OWASP, CSV Injection.
    """
    bare = value.lstrip(" \"'\u00a0\u202f")
    return f"'{value}" if value.startswith(_RISKY) or bare.startswith(_RISKY) else value
