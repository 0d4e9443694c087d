"""Pure. From a sentence to the topics it is about, by the words people use for each topic.

Every phrase known for a topic is reduced to its meaningful words; a word weighs more when fewer topics use it. A
topic is worth its best phrase, whole phrases found in order weighing more than scattered words, plus a share of the
next ones. The confidence of the first says how far it stands ahead of the others, and how much was recognised at all.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from grc.reference.names import fold

CLEAR: Final = 0.58
"""From this confidence on, one topic may be proposed without asking."""
IN_ORDER: Final = 1.35
OTHERS: Final = 0.25
HALF_SURE: Final = 2.6
"""Score at which half of the doubt about "was anything recognised" is gone."""
USUAL: Final = 90
"""Topics of a usual catalogue: in a smaller one a word says no less, so that scores stay comparable."""
_SMALL_WORDS: Final = """
a ai ait alors apres as au aux avec avez avoir avons bonjour bonsoir car ce cela ces cet cette
ceux chez ci comme comment d dans de des deja depuis du elle elles en encore est et etais etait
ete etes etre eu faire fais fait faut il ils j je l la le les leur leurs lui m ma mais me merci
mes moi mon n ne ni non nos notre nous on ont ou oui par pas peu peut peux plait plus pour
pourquoi pourriez pouvez pouvoir puis qu quand que quel quelle quelles quels qui quoi s sa sans se
ses si sil soit son sont sous sur svp t ta te tes toi ton tous tout toute tres trop tu un une va
vais veut veux voir vos votre voudrais vous y c est ca
"""
_STOP: Final = frozenset(_SMALL_WORDS.split())
_TOGETHER: Final = re.compile(r"\bsous x\b")
"""A letter alone says nothing, but for the one the law writes after « sous »."""


@dataclass(frozen=True)
class TopicWords:
    """What a topic answers to. ``theme``: code of its theme, equal to ``code`` for the theme itself."""

    code: str
    theme: str
    label: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class TopicMatch:
    """``confidence`` between 0 and 1; ``matched``: the phrases recognised, best first: the reason."""

    code: str
    theme: str
    label: str
    score: float
    confidence: float
    matched: tuple[str, ...]


def topics_ranked(text: str, topics: Sequence[TopicWords], *, limit: int = 5) -> tuple[TopicMatch, ...]:
    """Topics of a text, best first; none when nothing is recognised."""
    index = _index(tuple(topics))
    heard = _tokens(text)
    if not heard:
        return ()
    scored = []
    for topic, phrases in index.topics:
        score, matched = _score(heard, phrases, index.weights)
        if score > 0:
            scored.append((score, topic, matched))
    # At equal score the more precise wins: a subject before its theme.
    scored.sort(key=lambda row: (-row[0], row[1].code == row[1].theme, row[1].code))
    return tuple(
        TopicMatch(
            topic.code,
            topic.theme,
            topic.label,
            round(score, 3),
            round(_confidence(score, topic, scored), 3),
            matched,
        )
        for score, topic, matched in scored[:limit]
    )


def topic_clear(matches: Sequence[TopicMatch]) -> TopicMatch | None:
    """The one topic that stands clearly ahead; None: somebody must choose."""
    return matches[0] if matches and matches[0].confidence >= CLEAR else None


_Scored = list[tuple[float, TopicWords, tuple[str, ...]]]
_Phrases = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class _Index:
    topics: tuple[tuple[TopicWords, _Phrases], ...]
    weights: dict[str, float]


@lru_cache(maxsize=16)
def _index(topics: tuple[TopicWords, ...]) -> _Index:
    rows = []
    used: Counter[str] = Counter()
    for topic in topics:
        phrases = []
        for phrase in dict.fromkeys((topic.label, *topic.words)):
            tokens = _tokens(phrase)
            if tokens:
                phrases.append((phrase, tokens))
        rows.append((topic, tuple(phrases)))
        # A theme repeats the words of its subjects: they are no less precise for it.
        if topic.code != topic.theme:
            used.update({token for _, tokens in phrases for token in tokens})
    total = max(USUAL, sum(1 for topic in topics if topic.code != topic.theme))
    weights = {token: math.log(1 + total / count) for token, count in used.items()}
    known = {token for _, phrases in rows for _, tokens in phrases for token in tokens}
    return _Index(tuple(rows), {token: weights.get(token, math.log(1 + total)) for token in known})


def _score(
    heard: tuple[str, ...], phrases: _Phrases, weights: dict[str, float]
) -> tuple[float, tuple[str, ...]]:
    present = set(heard)
    line = f" {' '.join(heard)} "
    found = []
    for phrase, tokens in phrases:
        known = [token for token in tokens if token in present]
        if not known:
            continue
        whole = sum(weights[token] for token in tokens)
        share = sum(weights[token] for token in known) / whole
        score = whole * share * share
        if share == 1.0 and len(tokens) > 1 and f" {' '.join(tokens)} " in line:
            score *= IN_ORDER
        found.append((score, phrase))
    found.sort(key=lambda row: (-row[0], row[1]))
    if not found:
        return 0.0, ()
    others = sum(score for score, _ in found[1:4])
    return found[0][0] + OTHERS * others, tuple(phrase for _, phrase in found[:3])


def _confidence(score: float, topic: TopicWords, scored: _Scored) -> float:
    # A theme is no rival of its own subjects, nor they of it: both are right.
    rivals = [
        other
        for other, row, _ in scored
        if row.code != topic.code and not (row.theme == topic.theme and topic.theme in (row.code, topic.code))
    ]
    rival = max(rivals, default=0.0)
    recognised = score * score / (score * score + HALF_SURE * HALF_SURE)
    return recognised * score * score / (score * score + rival * rival) if score else 0.0


def _tokens(text: str) -> tuple[str, ...]:
    words = _TOGETHER.sub("sousx", fold(text)).split()
    return tuple(
        _stem(word) for word in words if word not in _STOP and not (len(word) == 1 and word.isalpha())
    )


def _stem(word: str) -> str:
    """Plural and feminine endings put aside, crudely: both sides go through the same cut."""
    endings = ("ees", "ee", "es", "s", "x", "e") if len(word) > 4 else ("s", "x")
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
