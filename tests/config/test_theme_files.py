"""The sheets themselves: contrast of every pair in both themes, weight, and what the CSP forbids."""

import re
from pathlib import Path

import pytest

from config.colour import contrast, parse

CONFIG = Path(__file__).resolve().parents[2] / "config"
SHEETS = CONFIG / "static" / "theme"
TEMPLATES = sorted((CONFIG / "templates").rglob("*.html"))

PAIRS = [
    ("ink", "paper"),
    ("ink", "surface"),
    ("ink", "sunken"),
    ("ink", "brand-soft"),
    ("ink-soft", "paper"),
    ("ink-soft", "surface"),
    ("ink-soft", "sunken"),
    ("brand", "paper"),
    ("brand", "surface"),
    ("brand", "brand-soft"),
    ("brand", "sunken"),
    ("on-brand", "brand"),
    ("info-ink", "info-soft"),
    ("ok-ink", "ok-soft"),
    ("warn-ink", "warn-soft"),
    ("error-ink", "error-soft"),
    ("error-ink", "paper"),
    ("ok-ink", "paper"),
    ("on-danger", "danger"),
]


def _tokens(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+):\s*([^;]+);", css))


def _theme(name: str) -> dict[str, str]:
    base = (SHEETS / "base.css").read_text(encoding="utf-8")
    light = _tokens(base[: base.index("}")])
    if name == "light":
        return light
    console = (SHEETS / "console.css").read_text(encoding="utf-8")
    start = console.index(':root[data-theme="dark"]')
    return light | _tokens(console[start : console.index("}", start)])


def _value(tokens: dict[str, str], name: str) -> tuple[int, int, int]:
    text = tokens[name].strip()
    while reference := re.fullmatch(r"var\(--([a-z-]+)\)", text):
        text = tokens[reference.group(1)].strip()
    colour = parse(text)
    assert colour is not None, f"--{name} is not a colour: {text}"
    return colour


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_theme__text_contrast_is_seven_to_one(theme: str, text: str, ground: str) -> None:
    tokens = _theme(theme)
    assert contrast(_value(tokens, text), _value(tokens, ground)) >= 7


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("mark", ["focus", "line-strong"])
def test_theme__edges_and_focus_are_seen(theme: str, mark: str) -> None:
    tokens = _theme(theme)
    for ground in ("paper", "surface"):
        assert contrast(_value(tokens, mark), _value(tokens, ground)) >= 3


def test_theme__dark_by_system_and_by_choice_are_the_same() -> None:
    console = (SHEETS / "console.css").read_text(encoding="utf-8")
    blocks = re.findall(r"color-scheme: dark;(.*?)\}", console, flags=re.DOTALL)
    assert len(blocks) == 2
    assert _tokens(blocks[0]) == _tokens(blocks[1])


def test_theme__sheets_are_light() -> None:
    assert sum(sheet.stat().st_size for sheet in SHEETS.glob("*.css")) < 40_000


def test_theme__a_first_page_of_the_portal_is_light() -> None:
    names = ("base.css", "portal.css", "print.css", "forms.js", "portal.js", "icons.svg", "mark.svg")
    assert sum((SHEETS / name).stat().st_size for name in names) < 60_000


def test_theme__nothing_comes_from_elsewhere() -> None:
    for sheet in SHEETS.glob("*.css"):
        assert not re.search(r"url\(|@import", sheet.read_text(encoding="utf-8")), sheet.name


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(CONFIG)))
def test_templates__nothing_a_strict_csp_refuses(template: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", template.read_text(encoding="utf-8"))
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:|hx-on|<script(?![^>]*src=)", text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(CONFIG)))
def test_templates__every_icon_exists(template: Path) -> None:
    symbols = set(re.findall(r'<symbol id="([a-z]+)"', (SHEETS / "icons.svg").read_text(encoding="utf-8")))
    used = set(re.findall(r'\{% icon "([a-z]+)"', template.read_text(encoding="utf-8")))
    assert used <= symbols
