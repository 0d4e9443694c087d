"""The kinds of channel this process knows, on or off."""

from __future__ import annotations

from channels_in.base import ChannelKind
from grc.enums import Channel

_kinds: dict[Channel, ChannelKind] = {}


def channel_add(kind: ChannelKind) -> None:
    """Make a kind of channel known, and start it when it is on."""
    _kinds[kind.code] = kind
    if kind.is_on():
        kind.start()


def channels() -> list[ChannelKind]:
    """Every kind known, in the order they were added."""
    return list(_kinds.values())
