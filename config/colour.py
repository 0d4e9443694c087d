"""Pure. From one colour chosen by an organisation to shades that stay readable (WCAG 2.2, contrast of 7:1).

An organisation chooses its colour for its look, not for its legibility: the shades used behind or for text
are moved towards black or white until they pass, and keep the hue.
"""

import re
from dataclasses import dataclass

AAA = 7.0
_WHITE = (255, 255, 255)
_BLACK = (0, 0, 0)
_DARK_SURFACE = (35, 42, 48)
_STEPS = 40

Rgb = tuple[int, int, int]


@dataclass(frozen=True)
class Shades:
    """CSS colours "#rrggbb": ``strong`` under white text and as text on light, ``light`` as text on dark."""

    strong: str
    light: str
    tint: str


def parse(colour: str) -> Rgb | None:
    """The three channels 0-255 of "#rrggbb" or "#rgb", None for anything else."""
    text = colour.strip().lower()
    if re.fullmatch(r"#[0-9a-f]{3}", text):
        text = "#" + "".join(c * 2 for c in text[1:])
    if not re.fullmatch(r"#[0-9a-f]{6}", text):
        return None
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _luminance(colour: Rgb) -> float:
    def linear(channel: int) -> float:
        part = channel / 255
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(c) for c in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    """Ratio from 1 to 21 of two colours, as WCAG 2.2 defines it."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _mix(colour: Rgb, towards: Rgb, part: float) -> Rgb:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(colour, towards, strict=True))
    return red, green, blue


def _moved_until_readable(colour: Rgb, *, on: Rgb, towards: Rgb) -> Rgb:
    for step in range(_STEPS + 1):
        candidate = _mix(colour, towards, step / _STEPS)
        if contrast(candidate, on) >= AAA:
            return candidate
    return towards


def _css(colour: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def readable_shades(colour: str, *, default: str) -> Shades:
    """Shades of ``colour`` that pass 7:1; an unreadable value falls back to ``default``."""
    base = parse(colour) or parse(default) or _BLACK
    tint = _mix(base, _WHITE, 0.92)
    return Shades(
        strong=_css(_moved_until_readable(base, on=tint, towards=_BLACK)),
        light=_css(_moved_until_readable(base, on=_DARK_SURFACE, towards=_WHITE)),
        tint=_css(tint),
    )
