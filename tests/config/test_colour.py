"""Shades of an organisation's colour stay readable whatever colour was chosen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.colour import contrast, parse, readable_shades

DEFAULT = "#17495a"


def test_contrast__black_on_white() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21.0)


@pytest.mark.parametrize(
    ("text", "channels"),
    [
        ("#fff", (255, 255, 255)),
        ("#17495A", (23, 73, 90)),
        (" #00a ", (0, 0, 170)),
        ("red", None),
        ("#12345", None),
    ],
)
def test_parse__hexadecimal_only(text: str, channels: tuple[int, int, int] | None) -> None:
    assert parse(text) == channels


def test_readable_shades__a_readable_colour_is_kept() -> None:
    assert readable_shades("#17495a", default=DEFAULT).strong == "#17495a"


def test_readable_shades__a_bright_yellow_is_darkened() -> None:
    assert readable_shades("#ffd700", default=DEFAULT).strong == "#605100"


def test_readable_shades__an_unreadable_value_falls_back() -> None:
    assert readable_shades("} body{display:none", default=DEFAULT).strong == "#17495a"


@given(st.integers(min_value=0, max_value=0xFFFFFF))
def test_readable_shades__every_colour_passes_seven_to_one(number: int) -> None:
    shades = readable_shades(f"#{number:06x}", default=DEFAULT)
    strong, light, tint = parse(shades.strong), parse(shades.light), parse(shades.tint)
    assert strong is not None
    assert light is not None
    assert tint is not None
    assert contrast(strong, (255, 255, 255)) >= 7
    assert contrast(strong, tint) >= 7
    assert contrast(light, (35, 42, 48)) >= 7
    assert contrast(light, (13, 20, 24)) >= 7
