import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.segmenting import messages_of, plain_typography, segment, sending_of


@pytest.mark.parametrize(
    ("text", "encoding", "units", "lengths"),
    [
        ("", "gsm7", 0, []),
        ("Bonjour", "gsm7", 7, [7]),
        ("a" * 160, "gsm7", 160, [160]),
        ("a" * 161, "gsm7", 161, [153, 8]),
        ("a" * 306, "gsm7", 306, [153, 153]),
        ("a" * 307, "gsm7", 307, [153, 153, 1]),
        ("é" * 160, "gsm7", 160, [160]),
        ("€" * 80, "gsm7", 160, [80]),
        ("€" * 81, "gsm7", 162, [76, 5]),
        ("a" * 158 + "€", "gsm7", 160, [159]),
        ("a" * 159 + "€", "gsm7", 161, [153, 7]),
        ("a" * 152 + "€" + "a" * 20, "gsm7", 174, [152, 21]),
        ("a" * 151 + "€" + "a" * 20, "gsm7", 173, [152, 20]),
        ("ç", "ucs2", 1, [1]),
        ("ç" * 70, "ucs2", 70, [70]),
        ("ç" * 71, "ucs2", 71, [67, 4]),
        ("ç" * 134, "ucs2", 134, [67, 67]),
        ("ç" * 135, "ucs2", 135, [67, 67, 1]),
        ("😀", "ucs2", 2, [1]),
        ("😀" * 35, "ucs2", 70, [35]),
        ("😀" * 36, "ucs2", 72, [33, 3]),
        ("a" * 66 + "😀" + "a" * 10, "ucs2", 78, [66, 11]),
        ("a" * 65 + "😀" + "a" * 10, "ucs2", 77, [66, 10]),
    ],
)
def test_segment__known_costs(text: str, encoding: str, units: int, lengths: list[int]) -> None:
    result = segment(text)
    assert result.encoding == encoding
    assert result.units == units
    assert [len(part) for part in result.segments] == lengths
    assert result.count == len(lengths)


@pytest.mark.parametrize("character", list("éèùìòàÇÉÄÖÑÜäöñü@£$¥§¿¡ßÆæØøÅå\n"))
def test_segment__one_septet_each(character: str) -> None:
    assert (segment(character).encoding, segment(character).units) == ("gsm7", 1)


@pytest.mark.parametrize("character", list("^{}\\[~]|€"))
def test_segment__two_septets_each(character: str) -> None:
    assert (segment(character).encoding, segment(character).units) == ("gsm7", 2)


@pytest.mark.parametrize("character", [*"êâîôûëïœç«»’…", "\u00a0", "\u202f", "`", "\t"])
def test_segment__forces_ucs2(character: str) -> None:
    result = segment(f"ab{character}cd{character}")
    assert result.encoding == "ucs2"
    assert result.characters_forcing_ucs2 == (character,)


def test_segment__lists_forcing_characters_once_in_order() -> None:
    assert segment("ça peut être reçu").characters_forcing_ucs2 == ("ç", "ê")


def test_sentence__tells_the_agent_why() -> None:
    assert sending_of("Bonjour").sentence == "1 SMS"
    assert sending_of("mot " * 500).sentence == "14 SMS, en 2 messages qui arrivent dans l’ordre"
    assert (
        sending_of("ça va").sentence == "1 SMS ; ces caractères raccourcissent chaque SMS à 70 caractères : ç"
    )


def test_plain_typography__keeps_the_accents_and_saves_the_encoding() -> None:
    text = "Votre demande n’est pas close\u00a0: « répondez » à l’accueil…"
    assert plain_typography(text) == r"""Votre demande n'est pas close : "répondez" à l'accueil..."""
    assert segment(plain_typography("L’accueil est ouvert\u202f!")).encoding == "gsm7"


@given(st.text(alphabet=st.sampled_from(list("ab€[é")), max_size=700))
def test_segment__parts_rebuild_the_text_and_fit_in_gsm7(text: str) -> None:
    result = segment(text)
    assert "".join(result.segments) == text
    sizes = [len(part) + sum(c in "€[" for c in part) for part in result.segments]
    assert sum(sizes) == result.units
    assert max(sizes, default=0) <= (160 if result.count == 1 else 153)


@given(st.text(max_size=300))
def test_segment__parts_rebuild_any_text_without_cutting_a_character(text: str) -> None:
    result = segment(text)
    assert "".join(result.segments) == text
    if result.encoding == "ucs2":
        sizes = [len(part.encode("utf-16-le")) // 2 for part in result.segments]
        assert sum(sizes) == result.units
        assert max(sizes) <= (70 if result.count == 1 else 67)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("  \n ", ()),
        ("Bonjour", ("Bonjour",)),
        ("a" * 20, ("a" * 20,)),
        ("a" * 45, ("a" * 20, "a" * 20, "a" * 5)),
        ("un deux trois quatre cinq", ("un deux trois quatre", "cinq")),
        ("un deux trois quatres six", ("un deux trois", "quatres six")),
        ("Oui. Bien reçu. Venez demain.", ("Oui. Bien reçu.", "Venez demain.")),
        ("Bien sûr, oui.\nVenez. Demain matin.", ("Bien sûr, oui.", "Venez. Demain matin.")),
        ("😀" * 11, ("😀" * 10, "😀")),
        ("a" * 19 + "e\u0301" + "b", ("a" * 19, "e\u0301b")),
    ],
)
def test_messages_of__cut_where_one_would_breathe(text: str, expected: tuple[str, ...]) -> None:
    assert messages_of(text, limit=20) == expected


@given(st.text(max_size=400), st.integers(min_value=2, max_value=60))
def test_messages_of__nothing_lost_nothing_too_long(text: str, limit: int) -> None:
    messages = messages_of(text, limit=limit)
    assert "".join("".join(messages).split()) == "".join(text.split())
    assert all(message == message.strip() != "" for message in messages)
    assert all(len(message.encode("utf-16-le")) // 2 <= limit for message in messages)


def test_messages_of__by_default_what_the_provider_takes() -> None:
    assert [len(message) for message in messages_of("a" * 4000)] == [1600, 1600, 800]
    assert messages_of("a" * 1600) == ("a" * 1600,)
