"""Hours on the telephone itself: holidays, exceptions, daylight saving both ways, urgent redirections by the clock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from grc.enums import VersionKind
from grc.models import Calendar, Call, QueueEntry
from grc.services.versions import version_draft_save, version_publish
from grc.types import system_actor
from tests.channels_in.reception import Caller, Reception, agent_present

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
OPEN = "De quoi voulez-vous parler ? Dites-le, ou choisissez."
CLOSED = "Vous pouvez quand même laisser une demande. Dites votre choix ou tapez une touche."
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


def follow(reception: Reception, code: str = "ligne", **definition: Any) -> Calendar:
    """Hours of this code; those of the line when it is called so."""
    wanted = {"name": "Essai", "holidays": "FR", "weekly": {}, **definition}
    calendar = Calendar.objects.create(
        organisation=reception.organisation, code=code, label="Essai", definition=wanted
    )
    if code == "ligne":
        reception.line.calendar = calendar
        reception.line.save(update_fields=["calendar"])
    return calendar


def heard(moment: datetime) -> list[str]:
    with time_machine.travel(moment, tick=False):
        caller = Caller()
        caller.dial()
        return caller.said


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (
            datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC),
            CLOSED,
        ),  # 1 h 59 min 59, the last second of winter time
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), OPEN),  # 3 h: the clock has jumped over the opening, 2 h 30
        (datetime(2026, 3, 29, 2, 59, 59, tzinfo=UTC), OPEN),  # 4 h 59 min 59
        (datetime(2026, 3, 29, 3, 0, tzinfo=UTC), CLOSED),  # 5 h
    ],
)
def test_call__the_night_that_loses_an_hour(reception: Reception, moment: datetime, expected: str) -> None:
    follow(reception, weekly={"sunday": [["02:30", "05:00"]]})
    assert expected in heard(moment)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), OPEN),  # midnight, summer time
        (datetime(2026, 10, 25, 0, 45, tzinfo=UTC), OPEN),  # 2 h 45 for the first time
        (datetime(2026, 10, 25, 1, 29, 59, tzinfo=UTC), OPEN),  # 2 h 29 min 59 for the second time
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), CLOSED),  # 2 h 30 for the second time
    ],
)
def test_call__the_night_that_gains_an_hour(reception: Reception, moment: datetime, expected: str) -> None:
    follow(reception, weekly={"sunday": [["00:00", "02:30"]]})
    assert expected in heard(moment)


@pytest.mark.parametrize(("zone", "expected"), [("FR", OPEN), ("FR-57", CLOSED), ("FR-6AE", CLOSED)])
def test_call__good_friday_closes_alsace_and_moselle_alone(
    reception: Reception, zone: str, expected: str
) -> None:
    follow(reception, holidays=zone, weekly={day: [["08:00", "18:00"]] for day in DAYS})
    said = heard(datetime(2027, 3, 26, 10, 0, tzinfo=PARIS))
    assert expected in said
    if expected == CLOSED:
        sentence = (
            "Nous sommes fermés aujourd’hui, vendredi 26 mars : Vendredi saint, jour férié. "
            "Réouverture le mardi 30 mars à 8 h."
        )
        assert sentence in [one.replace("\u00a0", " ") for one in said]


def test_call__an_exceptional_closure_says_why(reception: Reception) -> None:
    closure = {"from": "2026-11-25", "to": "2026-11-26", "hours": [], "words": "inventaire annuel"}
    follow(reception, weekly={day: [["08:00", "18:00"]] for day in DAYS}, exceptions=[closure])
    said = [one.replace("\u00a0", " ") for one in heard(datetime(2026, 11, 25, 10, 0, tzinfo=PARIS))]
    assert (
        "Nous sommes fermés aujourd’hui : inventaire annuel. Réouverture le vendredi 27 novembre à 8 h."
        in said
    )


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 25, 7, 59, 59, tzinfo=PARIS), False),
        (datetime(2026, 11, 25, 8, 0, tzinfo=PARIS), True),
        (datetime(2026, 11, 25, 19, 59, 59, tzinfo=PARIS), True),
        (datetime(2026, 11, 25, 20, 0, tzinfo=PARIS), False),
        (datetime(2026, 11, 28, 11, 59, 59, tzinfo=PARIS), True),
        (datetime(2026, 11, 28, 12, 0, tzinfo=PARIS), False),
        (datetime(2026, 12, 25, 10, 0, tzinfo=PARIS), False),
    ],
)
def test_call__a_medical_question_at_night_goes_to_the_doctor_and_is_never_queued(
    reception: Reception, moment: datetime, day: bool
) -> None:
    """The line is open at all hours; the step follows the hours of the doctors."""
    weekly = {day: [["08:00", "20:00"]] for day in DAYS} | {"saturday": [["08:00", "12:00"]]}
    follow(reception, "doctor_day", weekly=weekly)
    with time_machine.travel(moment, tick=False):
        caller = Caller()
        caller.dial()
        caller.press("3")
        caller.press("1")
        if day:
            assert caller.said[-2] == "Dites ou tapez les cinq chiffres de votre code postal."
            return
        dial = caller.document.find("Dial")
        assert dial is not None
        assert dial.text == "+33353010115"
        caller.post(caller.action, DialCallStatus="no-answer")
        assert "Composez le 15." in caller.said
    assert not QueueEntry.objects.exists()
    call = Call.objects.get()
    assert call.end_kind == "redirected"


def test_call__goes_on_with_the_version_published_meanwhile(reception: Reception) -> None:
    caller = Caller()
    caller.dial()
    content = {**reception.line.script, "nodes": {**reception.line.script["nodes"]}}
    content["nodes"]["home_menu"] = {**content["nodes"]["home_menu"], "text": "Parlons de votre logement."}
    admin, kind = system_actor("Essai"), VersionKind.VOICE_SCRIPT
    follow(reception, "doctor_day")
    for theme in ("autonomie", "handicap", "insertion", "sante", "famille", "jeunesse", "mobilite", "education",
                  "etat_civil", "numerique", "autre_organisme"):  # fmt: skip
        reception.topics["routes"].__class__.objects.create(
            organisation=reception.organisation, code=theme, theme=theme, label=theme, sort_label=theme
        )
    version_draft_save(actor=admin, kind=kind, subject=reception.line.pk, content=content)
    caller.press("2")
    assert "Parlons de votre logement." not in caller.said
    caller.press("9")
    version_publish(actor=admin, kind=kind, subject=reception.line.pk, why="Essai")
    caller.press("2")
    assert "Parlons de votre logement." in caller.said
    call = Call.objects.get()
    assert call.script_version == 1


def test_call__in_english_is_waited_for_and_called_back_in_english(reception: Reception) -> None:
    agent_present(reception.organisation)
    caller = Caller()
    caller.dial()
    caller.press("6")
    gather = caller.document.find("Gather")
    assert gather is not None
    assert gather.attrib["language"] == "en-GB"
    assert [say.attrib["language"] for say in caller.document.iter("Say")] == ["en-GB"] * len(caller.said)
    caller.press("2")
    caller.press("1")
    caller.press("62000")
    assert QueueEntry.objects.get().language == "en"
    assert Call.objects.get().contact.locale == "en"
