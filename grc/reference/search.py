"""Pure. Find a commune from what a person gives: a postal code, a name, an old name, a code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from grc.reference.names import fold, without_article
from grc.reference.rows import CommuneRow, ReferenceData

_FIVE_DIGITS: Final = re.compile(r"\d{5}")
_DIGIT_GROUPS: Final = re.compile(r"[\s.\-]+")
_CODE: Final = re.compile(r"(?:\d{2}|2[ab])\d{3}")

EXACT: Final = 0
STARTS: Final = 1
WORD_STARTS: Final = 2


@dataclass(frozen=True, slots=True)
class CommuneMatch:
    """``commune`` is always a present one; ``former_name`` is the old name that matched, or empty."""

    commune: CommuneRow
    former_name: str
    rank: int


def normalise_postal_code(text: str) -> str:
    """Five digits from what was keyed or typed ("62 000", "62000#"), or an empty text when it is not one."""
    digits = _DIGIT_GROUPS.sub("", text.strip().rstrip("#*"))
    return digits if digits.isascii() and _FIVE_DIGITS.fullmatch(digits) else ""


def communes_for_postal_code(data: ReferenceData, postal_code: str) -> tuple[CommuneRow, ...]:
    """Present communes served by a postal code, ordered by name; empty when the code is unknown."""
    return data.by_postal_code.get(normalise_postal_code(postal_code), ())


def commune_for_code(data: ReferenceData, code: str) -> CommuneRow | None:
    """The present commune answering to an INSEE code, present or former."""
    present = data.successor.get(code.strip().upper())
    return data.current.get(present) if present else None


def search_communes(
    data: ReferenceData, query: str, *, departement: str = "", limit: int = 10
) -> tuple[CommuneMatch, ...]:
    """Present communes matching a name (present, former or partial), a postal code or an INSEE code.

    Best first: exact name, then names that start so, then names one word of which starts so; inside a rank
    the larger population first. ``departement`` keeps one département only.
    """
    wanted = fold(query)
    if not wanted or limit <= 0:
        return ()
    best: dict[str, CommuneMatch] = {}
    for match in _matches(data, wanted, query):
        if departement and match.commune.departement != departement:
            continue
        kept = best.get(match.commune.code)
        if kept is None or (match.rank, bool(match.former_name)) < (kept.rank, bool(kept.former_name)):
            best[match.commune.code] = match
    ordered = sorted(best.values(), key=_order)
    return tuple(ordered[:limit])


def _order(match: CommuneMatch) -> tuple[int, bool, int, str, str]:
    row = match.commune
    return (match.rank, bool(match.former_name), -(row.population or 0), row.sort_key, row.code)


def _matches(data: ReferenceData, wanted: str, query: str) -> Iterator[CommuneMatch]:
    postal_code = normalise_postal_code(query)
    if postal_code or _CODE.fullmatch(wanted):
        for row in data.by_postal_code.get(postal_code, ()):
            yield CommuneMatch(row, "", EXACT)
        by_code = commune_for_code(data, query)
        if by_code is not None:
            yield CommuneMatch(by_code, "", EXACT)
        return
    bare = without_article(wanted)
    for commune, former_name, folded in data.folded_names:
        rank = _rank(folded, wanted, bare)
        if rank is not None:
            yield CommuneMatch(commune, former_name, rank)


def _rank(folded: str, wanted: str, bare: str) -> int | None:
    if bare not in folded:
        return None
    name = without_article(folded)
    if wanted in (folded, name):
        return EXACT
    if folded.startswith(wanted) or name.startswith(wanted):
        return STARTS
    return WORD_STARTS if f" {wanted}" in folded else None
