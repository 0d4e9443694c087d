"""Our sentences are French already: a catalogue of Django's own must not put its words in their place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext, override

ROOT = Path(__file__).resolve().parents[2]
_IN_TEMPLATES = re.compile(r"""{%\s*translate\s+"([^"]+)"(?!\s+context)""")
_IN_CODE = re.compile(r"""(?<![a-z])(?:_|gettext|gettext_lazy)\(\s*"([^"]+)"\s*\)""")


def _sentences() -> Iterator[tuple[Path, str]]:
    for folder in ("grc", "channels_in", "routing", "knowledge", "agents_ui", "config"):
        for path in (ROOT / folder).rglob("*"):
            pattern = {".html": _IN_TEMPLATES, ".py": _IN_CODE}.get(path.suffix)
            if pattern is not None:
                yield from (
                    (path.relative_to(ROOT), text) for text in pattern.findall(path.read_text("utf-8"))
                )


def test_words_on_screen__are_shown_as_they_are_written() -> None:
    with override("fr"):
        changed = [(str(path), text, gettext(text)) for path, text in _sentences() if gettext(text) != text]
    assert changed == []
