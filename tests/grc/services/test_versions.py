"""Draft, publication, roll back: atomic, audited, refused in French when the content is wrong."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from grc.enums import Role, VersionKind
from grc.errors import Conflict, GrcError, Invalid, NotAllowed, NotFound
from grc.models import AuditContent, Event, Line, Organisation, Version
from grc.services.setup_organisations import line_setup
from grc.services.versions import (
    version_draft_drop,
    version_draft_save,
    version_install,
    version_publish,
    version_roll_back,
    version_schedule_cancel,
    versions_due_publish,
)
from grc.types import Actor, system_actor
from tests.factories import actor_make, organisation_make
from tests.grc.voice_script.test_validation import small

SCRIPT = VersionKind.VOICE_SCRIPT
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
SWEEP = system_actor("Publication programmée")


@pytest.fixture
def host(db: None) -> Organisation:
    return organisation_make("departement")


@pytest.fixture
def admin(host: Organisation) -> Actor:
    return actor_make(host, Role.ADMINISTRATOR, display_name="Léa Chef")


@pytest.fixture
def line(host: Organisation) -> Line:
    return line_setup(
        actor=system_actor("Essai"), organisation=host, number="+33321216216", label="Ligne", script=small()
    )


def saying(text: str) -> dict[str, Any]:
    return small(end={"kind": "end", "text": text})


def draft(admin: Actor, line: Line, text: str = "Bonne journée.", **more: Any) -> Version:
    return version_draft_save(actor=admin, kind=SCRIPT, subject=line.pk, content=saying(text), **more)


def publish(admin: Actor, line: Line, why: str = "Plus court", **more: Any) -> Version:
    return version_publish(actor=admin, kind=SCRIPT, subject=line.pk, why=why, **more)


def goodbye(line: Line) -> tuple[str, int]:
    line.refresh_from_db()
    return line.script["nodes"]["end"]["text"], line.script_version


def states(line: Line) -> list[tuple[int, str]]:
    return list(Version.objects.filter(subject=line.pk).order_by("number").values_list("number", "state"))


def test_line_setup__history_starts_with_version_1(line: Line, host: Organisation) -> None:
    version = Version.objects.get(subject=line.pk)
    assert (version.number, version.state, version.why, version.author) == (
        1,
        "published",
        "Installation",
        "Essai",
    )
    assert version.content == small() == line.script
    again = line_setup(
        actor=system_actor("Essai"), organisation=host, number=line.number, label="Ligne", script=small()
    )
    assert (again.script_version, states(line)) == (1, [(1, "published")])
    line_setup(
        actor=system_actor("Essai"),
        organisation=host,
        number=line.number,
        label="Ligne",
        script=saying("Adieu."),
    )
    assert (goodbye(line), states(line)) == (("Adieu.", 2), [(1, "retired"), (2, "published")])


def test_version_publish__the_draft_answers_and_the_former_is_kept(admin: Actor, line: Line) -> None:
    made = draft(admin, line)
    assert (made.number, made.state, made.revision, made.author) == (2, "draft", 1, "Léa Chef")
    assert goodbye(line) == ("Au revoir.", 1)
    published = publish(admin, line)
    assert goodbye(line) == ("Bonne journée.", 2)
    assert (published.why, published.publisher, published.published_at is not None) == (
        "Plus court",
        "Léa Chef",
        True,
    )
    assert states(line) == [(1, "retired"), (2, "published")]
    verbs = AuditContent.objects.filter(entity="voice_script", entity_id=line.pk).order_by("id")
    assert list(verbs.values_list("verb", flat=True))[-2:] == ["version_draft_saved", "version_published"]
    event = Event.objects.filter(name="version_published").order_by("id").last()
    assert event is not None
    assert event.payload == {
        "kind": "voice_script", "subject": line.pk, "number": 2, "organisation_id": line.organisation_id,
    }  # fmt: skip


def test_version_draft_save__the_same_twice_is_one_revision(admin: Actor, line: Line) -> None:
    assert [
        draft(admin, line).revision,
        draft(admin, line).revision,
        draft(admin, line, "Adieu.").revision,
    ] == [1, 1, 2]


def test_version_draft_save__somebody_saved_meanwhile(admin: Actor, line: Line) -> None:
    draft(admin, line, seen=0)
    draft(admin, line, "Adieu.", seen=1)
    with pytest.raises(Conflict, match="modifier ce brouillon"):
        draft(admin, line, "À demain.", seen=1)
    with pytest.raises(Conflict):
        draft(admin, line, "À demain.", seen=0)
    assert Version.objects.get(state="draft").content == saying("Adieu.")
    with pytest.raises(Conflict, match="a changé depuis"):
        publish(admin, line, seen=1)


def test_version_publish__refused_with_reasons_where_they_are(admin: Actor, line: Line) -> None:
    content = deepcopy(small())
    content["nodes"]["end"]["text"] = " "
    content["nodes"]["menu"]["choices"][0]["sets"] = {"theme": "inconnu"}
    version_draft_save(actor=admin, kind=SCRIPT, subject=line.pk, content=content)
    with pytest.raises(Invalid) as caught:
        publish(admin, line)
    assert caught.value.fields == {
        "menu": ["L'étape « menu », touche 1 : le thème « inconnu » n'existe pas."],
        "end": ["L'étape « end » n'a pas de texte à dire."],
    }
    assert goodbye(line) == ("Au revoir.", 1)
    assert states(line) == [(1, "published"), (2, "draft")]
    assert Event.objects.filter(name="version_published", payload__number=2).count() == 0


@pytest.mark.parametrize("why", ["", "   ", "x" * 301])
def test_version_publish__says_why(admin: Actor, line: Line, why: str) -> None:
    draft(admin, line)
    with pytest.raises(Invalid) as caught:
        publish(admin, line, why)
    assert list(caught.value.fields) == ["why"]


def test_versions_due_publish__at_its_date_and_once(admin: Actor, line: Line) -> None:
    with time_machine.travel(NOW, tick=False):
        draft(admin, line)
        planned = publish(admin, line, at=NOW + timedelta(hours=1))
        assert (planned.state, goodbye(line)) == ("scheduled", ("Au revoir.", 1))
        assert versions_due_publish(actor=SWEEP, now=NOW + timedelta(minutes=59, seconds=59)) == 0
    due = NOW + timedelta(hours=1)
    with time_machine.travel(due, tick=False):
        assert versions_due_publish(actor=SWEEP, now=due) == 1
        assert versions_due_publish(actor=SWEEP, now=due) == 0
    assert goodbye(line) == ("Bonne journée.", 2)
    version = Version.objects.get(number=2)
    assert (version.state, version.published_at, version.publish_at) == ("published", due, None)
    assert (version.why, version.publisher) == ("Plus court", "Léa Chef")


def test_versions_due_publish__what_is_no_longer_valid_says_why(admin: Actor, line: Line) -> None:
    with time_machine.travel(NOW, tick=False):
        draft(admin, line)
        publish(admin, line, at=NOW + timedelta(hours=1))
        Version.objects.filter(number=2).update(content=saying(" "))
        assert versions_due_publish(actor=SWEEP, now=NOW + timedelta(hours=1)) == 0
    version = Version.objects.get(number=2)
    assert (version.state, version.refusal) == ("draft", "L'étape « end » n'a pas de texte à dire.")
    assert goodbye(line) == ("Au revoir.", 1)


def test_versions_due_publish__a_line_closed_meanwhile_does_not_stop_the_others(
    admin: Actor, line: Line, host: Organisation
) -> None:
    other = line_setup(
        actor=system_actor("Essai"), organisation=host, number="+33321000002", label="Autre", script=small()
    )
    with time_machine.travel(NOW, tick=False):
        for place, one in enumerate((line, other)):
            draft(admin, one)
            publish(admin, one, at=NOW + timedelta(minutes=place + 1))
        Line.objects.filter(pk=line.pk).update(closed_on=NOW.date())
        assert versions_due_publish(actor=SWEEP, now=NOW + timedelta(hours=1)) == 1
    assert goodbye(other)[0] == "Bonne journée."
    closed = Version.objects.get(subject=line.pk, number=2)
    assert (closed.state, closed.refusal) == ("retired", "Cette ligne n’existe pas.")


def test_version_publish__a_date_that_is_past_and_two_plans(admin: Actor, line: Line) -> None:
    with time_machine.travel(NOW, tick=False):
        draft(admin, line)
        with pytest.raises(Invalid) as caught:
            publish(admin, line, at=NOW)
        assert list(caught.value.fields) == ["publish_at"]
        publish(admin, line, at=NOW + timedelta(hours=1))
        draft(admin, line, "Adieu.")
        with pytest.raises(Conflict, match="déjà programmée"):
            publish(admin, line, at=NOW + timedelta(hours=2))
        with pytest.raises(Conflict, match="autre brouillon"):
            version_schedule_cancel(actor=admin, kind=SCRIPT, subject=line.pk)
        version_draft_drop(actor=admin, kind=SCRIPT, subject=line.pk)
        assert version_schedule_cancel(actor=admin, kind=SCRIPT, subject=line.pk).state == "draft"
        assert versions_due_publish(actor=SWEEP, now=NOW + timedelta(hours=3)) == 0


def test_version_roll_back__makes_a_new_version(admin: Actor, line: Line) -> None:
    draft(admin, line)
    publish(admin, line)
    draft(admin, line, "Adieu.")
    back = version_roll_back(actor=admin, kind=SCRIPT, subject=line.pk, number=1, why="Trop familier")
    assert (back.number, back.why, back.based_on.number if back.based_on else 0) == (4, "Trop familier", 1)
    assert goodbye(line) == ("Au revoir.", 4)
    assert states(line) == [(1, "retired"), (2, "retired"), (3, "draft"), (4, "published")]
    with pytest.raises(Conflict):
        version_roll_back(actor=admin, kind=SCRIPT, subject=line.pk, number=4, why="Encore")
    with pytest.raises(NotFound):
        version_roll_back(actor=admin, kind=SCRIPT, subject=line.pk, number=3, why="Un brouillon")


def test_version_services__only_administrators_of_the_whole_body(host: Organisation, line: Line) -> None:
    others = [
        actor_make(host, Role.SUPERVISOR),
        actor_make(organisation_make("mairie"), Role.ADMINISTRATOR),
    ]
    for actor in others:
        with pytest.raises(NotAllowed):
            draft(actor, line)
        with pytest.raises(NotAllowed):
            version_roll_back(actor=actor, kind=SCRIPT, subject=line.pk, number=1, why="Non")
    with pytest.raises(NotFound):
        version_draft_save(actor=others[0], kind=SCRIPT, subject=line.pk + 999, content=small())


def test_version_draft_save__a_line_from_before_keeps_what_answered(host: Organisation, admin: Actor) -> None:
    old = Line.objects.create(
        organisation=host, number="+33321000001", label="Ancienne", script=small(), script_version=7
    )
    made = draft(admin, old)
    assert made.number == 8
    assert made.based_on is not None
    assert (made.based_on.number, made.based_on.state, made.based_on.content) == (7, "published", small())


def test_version__the_database_refuses_two_in_service(admin: Actor, line: Line) -> None:
    draft(admin, line)
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.filter(state="draft").update(state="published", published_at=NOW, why="Deux")
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.filter(state="draft").update(state="scheduled")


def test_version_install__the_same_again_changes_nothing(admin: Actor, line: Line) -> None:
    first = version_install(actor=admin, kind=SCRIPT, subject=line.pk, content=small())
    assert (first.number, states(line)) == (1, [(1, "published")])


@pytest.mark.django_db(transaction=True)
def test_version_publish__ten_at_once_publish_once() -> None:
    host = organisation_make("departement")
    admin = actor_make(host, Role.ADMINISTRATOR)
    line = line_setup(
        actor=system_actor("Essai"), organisation=host, number="+33321216216", label="Ligne", script=small()
    )
    draft(admin, line)

    def one(_: int) -> str:
        try:
            return publish(admin, line).state
        except GrcError as error:
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=10) as pool:
        results = sorted(pool.map(one, range(10)))
    assert results == ["NotFound"] * 9 + ["published"]
    assert states(line) == [(1, "retired"), (2, "published")]
