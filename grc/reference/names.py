"""Pure. Names as people write them, brought to one form: « St-Omer », « SAINT OMER », « saint omer »."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Letters that Unicode does not decompose, and that French names use.
_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})
_NOT_WORD: Final = re.compile(r"[^a-z0-9]+")
_ABBREVIATIONS: Final = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_ARTICLES: Final = frozenset({"le", "la", "les", "l", "los"})


def unaccent(text: str) -> str:
    """Lower case without accents nor ligatures, the rest kept: « Nœux-les-Mines » gives "noeux-les-mines"."""
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def sort_key(name: str) -> str:
    """The stored key that orders names on any server: unaccented, lower case, one space between words."""
    return _NOT_WORD.sub(" ", unaccent(name)).strip()


def fold(text: str) -> str:
    """The form that is compared when searching: ``sort_key`` with « St », « Ste », « s/ » written out.

    "L'Étoile-St-Paul" gives "l etoile saint paul". Idempotent.
    """
    plain = re.sub(r"\bs/\s*", "sur ", unaccent(text))
    words = _NOT_WORD.sub(" ", plain).split()
    return " ".join(_ABBREVIATIONS.get(word, word) for word in words)


def without_article(folded: str) -> str:
    """A folded name without its leading article: people type « touquet » for Le Touquet-Paris-Plage."""
    first, _, rest = folded.partition(" ")
    return rest if rest and first in _ARTICLES else folded
