import json
from typing import Any

import pytest

from grc.calendars import Calendar, from_dict, hours_text, to_dict
from grc.errors import Invalid

FULL: dict[str, Any] = {
    "name": "Ligne unique",
    "timezone": "Europe/Paris",
    "holidays": "FR-57",
    "weekly": {"monday": [["08:00", "12:00"], ["14:00", "24:00"]], "saturday": [["08:00", "14:00"]]},
    "exceptions": [
        {"from": "2026-05-15", "to": "2026-05-16", "hours": [], "words": "pont de l’Ascension"},
        {"from": "2026-05-14", "to": "2026-05-14", "hours": [["10:00", "12:00"]], "words": "permanence"},
    ],
    "tours": [
        {
            "place": "Fruges",
            "weekday": "tuesday",
            "hours": [["09:00", "12:00"]],
            "starting": "2026-01-06",
            "ending": None,
            "every_weeks": 2,
            "week_of_month": None,
        }
    ],
    "working_weekdays": ["monday", "tuesday", "friday"],
}


def test_to_dict__gives_back_what_was_read() -> None:
    assert to_dict(from_dict(FULL)) == FULL
    assert to_dict(from_dict(json.loads(json.dumps(FULL)))) == FULL


def test_from_dict__defaults() -> None:
    calendar = from_dict({"name": "Accueil", "weekly": {"friday": [["09:00", "12:00"]]}})
    assert isinstance(calendar, Calendar)
    assert calendar.holidays.value == "FR"
    assert calendar.timezone == "Europe/Paris"
    assert calendar.working_weekdays == frozenset({0, 1, 2, 3, 4})
    assert hours_text(calendar.weekly) == "le vendredi de 9 h à 12 h"


@pytest.mark.parametrize(
    ("change", "path", "sentence"),
    [
        ({"name": " "}, "name", "Un texte est attendu ici."),
        ({"weekly": []}, "weekly", "Un objet est attendu ici."),
        ({"weekly": {"lundi": []}}, "weekly.lundi", "Ce jour n’existe pas."),
        (
            {"weekly": {"monday": [["12:00", "08:00"]]}},
            "weekly.monday[0]",
            "L’heure de fin doit être après l’heure de début ; minuit s’écrit 24:00.",
        ),
        (
            {"weekly": {"monday": [["8h", "12h"]]}},
            "weekly.monday[0]",
            'Une plage est attendue ici, par exemple ["08:30", "12:00"].',
        ),
        (
            {"weekly": {"monday": [["08:00", "12:00"], ["11:00", "13:00"]]}},
            "weekly.monday",
            "Deux plages du même jour se chevauchent.",
        ),
        (
            {"weekly": {"monday": "08:00"}},
            "weekly.monday",
            "Une liste de 500 éléments au plus est attendue ici.",
        ),
        (
            {"exceptions": [{"from": "2026-05-15", "to": "2026-05-14", "words": "pont"}]},
            "exceptions[0].to",
            "La date de fin est avant la date de début.",
        ),
        (
            {"exceptions": [{"from": "15/05/2026", "words": "pont"}]},
            "exceptions[0].from",
            "Une date est attendue ici, par exemple 2026-05-15.",
        ),
        ({"exceptions": [{"from": "2026-05-15"}]}, "exceptions[0].words", "Un texte est attendu ici."),
        (
            {"tours": [{"place": "Bus", "weekday": "monday", "starting": "2026-01-01"}]},
            "tours[0].hours",
            "Une halte a au moins une plage horaire.",
        ),
        (
            {"timezone": "Europe/Arras"},
            "timezone",
            "Ce fuseau horaire n’existe pas, par exemple Europe/Paris.",
        ),
        ({"horaires": {}}, "horaires", "Cette rubrique n’existe pas dans un calendrier."),
    ],
)
def test_from_dict__says_where_and_why(change: dict[str, Any], path: str, sentence: str) -> None:
    with pytest.raises(Invalid) as caught:
        from_dict({**FULL, **change})
    assert caught.value.fields == {path: [sentence]}


@pytest.mark.parametrize("zone", ["FR-62", "", None, 3, []])
def test_from_dict__refuses_an_unknown_holiday_zone(zone: Any) -> None:
    with pytest.raises(Invalid) as caught:
        from_dict({**FULL, "holidays": zone})
    assert list(caught.value.fields) == ["holidays"]


def test_from_dict__gives_every_error_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        from_dict({"name": "", "holidays": "FR-62", "weekly": {"monday": [["25:00", "26:00"]]}})
    assert sorted(caught.value.fields) == ["holidays", "name", "weekly.monday[0]"]
