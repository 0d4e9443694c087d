"""Pure. From French as people write it to the words that are compared, the same before every engine.

Elision, accents and case folded, empty words dropped, light endings removed; acronyms are left alone.
"""

from __future__ import annotations

import re
from typing import Final

from grc.reference.names import unaccent

SCHEMA: Final = 1  # of the words and of the fields: an index of another number is built again
LONGEST: Final = 60  # words of one question that are looked at

_WORD: Final = re.compile(r"[a-z0-9]+")
_ELISION: Final = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)['’ʼ](?=\w)")
_DOTTED: Final = re.compile(r"\b(?:[a-z]\.){2,}")  # R.S.A.
_EMPTY_TEXT: Final = """
a ai aie alors apres as au aucun aussi autre aux avais avait avant avec avez avoir avons bien bonjour car ce cela ces
cet cette ceux chaque chez ci comme comment d dans de depuis des dois doit donc dont du elle elles en encore est et
etais etait ete etes etre eu faire fais fait faut ici il ils j je jamais juste l la le les leur leurs lui ma mais me
meme merci mes moi moins mon n ne ni nos notre nous on ont ou par pas pendant peu peut peux plus pour pourquoi pouvez
puis qu quand que quel quelle quelles quels qui quoi rien s sa sans se sera ses si soit son sont sous suis sur svp t ta
te tes toi ton tous tout toute toutes tres trop tu un une va vais vers veux voici voila vont vos votre voudrais vous y
"""
_EMPTY: Final = frozenset(_EMPTY_TEXT.split())
# Words whose ending is part of them, not a mark of number or gender.
_PROTECTED: Final = frozenset(
    {"bus", "cas", "css", "gaz", "pass", "repas", "secours", "temps", "acces", "rdv"}
)


def _stem(word: str) -> str:
    """Number, gender and the commonest verb endings: « impayés », « impayée » and « impayer » are one word."""
    if len(word) <= 3 or word in _PROTECTED or any(letter.isdigit() for letter in word):
        return word
    if word.endswith("aux") and not word.endswith("eaux") and len(word) >= 6:
        word = word[:-2] + "l"
    elif word[-1] in "sx":
        word = word[:-1]
    if word.endswith("ail") and len(word) >= 6:
        word = word[:-2] + "l"  # as « travaux » gives
    for ending, shortest in (("r", 5), ("e", 4), ("e", 4)):
        if len(word) >= shortest and word.endswith(ending):
            word = word[: -len(ending)]
    if len(word) >= 4 and word[-1] == word[-2]:
        word = word[:-1]
    return word


def words_of(text: str) -> list[str]:
    """Analysed words in order, repeats kept."""
    plain = unaccent(text)
    plain = _DOTTED.sub(lambda found: found.group().replace(".", "") + " ", plain)
    plain = _ELISION.sub("", plain)
    return [_stem(word) for word in _WORD.findall(plain) if word not in _EMPTY]


def question_words(text: str) -> list[str]:
    """Distinct analysed words of a question, at most ``LONGEST``."""
    return list(dict.fromkeys(words_of(text)))[:LONGEST]


def least_matches(count: int) -> int:
    """How many of the words of a question an article must hold: a quarter, at least one."""
    return max(1, -(-count // 4))
