"""What one contact costs here: statements, time and room, measured on real ones that are then undone.

Each contact is a whole life (a message comes, a request is opened and oriented, taken, answered, closed) in a
transaction of its own which is rolled back: no lock is held longer than one contact lasts, nothing is sent, nobody is
told. The rows it wrote are copied to temporary tables with the same indexes, whose size is that of the rows alone.
"""

from __future__ import annotations

import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

from django.db import connection, transaction

from grc import clock
from grc.enums import Channel, Outcome
from grc.errors import Invalid
from grc.models import Agent, Commune, Contact, Line, Organisation, Ticket, Topic
from grc.policies import can_claim
from grc.selectors.actors import actor_of_agent
from grc.selectors.directory import host_organisation
from grc.services.intake import message_attach, message_receive, receipt_take
from grc.services.outbox import deliveries_run_of
from grc.services.ticket_claim import ticket_claim
from grc.services.ticket_close import ticket_close
from grc.services.ticket_open import ticket_open
from grc.services.ticket_work import ticket_reply
from grc.types import Actor, channel_actor

PROVIDER: Final = "capacity"
FICTION: Final = "+3363998"  # the numbers that no telephone has begin so, then four digits
WORDS: Final = (
    "Bonjour, j’attends une réponse à mon dossier depuis trois semaines. Pouvez-vous me dire où il en est ?"
)
# Telling the open pages is not undone by a rollback.
UNTOLD: Final = ("agents_ui.",)


@dataclass(frozen=True)
class StepCost:
    """``statements`` and ``ms``: medians over the contacts; the wait for the disk at each commit is not in them."""

    name: str
    statements: float
    ms: float


@dataclass(frozen=True)
class TableCost:
    """For one contact: rows written, and bytes of these rows with their indexes."""

    table: str
    rows: float
    bytes: float


@dataclass(frozen=True)
class ContactCost:
    contacts: int
    steps: list[StepCost]
    tables: list[TableCost]

    @property
    def statements(self) -> float:
        return sum(step.statements for step in self.steps)

    @property
    def ms(self) -> float:
        return sum(step.ms for step in self.steps)

    @property
    def bytes(self) -> float:
        return sum(table.bytes for table in self.tables)


@dataclass
class _Run:
    organisation: Organisation
    topic: Topic | None
    commune: Commune | None
    line: str
    sender: str
    statements: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    agent: Actor | None = None

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        count = 0

        def one_more(execute: Callable[..., Any], *arguments: Any) -> Any:
            nonlocal count
            count += 1
            return execute(*arguments)

        begin = time.perf_counter()
        with connection.execute_wrapper(one_more):
            yield
        self.ms[name].append((time.perf_counter() - begin) * 1000)
        self.statements[name].append(count)


def contact_cost_measure(*, contacts: int) -> ContactCost:
    """Measure on the base as it is. Raises Invalid (or NotFound) when it has no organisation, or nobody to answer."""
    organisation = host_organisation()
    line = Line.objects.filter(organisation=organisation, receives_sms=True).values_list("number", flat=True)
    run = _Run(
        organisation=organisation,
        topic=Topic.objects.filter(organisation=organisation, parent__isnull=False, confidentiality="normal")
        .order_by("pk")
        .first(),
        commune=Commune.objects.filter(departement=organisation.departement).order_by("code").first(),
        line=line.first() or "",
        sender=_number_unused(),
    )
    for number in range(contacts + 1):
        with transaction.atomic():
            before = _inserted()
            _live(run)
            if number:
                _rows_keep(run.rows, before)
            transaction.set_rollback(True)
        if number == 0:
            # The first one filled the caches.
            run.ms.clear()
            run.statements.clear()
    return ContactCost(
        contacts,
        [StepCost(name, median(run.statements[name]), median(times)) for name, times in run.ms.items()],
        _tables(run.rows, contacts),
    )


def _number_unused() -> str:
    """A mobile number of fiction that no contact of this base came from."""
    used = set(
        Contact.objects.filter(address_value__startswith=FICTION).values_list("address_value", flat=True)
    )
    free = (f"{FICTION}{number:04d}" for number in range(9999, -1, -1))
    return next((number for number in free if number not in used), f"{FICTION}9999")


def _live(run: _Run) -> None:
    caller, now, identifier = channel_actor("Mesure"), clock.now(), uuid.uuid4().hex
    with run.step("Message reçu, demande ouverte"):
        receipt_take(provider=PROVIDER, key=identifier, kind="sms", raw={"Body": WORDS, "From": run.sender})
        message = message_receive(
            actor=caller,
            organisation=run.organisation,
            channel=Channel.SMS,
            body=WORDS,
            from_address=run.sender,
            to_address=run.line,
            provider=PROVIDER,
            provider_id=identifier,
            at=now,
        )
        ticket = ticket_open(
            actor=caller,
            contact=message.contact,
            topic=run.topic,
            commune=run.commune,
            at=now,
            subject=WORDS[:60],
            description=WORDS,
        )
        message_attach(message=message, ticket=ticket)
    keys = [f"contact:{message.contact_id}", f"ticket:{ticket.pk}"]
    with run.step("Orientation, délais, accusé de réception"):
        deliveries_run_of(order_keys=keys, besides=UNTOLD)
    ticket = Ticket.objects.select_related("team").get(pk=ticket.pk)
    agent = _agent_for(run, ticket)
    with run.step("Prise par un agent"):
        ticket_claim(actor=agent, ticket=ticket)
    with run.step("Réponse"):
        ticket_reply(
            actor=agent, ticket=ticket, body="Votre dossier est complet, il passe en commission jeudi."
        )
    with run.step("Clôture"):
        ticket_close(actor=agent, ticket=ticket, outcome=Outcome.ANSWERED)
    with run.step("Suites : délais arrêtés, chiffres"):
        deliveries_run_of(order_keys=keys, besides=UNTOLD)


def _agent_for(run: _Run, ticket: Ticket) -> Actor:
    if run.agent is not None and can_claim(run.agent, ticket):
        return run.agent
    for agent in Agent.objects.filter(
        organisation_id=ticket.organisation_id, closed_on__isnull=True
    ).order_by("pk"):
        actor = actor_of_agent(agent)
        if can_claim(actor, ticket):
            run.agent = actor
            return actor
    raise Invalid("Aucun agent de la base ne peut prendre la demande de mesure : créez les agents d’abord.")


_WRITTEN = """
SELECT relid::regclass::text, n_tup_ins FROM pg_stat_xact_user_tables WHERE n_tup_ins > 0 ORDER BY 1
"""


def _inserted() -> dict[str, int]:
    """Rows inserted into each table, as this session counts them: what it undid is counted too."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN)
        return {str(table): int(count) for table, count in cursor.fetchall()}


def _rows_keep(rows: dict[str, list[str]], before: dict[str, int]) -> None:
    """Keep, as text, the rows inserted since ``before``: the last ones of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::xid::text::bigint")
        mine = cursor.fetchone()[0]
        for table, count in _inserted().items():
            since = count - before.get(table, 0)
            if since == 0:
                continue
            # ``table`` is what the server itself calls it, already quoted.
            cursor.execute(
                f"SELECT t::text FROM {table} t WHERE t.xmin::text::bigint >= %s ORDER BY id DESC LIMIT %s",  # noqa: S608
                [mine, since],
            )
            rows[table] += [str(row[0]) for row in cursor.fetchall()]


def _tables(rows: dict[str, list[str]], contacts: int) -> list[TableCost]:
    """Size of copies of these rows. Rows which the contacts of one day share (figures) are copied once."""
    found = []
    with transaction.atomic(), connection.cursor() as cursor:
        for place, (table, texts) in enumerate(sorted(rows.items())):
            copy = f"capacity_{place}"
            cursor.execute(f"CREATE TEMP TABLE {copy} (LIKE {table} INCLUDING INDEXES INCLUDING STORAGE)")
            empty = _size(cursor, copy)
            cursor.execute(
                f"INSERT INTO {copy} SELECT (r::{table}).* FROM unnest(%s::text[]) r ON CONFLICT DO NOTHING",  # noqa: S608
                [texts],
            )
            found.append(
                TableCost(table, cursor.rowcount / contacts, (_size(cursor, copy) - empty) / contacts)
            )
        transaction.set_rollback(True)
    return sorted(found, key=lambda one: -one.bytes)


def _size(cursor: Any, table: str) -> int:
    cursor.execute("SELECT pg_total_relation_size(%s::regclass)", [table])
    return int(cursor.fetchone()[0])
