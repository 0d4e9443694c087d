"""The live board in words: what each number means now, and whether somebody should move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grc.enums import LABELS, PresenceState
from grc.figures.live import LiveBoard
from grc.french import french_duration

LONG_WAIT: Final = 180  # seconds from which the wait of a caller is shown as too long
PRESENT: Final = (
    PresenceState.AVAILABLE, PresenceState.ON_CONTACT, PresenceState.WRAPPING_UP, PresenceState.PAUSED,
)  # fmt: skip


@dataclass(frozen=True)
class Tile:
    """``level``: calm or late; said in ``note`` too, never by the colour alone."""

    title: str
    value: str
    note: str
    level: str


@dataclass(frozen=True)
class LiveTiles:
    tiles: tuple[Tile, ...]
    presence: tuple[tuple[str, int], ...]
    calm: bool


def live_tiles(board: LiveBoard) -> LiveTiles:
    """What the wall shows."""
    tiles = (
        _callers(board),
        Tile(
            _("Rappels dus"),
            str(board.callbacks_owed),
            ngettext("%(n)s hors délai", "%(n)s hors délai", board.callbacks_late)
            % {"n": board.callbacks_late}
            if board.callbacks_late
            else _("tous dans leur plage"),
            "late" if board.callbacks_late else "calm",
        ),
        Tile(_("Demandes à prendre"), str(board.tickets_to_take), _("sans agent"), "calm"),
        Tile(
            _("Demandes en retard"),
            str(board.tickets_late),
            _("échéance passée") if board.tickets_late else _("aucune"),
            "late" if board.tickets_late else "calm",
        ),
    )
    present = tuple((LABELS[PresenceState][state.value], board.presence[state]) for state in PRESENT)
    return LiveTiles(tiles, present, all(tile.level == "calm" for tile in tiles))


def _callers(board: LiveBoard) -> Tile:
    wait = board.longest_wait_seconds
    if wait is None:
        return Tile(_("Appels en attente"), "0", _("personne n’attend"), "calm")
    longest = french_duration(wait)
    if wait >= LONG_WAIT:
        note = _("attente trop longue : %(wait)s") % {"wait": longest}
        return Tile(_("Appels en attente"), str(board.callers_waiting), note, "late")
    note = _("la plus longue : %(wait)s") % {"wait": longest}
    return Tile(_("Appels en attente"), str(board.callers_waiting), note, "calm")
