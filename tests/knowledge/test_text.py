"""Words as people write them become the words that are compared."""

import pytest

from knowledge.search.text import least_matches, question_words, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Je ne peux plus payer mon loyer", ["pay", "loy"]),
        ("LOYERS IMPAYÉS", ["loy", "impay"]),
        ("l’impayée et l'impayé", ["impay", "impay"]),
        ("Qu’est-ce que le R.S.A. ?", ["rsa"]),
        ("Aides aux travaux, au travail", ["aid", "traval", "traval"]),
        ("les tableaux du château", ["tableau", "chateau"]),
        ("cœur, œuvre", ["coeu", "oeuvr"]),
        ("jusqu'à l’hôpital", ["hopital"]),
        ("le temps d'un repas", ["temps", "repas"]),
        ("119 ou 3919", ["119", "3919"]),
        ("s’il vous plaît ?!", ["plait"]),
        ("<script>alert(1)</script>", ["script", "alert", "1", "script"]),
        ("😀 ---", []),
        ("", []),
    ],
)
def test_words_of__french(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_question_words__once_each_and_bounded() -> None:
    assert question_words("loyer loyers LOYER aide") == ["loy", "aid"]
    assert len(question_words(" ".join(f"mot{n}" for n in range(500)))) == 60


@pytest.mark.parametrize(("count", "least"), [(1, 1), (2, 1), (4, 1), (5, 2), (8, 2), (60, 15)])
def test_least_matches__a_quarter(count: int, least: int) -> None:
    assert least_matches(count) == least
