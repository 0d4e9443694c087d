"""Pure. How many SMS a text costs, and which characters make it cost more.

GSM 7-bit default alphabet and its extension table: 3GPP TS 23.038, clauses 6.2.1 and 6.2.1.1. Sizes:
160 septets alone and 153 per part, 70 UTF-16 units alone and 67 per part (TS 23.040, 8-bit reference).
A septet pair (escape) and a surrogate pair are never cut between two parts.
"""

import re
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

    @property
    def sentence(self) -> str:
        """What an agent reads beside the text being written."""
        told = f"{self.count} SMS"
        if self.characters_forcing_ucs2:
            shown = " ".join(self.characters_forcing_ucs2)
            told += f" ; ces caractères raccourcissent chaque SMS à 70 caractères : {shown}"
        return told


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
