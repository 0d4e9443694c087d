"""The shape every kind of channel has, whatever it carries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from grc.enums import Channel


@dataclass(frozen=True)
class ChannelKind:
    """One way to reach us and to be answered.

    ``is_on`` reads the settings; ``start`` registers its ports and handlers, once, when the process starts and only if
    the channel is on; ``off_sentence`` is what its screen says otherwise, in French.
    """

    code: Channel
    label: str
    is_on: Callable[[], bool]
    start: Callable[[], None]
    off_sentence: str
