"""Sphinx: the pages of the repository as HTML (`make docs`), read where they are, a warning being an error."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parent.parent
project = "GRC"
project_copyright = "EUPL-1.2"
language = "en"
extensions = ["myst_parser"]
root_doc = "README"
include_patterns = ["*.md", "docs/*.md", "docs/**/*.md", "simulators/**/*.md"]
myst_heading_anchors = 3
html_theme = "alabaster"
html_title = "GRC: one door for every request of a resident"
html_show_sourcelink = False
html_show_copyright = False
html_theme_options = {
    "page_width": "70rem",
    "sidebar_width": "17rem",
    "description": "One door for every request",
}

PARTS = {
    "Guide": ("docs/architecture.md", "docs/glossary.md", "docs/environment.md", "docs/benchmarks.md"),
    "How to": ("docs/how-to/*.md", "simulators/**/*.md"),
    "Project": ("CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"),
    "Decisions": ("docs/decisions/README.md", "docs/decisions/*.md"),
}
"""Parts of the side bar: each page once, at its first place."""


def _contents() -> str:
    """A table of contents that the first page of the repository does not have to carry."""
    text, seen = "", set()
    for caption, patterns in PARTS.items():
        text += f"\n\n```{{toctree}}\n:hidden:\n:maxdepth: 1\n:caption: {caption}\n\n"
        for pattern in patterns:
            for path in sorted(ROOT.glob(pattern)):
                page = path.relative_to(ROOT).with_suffix("").as_posix()
                text += "" if page in seen else f"{page}\n"
                seen.add(page)
        text += "```\n"
    return text


def _add_contents(app: Sphinx, name: str, source: list[str]) -> None:
    if name == root_doc:
        source[0] += _contents()


def setup(app: Sphinx) -> None:
    app.connect("source-read", _add_contents)
