from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from grc.enums import Channel, ClockKind, ClockState, ClockUnit, Confidentiality, OrganisationKind, Role
from grc.models import AuditContent, Clock, ClockPolicy, Message, Ticket
from grc.selectors.actors import actor_of_agent
from grc.services.ticket_claim import ticket_claim
from routing.services.settings import assignment_set
from tests import factories as make
from tests.channels_in.api.calls import program, program_with

pytestmark = pytest.mark.django_db

# role: read, claim, reply, close, claim-next, rows listed
MATRIX = {
    Role.RECEPTION: (200, 200, 200, 200, 200, 1),
    Role.INSTRUCTOR: (200, 200, 200, 200, 200, 1),
    Role.SUPERVISOR: (200, 200, 200, 200, 200, 1),
    Role.SITE_LEAD: (200, 200, 200, 200, 200, 1),
    Role.ADMINISTRATOR: (200, 200, 200, 200, 200, 1),
    Role.MANAGER: (403, 403, 403, 403, 403, 0),
    Role.EDITOR: (403, 403, 403, 403, 403, 0),
    Role.ELECTED: (403, 403, 403, 403, 403, 0),
    Role.AUDITOR: (403, 403, 403, 403, 403, 0),
}
OUTCOMES = (
    "Valeurs possibles : answered, right_opened, oriented, withdrawn, duplicate, unreachable, no_follow_up."
)
VERBS = [
    ("get", "/tickets/{}", None),
    ("post", "/tickets/{}/claim", {}),
    ("post", "/tickets/{}/reply", {"body": "Bonjour, voici la réponse."}),
    ("post", "/tickets/{}/close", {"outcome": "answered", "note": "Fait."}),
]


def test_matrix__names_every_role() -> None:
    assert set(MATRIX) == set(Role)


@pytest.mark.parametrize("role", list(MATRIX))
def test_tickets__role_by_verb(role: Role) -> None:
    town = make.organisation_make()
    team = make.team_make(town, "file")
    caller = program_with(town, role)
    found = []
    for verb, path, body in VERBS:
        ticket = make.ticket_make(town, team=team)
        call = caller.get if verb == "get" else caller.post
        found.append(call(path.format(ticket.reference), **({} if verb == "get" else {"body": body}))[0])
    Ticket.objects.all().update(assignee=None, state="open", outcome="", closed_at=None)
    found.append(caller.post("/queues/file/claim-next")[0])
    found.append(min(1, len(caller.get("/tickets")[1]["items"])))
    assert tuple(found) == MATRIX[role]


@pytest.mark.parametrize("role", list(MATRIX))
def test_tickets__of_another_organisation_do_not_exist(role: Role) -> None:
    ours = make.organisation_make()
    other = make.organisation_make(kind=OrganisationKind.HOSTED)
    team = make.team_make(other, "ailleurs")
    ticket = make.ticket_make(other, team=team)
    caller = program_with(ours, role)
    found = [
        (caller.get if verb == "get" else caller.post)(
            path.format(ticket.reference), **({} if verb == "get" else {"body": body})
        )[0]
        for verb, path, body in VERBS
    ]
    assert found == [404, 404, 404, 404]
    assert caller.post("/queues/ailleurs/claim-next")[0] == 404
    assert caller.get("/tickets")[1] == {"items": [], "next": None}
    assert caller.get(f"/contacts/{ticket.origin_contact_id}")[0] == 404
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.state) == (None, "new")


def test_ticket_read__every_field() -> None:
    town = make.organisation_make("mairie")
    team = make.team_make(town, "etat-civil", label="État civil")
    agent = make.agent_make(town, "lea", role=Role.RECEPTION, display_name="Léa Martin")
    topic = make.topic_make(town, "passeport", label="Passeport")
    citizen = make.citizen_make(town)
    contact = make.contact_make(town, channel=Channel.SMS, address_value="+33639980001")
    ticket = make.ticket_make(
        town, topic=topic, commune=make.commune_make(), team=team, contact=contact, requester=citizen
    )
    ticket.zone_code, ticket.zone_label = "centre", "Centre"
    ticket.routing_reasons = ["État civil est désignée."]
    ticket.save()
    ticket_claim(actor=actor_of_agent(agent), ticket=ticket)
    make.message_make(contact, ticket=ticket, body="Mon passeport ?")
    policy = ClockPolicy.objects.create(
        organisation=town, kind=ClockKind.RESOLUTION, amount=5, unit=ClockUnit.CALENDAR_DAYS
    )
    Clock.objects.create(
        ticket=ticket,
        policy=policy,
        kind=ClockKind.RESOLUTION,
        started_at=make.AT,
        due_at=make.AT + timedelta(days=5),
        state=ClockState.RUNNING,
    )
    status, body = program(agent).get(f"/tickets/{ticket.reference}")
    assert status == 200
    assert body == {
        "reference": ticket.reference,
        "state": "open",
        "outcome": None,
        "topic": {"code": "passeport", "label": "Passeport"},
        "commune": {"code": "62041", "name": "Arras"},
        "zone": {"code": "centre", "label": "Centre"},
        "team": {"code": "etat-civil", "label": "État civil"},
        "assignee": {"username": "lea", "name": "Léa Martin"},
        "priority": "normal",
        "routing_reasons": ["État civil est désignée."],
        "clocks": [{"kind": "resolution", "due": "2026-11-21T09:00:00Z", "state": "running"}],
        "channel": "sms",
        "created_at": "2026-11-16T09:00:00Z",
        "closed_at": None,
        "messages": [
            {
                "direction": "inbound",
                "channel": "sms",
                "body": "Mon passeport ?",
                "at": "2026-11-16T09:00:00Z",
                "delivery": None,
            }
        ],
    }
    read = AuditContent.objects.get(act="read")
    assert (read.entity, read.entity_id, read.citizen_id, read.actor_id) == (
        "ticket",
        ticket.pk,
        citizen.pk,
        agent.pk,
    )


def test_ticket_read__reference_as_people_write_it_and_wrong_ones() -> None:
    town = make.organisation_make()
    ticket = make.ticket_make(town)
    caller = program_with(town, Role.RECEPTION)
    spaced = f"{ticket.reference[:3]} {ticket.reference[3:6]} {ticket.reference[6:]}"
    assert caller.get(f"/tickets/{spaced}")[1]["reference"] == ticket.reference
    status, body = caller.get("/tickets/1234567890")
    assert (status, body["error"]["sentence"]) == (404, "Aucune demande ne porte ce numéro.")


def test_claim__somebody_else_s_is_a_conflict() -> None:
    town = make.organisation_make()
    ticket = make.ticket_make(
        town, team=make.team_make(town), assignee=make.agent_make(town, display_name="Léa Martin")
    )
    status, body = program_with(town, Role.RECEPTION).post(f"/tickets/{ticket.reference}/claim")
    assert status == 409
    assert body["error"] == {
        "code": "already_taken",
        "sentence": "Léa Martin a déjà pris cette demande.",
        "fields": {},
    }


def test_reply__sends_and_shows_the_message() -> None:
    town = make.organisation_make()
    ticket = make.ticket_make(town, team=make.team_make(town))
    caller = program_with(town, Role.RECEPTION)
    status, body = caller.post(f"/tickets/{ticket.reference}/reply", {"body": "Venez demain."})
    assert status == 200
    assert [(row["direction"], row["body"], row["delivery"]) for row in body["messages"]] == [
        ("outbound", "Venez demain.", "delivered")
    ]
    assert Message.objects.get().body == "Venez demain."


@pytest.mark.parametrize(
    ("path", "given", "fields"),
    [
        ("reply", {}, {"body": ["Ce champ est obligatoire."]}),
        ("reply", {"body": 3}, {"body": ["Un texte est attendu."]}),
        ("reply", {"body": "  "}, {"body": ["Écrivez le message."]}),
        (
            "reply",
            {"body": "a" * 4001},
            {"body": ["Ce texte est trop long : 4000 caractères au plus."]},
        ),
        ("close", {}, {"outcome": ["Ce champ est obligatoire."]}),
        (
            "close",
            {"outcome": "perdu"},
            {"outcome": [OUTCOMES]},
        ),
    ],
)
def test_moves__invalid_bodies(path: str, given: dict[str, object], fields: dict[str, list[str]]) -> None:
    town = make.organisation_make()
    ticket = make.ticket_make(town, team=make.team_make(town))
    status, body = program_with(town, Role.RECEPTION).post(f"/tickets/{ticket.reference}/{path}", given)
    assert status == 422
    assert body["error"]["fields"] == fields


def test_moves__a_body_that_is_not_json() -> None:
    town = make.organisation_make()
    ticket = make.ticket_make(town, team=make.team_make(town))
    caller = program_with(town, Role.RECEPTION)
    response = caller.client.post(
        f"/api/v1/tickets/{ticket.reference}/reply", "{", content_type="application/json"
    )
    assert (response.status_code, response.json()["error"]["code"]) == (400, "bad_request")


def test_close__outcome_and_date_then_a_conflict() -> None:
    town = make.organisation_make()
    ticket = make.ticket_make(town, team=make.team_make(town))
    caller = program_with(town, Role.ADMINISTRATOR)
    given = {"outcome": "right_opened", "note": "Dossier complet."}
    status, body = caller.post(f"/tickets/{ticket.reference}/close", given)
    assert (status, body["state"], body["outcome"]) == (200, "closed", "right_opened")
    assert body["closed_at"] is not None
    assert caller.post(f"/tickets/{ticket.reference}/close", given)[0] == 409


def test_claim_next__the_ticket_then_204() -> None:
    town = make.organisation_make()
    ticket = make.ticket_make(town, team=make.team_make(town, "file"))
    caller = program_with(town, Role.INSTRUCTOR)
    status, body = caller.post("/queues/file/claim-next")
    assert (status, body["reference"], body["state"]) == (200, ticket.reference, "open")
    assert caller.post("/queues/file/claim-next") == (204, None)
    assert caller.post("/queues/rien/claim-next")[0] == 404


def test_tickets_list__filters() -> None:
    town = make.organisation_make()
    team = make.team_make(town, "file")
    lea = make.agent_make(town, "lea")
    topic = make.topic_make(town, "voirie")
    one = make.ticket_make(town, team=team, topic=topic, commune=make.commune_make(), channel=Channel.SMS)
    two = make.ticket_make(town, assignee=lea, at=datetime(2026, 11, 18, 22, 59, tzinfo=UTC))
    caller = program_with(town, Role.SUPERVISOR)

    def found(**query: str) -> list[str]:
        return [row["reference"] for row in caller.get("/tickets", **query)[1]["items"]]

    assert found() == [two.reference, one.reference]
    assert found(team="file") == [one.reference]
    assert found(topic="voirie") == [one.reference]
    assert found(commune="62041") == [one.reference]
    assert found(channel="sms") == [one.reference]
    assert found(assignee="lea") == [two.reference]
    assert found(state="open") == [two.reference]
    assert found(since="2026-11-17") == [two.reference]
    assert found(until="2026-11-18") == [two.reference, one.reference]
    assert found(until="2026-11-17") == [one.reference]
    assert found(since="2026-11-16T10:00:00+01:00", until="2026-11-16T10:00:01+01:00") == [one.reference]
    status, body = caller.get("/tickets", since="hier")
    assert status == 422
    assert body["error"]["fields"] == {"since": ["Une date (AAAA-MM-JJ) ou un instant ISO 8601 est attendu."]}
    assert caller.get("/tickets", limit=0)[1]["error"]["fields"] == {"limit": ["Ce nombre est trop petit."]}


def test_tickets_list__pages_to_the_end() -> None:
    town = make.organisation_make()
    expected = [make.ticket_make(town).reference for _ in range(5)][::-1]
    caller = program_with(town, Role.RECEPTION)
    found, page = [], caller.get("/tickets", limit=2, state="new")[1]
    found += page["items"]
    while page["next"]:
        assert page["next"].startswith("http://testserver/api/v1/tickets?")
        page = caller.client.get(page["next"].removeprefix("http://testserver")).json()
        found += page["items"]
    assert [row["reference"] for row in found] == expected


def test_tickets_list__hides_the_motive_of_discreet_requests() -> None:
    town = make.organisation_make()
    team = make.team_make(town, "file")
    topic = make.topic_make(town, "violences", confidentiality=Confidentiality.DISCREET)
    make.ticket_make(town, team=team, topic=topic)
    outside = program_with(town, Role.RECEPTION).get("/tickets")[1]["items"][0]
    inside = program_with(town, Role.RECEPTION, team).get("/tickets")[1]["items"][0]
    assert outside["topic"] is None
    assert inside["topic"]["code"] == "violences"


def test_contacts__by_call_and_by_message() -> None:
    town = make.organisation_make()
    team = make.team_make(town)
    contact = make.contact_make(town, channel=Channel.PHONE, citizen=make.citizen_make(town))
    make.call_make(contact, "CA1")
    make.message_make(contact, provider_id="SM1")
    ticket = make.ticket_make(town, contact=contact, team=team)
    make.callback_make(contact, team, ticket=ticket)
    caller = program_with(town, Role.RECEPTION)
    by_call = caller.get("/contacts", provider_id="CA1")[1]
    assert by_call == caller.get("/contacts", provider_id="SM1")[1]
    one = by_call["items"][0]
    assert (one["id"], one["channel"], one["direction"]) == (contact.pk, "phone", "inbound")
    assert one["citizen"]["name"] == "Jeanne Dupont"
    assert [row["reference"] for row in one["tickets"]] == [ticket.reference]
    assert [row["state"] for row in one["callbacks"]] == ["owed"]
    assert one["instant_answers"] == []
    assert caller.get("/contacts", provider_id="CA2")[1] == {"items": [], "next": None}
    assert caller.get(f"/contacts/{contact.pk}") == (200, one)
    assert AuditContent.objects.filter(act="read", entity="contact").count() == 3
    assert caller.get("/contacts/999999")[0] == 404


def test_contacts__pages() -> None:
    town = make.organisation_make()
    ids = [make.contact_make(town).pk for _ in range(3)][::-1]
    caller = program_with(town, Role.RECEPTION)
    first = caller.get("/contacts", limit=2)[1]
    second = caller.client.get(first["next"].removeprefix("http://testserver")).json()
    assert [row["id"] for row in first["items"] + second["items"]] == ids
    assert second["next"] is None


def test_topics__in_order_with_their_path() -> None:
    town = make.organisation_make()
    theme = make.topic_make(town, "papiers", label="Papiers")
    make.topic_make(town, "passeport", label="Passeport", parent=theme)
    assert program_with(town, Role.RECEPTION).get("/topics") == (
        200,
        {
            "items": [
                {"code": "papiers", "label": "Papiers", "theme": "papiers", "path": ["papiers"]},
                {
                    "code": "passeport",
                    "label": "Passeport",
                    "theme": "papiers",
                    "path": ["papiers", "passeport"],
                },
            ],
            "next": None,
        },
    )


def test_competence__here_and_elsewhere() -> None:
    host = make.organisation_make("cd62", name="Département")
    team = make.team_make(host, "routes", label="Routes")
    make.team_make(host, "gps", label="Accueil", fallback=True)
    make.topic_make(host, "routes", label="Routes", competent_kind="departement")
    make.topic_make(host, "caf", label="Allocations", competent_kind="caf")
    make.commune_make(epci=("200033579", "CU d’Arras"))
    on = make.AT.date().replace(month=1)
    assignment_set(
        actor=make.SYSTEM,
        organisation=host,
        topic_code="routes",
        zone=None,
        team=team,
        on=on.replace(year=2020),
    )
    caller = program_with(host, Role.RECEPTION)
    commune = {
        "code": "62041",
        "name": "Arras",
        "departement": "62",
        "epci": {"code": "200033579", "name": "CU d’Arras"},
    }
    status, body = caller.get("/competence", topic="routes", commune="62041")
    assert status == 200
    assert body["organisation"] == {"code": "cd62", "name": "Département"}
    assert body["team"] == {"code": "routes", "label": "Routes"}
    assert body["zone"] is None
    assert body["commune"] == commune
    status, body = caller.get("/competence", topic="caf", commune="62041")
    assert (status, body["organisation"], body["team"], body["commune"]) == (200, None, None, commune)
    assert "l’organisme compétent est la CAF." in body["reasons"][-2]
    status, body = caller.get("/competence", topic="rien", commune="00000")
    assert (status, sorted(body["error"]["fields"])) == (422, ["commune", "topic"])
    assert caller.get("/competence")[0] == 422


@pytest.mark.parametrize("path", ["/tickets?commune=%00", "/contacts?provider_id=%00", "/tickets?team=a%00b"])
def test_lists__a_character_no_database_holds_is_the_callers(path: str) -> None:
    caller = program_with(make.organisation_make(), Role.ADMINISTRATOR)
    response = caller.client.get(f"/api/v1{path}")
    assert response.status_code == 422
    assert response.json()["error"]["code"] == "invalid"


def test_lists__are_written_down_as_read() -> None:
    town = make.organisation_make()
    caller = program_with(town, Role.ADMINISTRATOR)
    assert caller.get("/tickets")[1]["items"] == []
    assert AuditContent.objects.filter(act="read").count() == 0
    contact = make.contact_make(town)
    make.message_make(contact, provider_id="SM1")
    make.ticket_make(town, contact=contact)
    caller.get("/tickets")
    caller.get("/contacts", provider_id="SM1")
    make.contact_make(town)
    caller.get("/contacts")
    read = (
        AuditContent.objects.filter(act="read").order_by("id").values_list("entity", "entity_id", "purpose")
    )
    assert list(read) == [
        ("ticket_list", None, "api"),
        ("contact", contact.pk, "api"),
        ("contact_list", None, "api"),
    ]
