"""Pure. How many SMS a text costs, and which characters make it cost more.

GSM 7-bit default alphabet and its extension table: 3GPP TS 23.038, clauses 6.2.1 and 6.2.1.1. Sizes:
160 septets alone and 153 per part, 70 UTF-16 units alone and 67 per part (TS 23.040, 8-bit reference).
A septet pair (escape) and a surrogate pair are never cut between two parts.

A text longer than what the provider takes at once is sent as several messages, in order.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION: Final = frozenset("\f^{}\\[~]|€")

_SINGLE: Final = {"gsm7": 160, "ucs2": 70}
_PART: Final = {"gsm7": 153, "ucs2": 67}

_JOINED: Final = frozenset("\u200d\ufe0e\ufe0f")
_AFTER_SENTENCE: Final = re.compile(r"[.!?…]\s+")

# Typography of our screens that an SMS does without, so that a French sentence keeps its 160 characters.
_PLAIN: Final = str.maketrans(
    {
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "\u2011": "-",
        "…": "...",
        "œ": "oe",
        "Œ": "OE",
    }
)
# French quotes carry their inner space with them.
_QUOTES: Final = re.compile(r"«\s*|\s*»")


LONGEST: Final = 1600
"""Characters a provider takes in one text, however many parts it makes (Twilio's error 21617 beyond)."""


class Encoding(StrEnum):
    GSM7 = "gsm7"
    UCS2 = "ucs2"


@dataclass(frozen=True, slots=True)
class Segmentation:
    """The cost of a text. `segments`: the text of each part, in order (none for an empty text).

    `units`: septets in GSM-7 (an extension character counts two), UTF-16 code units in UCS-2.
    `characters_forcing_ucs2`: each once, in order of appearance; empty in GSM-7.
    """

    encoding: Encoding
    segments: tuple[str, ...]
    units: int
    characters_forcing_ucs2: tuple[str, ...]

    @property
    def count(self) -> int:
        """Number of SMS billed."""
        return len(self.segments)


def _cost(character: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM7:
        return 2 if character in _EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1


def segment(text: str) -> Segmentation:
    """Encoding, parts and cost of a text, exactly as it is given (nothing is replaced)."""
    forcing = tuple(dict.fromkeys(character for character in text if character not in _BASIC | _EXTENSION))
    encoding = Encoding.UCS2 if forcing else Encoding.GSM7
    costs = [_cost(character, encoding) for character in text]
    units = sum(costs)
    limit = _SINGLE[encoding] if units <= _SINGLE[encoding] else _PART[encoding]
    parts: list[str] = []
    start = used = 0
    for place, cost in enumerate(costs):
        if used + cost > limit:
            parts.append(text[start:place])
            start, used = place, 0
        used += cost
    if start < len(text):
        parts.append(text[start:])
    return Segmentation(
        encoding=encoding, segments=tuple(parts), units=units, characters_forcing_ucs2=forcing
    )


def plain_typography(text: str) -> str:
    """The same text without the typographic signs that would force UCS-2. Accented letters are kept."""
    return _QUOTES.sub('"', text).translate(_PLAIN)


def messages_of(text: str, *, limit: int = LONGEST) -> tuple[str, ...]:
    """The messages that carry a text, in order, each within ``limit`` UTF-16 units; none for an empty text.

    Cut after a paragraph or a sentence when that leaves a message at least half full, else between two words, and
    inside a word only when it is longer than a message. Nothing is lost but the blanks where it is cut.
    """
    messages: list[str] = []
    rest = text.strip()
    while rest:
        reach = _reach(rest, limit)
        place = len(rest) if reach == len(rest) else _cut(rest, reach)
        messages.append(rest[:place].rstrip())
        rest = rest[place:].lstrip()
    return tuple(messages)


def _reach(text: str, limit: int) -> int:
    """How many characters of ``text`` fit in ``limit`` UTF-16 units; at least one."""
    units = 0
    for place, character in enumerate(text):
        units += _cost(character, Encoding.UCS2)
        if units > limit:
            return max(1, place)
    return len(text)


def _cut(text: str, reach: int) -> int:
    window, half = text[: reach + 1], reach // 2
    sentences = [found.end() for found in _AFTER_SENTENCE.finditer(window) if found.end() <= reach]
    blanks = [place for place, character in enumerate(window) if place and character.isspace()]
    for place in (window.rfind("\n", half, reach) + 1, sentences[-1] if sentences else 0):
        if place > half:
            return place
    if blanks:
        return blanks[-1]
    place = reach
    while place > 1 and (
        text[place] in _JOINED or text[place - 1] == "\u200d" or unicodedata.combining(text[place])
    ):
        place -= 1
    return place if place > 1 else reach


@dataclass(frozen=True, slots=True)
class Sending:
    """What sending a text by SMS makes: its messages, and the SMS that they cost together."""

    messages: tuple[str, ...]
    count: int
    characters_forcing_ucs2: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What an agent reads beside the text being written."""
        told = f"{self.count} SMS"
        if len(self.messages) > 1:
            told += f", en {len(self.messages)} messages qui arrivent dans l’ordre"
        if self.characters_forcing_ucs2:
            shown = " ".join(self.characters_forcing_ucs2)
            told += f" ; ces caractères raccourcissent chaque SMS à 70 caractères : {shown}"
        return told


def sending_of(text: str) -> Sending:
    """How a text would leave by SMS."""
    messages = messages_of(text)
    costs = [segment(message) for message in messages]
    forcing = dict.fromkeys(character for cost in costs for character in cost.characters_forcing_ucs2)
    return Sending(messages, sum(cost.count for cost in costs), tuple(forcing))
