"""Rows for tests: one function per thing, every argument optional, nothing random."""

from __future__ import annotations

import wave
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import count

from django.core.files.base import ContentFile

from grc.call_order import rank_of
from grc.enums import (
    AccountKind,
    CallbackState,
    Channel,
    Confidentiality,
    Direction,
    OrganisationKind,
    Priority,
    QueueEntryState,
    Role,
    TicketState,
)
from grc.models import (
    Account,
    Agent,
    ApiToken,
    Call,
    Callback,
    Citizen,
    Commune,
    CommunePostalCode,
    Contact,
    Message,
    Organisation,
    QueueEntry,
    Recording,
    RoleGrant,
    Site,
    Team,
    TeamMembership,
    Ticket,
    Topic,
)
from grc.reference.names import fold, sort_key
from grc.selectors.actors import actor_of_agent, token_digest
from grc.services.ticket_open import ticket_open
from grc.types import Actor, system_actor

AT = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)  # a Monday, 10 h in Paris
_numbers = count(1)
SYSTEM = system_actor("Essai")


def organisation_make(
    code: str = "", *, kind: OrganisationKind = OrganisationKind.HOST, name: str = ""
) -> Organisation:
    code = code or f"organisme-{next(_numbers)}"
    name = name or f"Organisme {code}"
    return Organisation.objects.create(code=code, kind=kind, name=name, sort_name=sort_key(name))


def team_make(
    organisation: Organisation,
    code: str = "",
    *,
    label: str = "",
    fallback: bool = False,
    restricted: bool = False,
    parent: Team | None = None,
) -> Team:
    code = code or f"equipe-{next(_numbers)}"
    return Team.objects.create(
        organisation=organisation,
        code=code,
        label=label or f"Équipe {code}",
        fallback=fallback,
        restricted=restricted,
        parent=parent,
    )


def site_make(organisation: Organisation, code: str = "") -> Site:
    code = code or f"site-{next(_numbers)}"
    return Site.objects.create(organisation=organisation, code=code, name=f"Site {code}", sort_name=code)


def agent_make(
    organisation: Organisation,
    username: str = "",
    *,
    role: Role | None = Role.INSTRUCTOR,
    team: Team | None = None,
    member_of: Sequence[Team] = (),
    display_name: str = "",
) -> Agent:
    """``role`` on the whole organisation, or on ``team`` when given; None gives no role at all."""
    username = username or f"agent{next(_numbers)}"
    name = display_name or username.capitalize()
    agent = Agent.objects.create(
        organisation=organisation, username=username, display_name=name, sort_name=sort_key(name)
    )
    if role is not None:
        RoleGrant.objects.create(agent=agent, role=role, organisation=organisation, team=team)
    for one in [*([team] if team else []), *member_of]:
        TeamMembership.objects.get_or_create(agent=agent, team=one)
    return agent


def actor_make(organisation: Organisation, role: Role | None = Role.INSTRUCTOR, **agent: object) -> Actor:
    """The actor of a new agent, see ``agent_make``."""
    return actor_of_agent(agent_make(organisation, role=role, **agent))  # type: ignore[arg-type]


def token_make(
    agent: Agent | None = None,
    *,
    token: str = "",
    scopes: Sequence[str] = (),
    revoked_at: datetime | None = None,
) -> str:
    """A bearer token, as the caller would send it; bound to ``agent`` when given."""
    number = next(_numbers)
    account = Account.objects.create_account(kind=AccountKind.CLIENT, username=f"programme{number}")
    token = token or f"jeton-{number}"
    ApiToken.objects.create(
        account=account,
        agent=agent,
        label=f"Programme {number}",
        digest=token_digest(token),
        scopes=list(scopes),
        revoked_at=revoked_at,
    )
    return token


def topic_make(
    organisation: Organisation,
    code: str = "",
    *,
    label: str = "",
    parent: Topic | None = None,
    layer_code: str = "",
    competent_kind: str = "",
    competent_organisation: Organisation | None = None,
    confidentiality: Confidentiality = Confidentiality.NORMAL,
    words: Sequence[str] = (),
) -> Topic:
    """Without ``parent`` it is a theme, the root of its branch."""
    code = code or f"theme-{next(_numbers)}"
    label = label or f"Sujet {code}"
    return Topic.objects.create(
        organisation=organisation,
        code=code,
        label=label,
        sort_label=sort_key(label),
        parent=parent,
        theme=parent.theme if parent else code,
        path=[*(parent.path if parent else []), code],
        words=list(words),
        search_text=fold(" ".join([label, *words])),
        layer_code=layer_code,
        competent_kind=competent_kind,
        competent_organisation=competent_organisation,
        confidentiality=confidentiality,
    )


def commune_make(
    code: str = "62041",
    name: str = "Arras",
    *,
    departement: str = "62",
    postal_codes: Sequence[str] = (),
    epci: tuple[str, str] = ("", ""),
) -> Commune:
    commune, created = Commune.objects.get_or_create(
        code=code,
        defaults={
            "name": name,
            "sort_name": sort_key(name),
            "departement": departement,
            "region": "32",
            "epci_code": epci[0],
            "epci_name": epci[1],
        },
    )
    if created:
        for postal_code in postal_codes:
            CommunePostalCode.objects.create(commune=commune, postal_code=postal_code)
    return commune


def citizen_make(
    organisation: Organisation, family_name: str = "Dupont", given_names: str = "Jeanne"
) -> Citizen:
    return Citizen.objects.create(
        organisation=organisation,
        family_name=family_name,
        given_names=given_names,
        search_name=fold(f"{family_name} {given_names}"),
        created_at=AT,
    )


def contact_make(
    organisation: Organisation,
    *,
    channel: Channel = Channel.WEB,
    address_value: str = "",
    citizen: Citizen | None = None,
    site: Site | None = None,
    at: datetime = AT,
) -> Contact:
    """A contact without the event of its opening: use ``grc.services.intake`` where the event matters."""
    return Contact.objects.create(
        organisation=organisation,
        channel=channel,
        direction=Direction.INBOUND,
        started_at=at,
        last_activity_at=at,
        address_value=address_value,
        citizen=citizen,
        site=site,
    )


def call_make(contact: Contact, provider_id: str = "", *, from_number: str = "+33321000001") -> Call:
    return Call.objects.create(
        contact=contact,
        provider="twilio",
        provider_id=provider_id or f"CA{next(_numbers):032d}",
        from_number=from_number,
        to_number="+33321216216",
        offered_at=contact.started_at,
    )


def message_make(
    contact: Contact, *, ticket: Ticket | None = None, body: str = "Bonjour", provider_id: str = ""
) -> Message:
    return Message.objects.create(
        contact=contact,
        ticket=ticket,
        channel=contact.channel,
        direction=Direction.INBOUND,
        body=body,
        at=contact.started_at,
        provider="twilio" if provider_id else "",
        provider_id=provider_id,
    )


def ticket_make(
    organisation: Organisation,
    *,
    topic: Topic | None = None,
    commune: Commune | None = None,
    team: Team | None = None,
    assignee: Agent | None = None,
    contact: Contact | None = None,
    channel: Channel = Channel.WEB,
    requester: Citizen | None = None,
    priority: Priority = Priority.NORMAL,
    subject: str = "",
    at: datetime = AT,
) -> Ticket:
    """A ticket opened by the real service (its event is in the outbox), then given its team and assignee."""
    ticket = ticket_open(
        actor=SYSTEM,
        contact=contact or contact_make(organisation, channel=channel, at=at),
        topic=topic,
        commune=commune,
        at=at,
        subject=subject,
        requester=requester,
        priority=priority,
    )
    if team is not None or assignee is not None:
        ticket.team, ticket.assignee = team, assignee
        if assignee is not None:
            ticket.state = TicketState.OPEN
        ticket.save(update_fields=["team", "assignee", "state"])
    return ticket


def queue_entry_make(call: Call, *, ticket: Ticket | None = None) -> QueueEntry:
    return QueueEntry.objects.create(
        call=call,
        ticket=ticket,
        organisation_id=call.contact.organisation_id,
        state=QueueEntryState.WAITING,
        entered_at=AT,
        rank=next(_numbers),
    )


def callback_make(contact: Contact, team: Team, *, ticket: Ticket | None = None) -> Callback:
    return Callback.objects.create(
        contact=contact,
        ticket=ticket,
        organisation_id=contact.organisation_id,
        team=team,
        number=f"+3332100{next(_numbers):04d}",
        state=CallbackState.OWED,
        reason="Promis au téléphone",
        queue_since=AT,
        rank=rank_of(priority=Priority.NORMAL, since=AT),
        next_at=AT,
        window_start=AT,
        window_end=AT.replace(hour=11),
        created_at=AT,
    )


def recording_make(call: Call, ticket: Ticket | None = None, *, state: str = "kept") -> Recording:
    """A voice message of a request, or a conversation without one; two seconds of silence."""
    message = None
    if ticket is not None:
        message = Message.objects.create(
            contact=call.contact, ticket=ticket, channel=Channel.PHONE, direction=Direction.INBOUND,
            body="Message vocal de 2 s.", at=AT,
        )  # fmt: skip
    row = Recording(
        call=call, message=message, kind="voicemail" if ticket is not None else "conversation", state=state,
        provider="essai", provider_id=f"RE{next(_numbers)}", content_type="audio/wav", seconds=2,
        started_at=AT, keep_until=AT + timedelta(days=180),
    )  # fmt: skip
    out = BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(32_000))
    row.file.save("son.wav", ContentFile(out.getvalue()), save=False)
    row.size = len(out.getvalue())
    row.save()
    return row
