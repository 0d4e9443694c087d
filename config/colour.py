"""Pure. From one colour chosen by an organisation to shades that stay readable (WCAG 2.2, contrast of 7:1).

An organisation chooses its colour for its look, not for its legibility: the shades used behind or for text
are darkened or lightened until they pass, and keep the hue.
"""

import colorsys
import re
from dataclasses import dataclass

AAA = 7.0
_BLACK = (0, 0, 0)
_DARK_SURFACE = (35, 42, 48)
_TINT_LIGHTNESS = 0.945
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


def _with_lightness(colour: Rgb, lightness: float) -> Rgb:
    """The same hue and saturation at another lightness (0 black, 1 white)."""
    hue, _own, saturation = colorsys.rgb_to_hls(*(c / 255 for c in colour))
    red, green, blue = (round(c * 255) for c in colorsys.hls_to_rgb(hue, lightness, saturation))
    return red, green, blue


def _moved_until_readable(colour: Rgb, *, on: Rgb, towards: float) -> Rgb:
    own = colorsys.rgb_to_hls(*(c / 255 for c in colour))[1]
    candidate = colour
    for step in range(_STEPS + 1):
        candidate = _with_lightness(colour, own + (towards - own) * step / _STEPS)
        if contrast(candidate, on) >= AAA:
            break
    return candidate


def _css(colour: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def readable_shades(colour: str, *, default: str) -> Shades:
    """Shades of ``colour`` that pass 7:1; an unreadable value falls back to ``default``."""
    base = parse(colour) or parse(default) or _BLACK
    tint = _with_lightness(base, _TINT_LIGHTNESS)
    return Shades(
        strong=_css(_moved_until_readable(base, on=tint, towards=0.0)),
        light=_css(_moved_until_readable(base, on=_DARK_SURFACE, towards=1.0)),
        tint=_css(tint),
    )
