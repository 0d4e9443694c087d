"""What a text asks by itself."""

from __future__ import annotations

import pytest

from channels_in.sms.errors import error_sentence
from channels_in.sms.words import asks_start, asks_stop, postal_codes


@pytest.mark.parametrize("body", ["STOP", "stop", " Stop. ", "ARRET", "Arrêt", "arrêter !", "stop sms"])
def test_asks_stop__alone(body: str) -> None:
    assert asks_stop(body)
    assert not asks_start(body)


@pytest.mark.parametrize("body", ["l'arrêt de bus est cassé", "stop aux nids de poule", "", "START"])
def test_asks_stop__not_inside_a_sentence(body: str) -> None:
    assert not asks_stop(body)


def test_asks_stop__what_the_network_recognised_wins() -> None:
    assert asks_stop("FIN", "STOP")
    assert asks_start("OUI", "START")
    assert asks_start("Start")


def test_postal_codes__are_five_digits_alone() -> None:
    assert postal_codes("Arras 62000, et 62 100 Calais") == ["62000", "62100"]
    assert postal_codes("appelez-moi au 0321216216 ou +33639980042") == []
    assert postal_codes("au 03 21 21 62 16") == []
    assert postal_codes("62000 62000 00000") == ["62000"]
    assert postal_codes("à 62000 12 rue de la Paix") == ["62000"]


def test_error_sentence__french_with_its_number() -> None:
    assert error_sentence("30003") == "Le téléphone était éteint ou hors de portée. (erreur 30003)"
    assert error_sentence("99999") == "L’opérateur a signalé une erreur. (erreur 99999)"
    assert (error_sentence(""), error_sentence("0")) == ("", "")
