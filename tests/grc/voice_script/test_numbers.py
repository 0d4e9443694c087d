"""Postal codes as people say them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.voice_script.numbers import spoken_postal_code


@pytest.mark.parametrize(
    ("speech", "code"),
    [
        ("soixante-deux mille", "62000"),
        ("Soixante deux mille cent.", "62100"),
        ("c'est soixante-deux mille trois cent dix s'il vous plaît", "62310"),
        ("62 mille", "62000"),
        ("62 mille 100", "62100"),
        ("soixante-quinze mille dix-huit", "75018"),
        ("quatre-vingt mille", "80000"),
        ("quatre-vingt-dix-sept mille quatre cents", "97400"),
        ("cinquante-neuf mille deux cent quatre-vingts", "59280"),
        ("vingt et un mille", "21000"),
        ("mille", "01000"),
        ("neuf mille cent", "09100"),
        ("62 000", "62000"),
        ("six deux un zéro zéro", "62100"),
        ("je ne sais pas", ""),
        ("un agent", ""),
        ("62", "62"),
        ("trois millions", ""),
    ],
)
def test_spoken_postal_code(speech: str, code: str) -> None:
    assert spoken_postal_code(speech) == code


@given(st.text(max_size=60))
def test_spoken_postal_code__anything_gives_figures_or_nothing(speech: str) -> None:
    code = spoken_postal_code(speech)
    assert code == "" or (code.isascii() and code.isdigit())


_WORDS = st.sampled_from(
    ["zero", "un", "dix", "vingt", "cent", "cents", "mille", "et", "62", "soixante", "quatre", "9999999"]
)


@given(st.lists(_WORDS, max_size=12))
def test_spoken_postal_code__number_words_in_any_order(words: list[str]) -> None:
    code = spoken_postal_code(" ".join(words))
    assert code == "" or code.isdigit()
