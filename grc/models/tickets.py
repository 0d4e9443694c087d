"""Requests (*demandes*) and what hangs on them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from grc.enums import Channel, Confidentiality, Outcome, PendingReason, Priority, TicketState, choices

OPEN_STATES = [TicketState.NEW.value, TicketState.OPEN.value]
WAITING_STATES = [
    TicketState.WAITING_CITIZEN.value,
    TicketState.WAITING_PARTNER.value,
    TicketState.SCHEDULED.value,
]
LIVE_STATES = [*OPEN_STATES, *WAITING_STATES]


class Ticket(models.Model):
    """One need of one contact, followed to closure."""

    reference = models.CharField(max_length=10, unique=True)
    code_generation = models.PositiveSmallIntegerField(
        default=1, help_text="raised to issue a new secret code"
    )
    organisation = models.ForeignKey("grc.Organisation", on_delete=models.PROTECT, related_name="tickets")
    topic = models.ForeignKey(
        "grc.Topic", on_delete=models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    commune = models.ForeignKey("grc.Commune", on_delete=models.PROTECT, null=True, blank=True)
    zone_code = models.CharField(max_length=80, blank=True)
    zone_label = models.CharField(max_length=200, blank=True)
    team = models.ForeignKey(
        "grc.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    assignee = models.ForeignKey(
        "grc.Agent", on_delete=models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    requester = models.ForeignKey(
        "grc.Citizen", on_delete=models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    beneficiary = models.ForeignKey(
        "grc.Citizen", on_delete=models.PROTECT, null=True, blank=True, related_name="tickets_for"
    )
    origin_contact = models.ForeignKey("grc.Contact", on_delete=models.PROTECT, related_name="tickets")
    channel = models.CharField(max_length=10, choices=choices(Channel))
    subject = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    form_answers = models.JSONField(default=dict, blank=True)
    form_version = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=20, choices=choices(TicketState), default=TicketState.NEW)
    pending_reason = models.CharField(max_length=30, choices=choices(PendingReason), blank=True)
    priority = models.CharField(max_length=10, choices=choices(Priority), default=Priority.NORMAL)
    confidentiality = models.CharField(
        max_length=12, choices=choices(Confidentiality), default=Confidentiality.NORMAL
    )
    outcome = models.CharField(max_length=20, choices=choices(Outcome), blank=True)
    routing_reasons = models.JSONField(default=list, blank=True, help_text="French sentences, in order")
    queue_rank = models.BigIntegerField(help_text="smallest is taken first")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True, help_text="earliest due of its running clocks")
    scheduled_for = models.DateTimeField(null=True, blank=True)
    first_answer_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    demo_data = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="ticket_closed_has_outcome",
                condition=~Q(state__in=[TicketState.CLOSED.value, TicketState.RESOLVED.value])
                | ~Q(outcome=""),
            ),
            models.CheckConstraint(
                name="ticket_closed_has_date",
                condition=~Q(state=TicketState.CLOSED.value) | Q(closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="ticket_merged_has_target",
                condition=~Q(state=TicketState.MERGED.value) | Q(merged_into__isnull=False),
            ),
            models.CheckConstraint(
                name="ticket_waiting_has_reason",
                condition=~Q(state__in=WAITING_STATES) | ~Q(pending_reason=""),
            ),
            models.CheckConstraint(name="ticket_not_into_itself", condition=~Q(merged_into=F("id"))),
            models.CheckConstraint(
                name="ticket_reference_digits", condition=Q(reference__regex=r"^[1-9][0-9]{9}$")
            ),
        ]
        indexes = [
            models.Index(
                name="ticket_claimable",
                fields=["team", "queue_rank", "id"],
                condition=Q(assignee__isnull=True, state__in=OPEN_STATES),
            ),
            # Lists are read in the order of their rank and stop at the end of the page, whatever the organisation.
            models.Index(
                name="ticket_to_take",
                fields=["queue_rank", "id"],
                condition=Q(assignee__isnull=True, state__in=OPEN_STATES),
            ),
            models.Index(name="ticket_live", fields=["queue_rank", "id"], condition=Q(state__in=LIVE_STATES)),
            models.Index(name="ticket_rank", fields=["queue_rank", "id"]),
            # Counts of the views and zones of the filters are read in the index alone.
            models.Index(
                name="ticket_live_counts",
                fields=["organisation", "state"],
                include=["assignee", "team", "due_at", "zone_code", "zone_label"],
                condition=Q(state__in=LIVE_STATES),
            ),
            models.Index(name="ticket_queue", fields=["organisation", "state", "queue_rank", "id"]),
            models.Index(name="ticket_team_queue", fields=["team", "state", "queue_rank", "id"]),
            models.Index(name="ticket_mine", fields=["assignee", "state"]),
            models.Index(name="ticket_recent", fields=["organisation", "-created_at"]),
        ]

    def __str__(self) -> str:
        return self.reference


class TimelineEntry(models.Model):
    """Append-only history of a ticket, a person or a contact. Partitioned by month.

    Nobody references it, and it references the others by value, so that a partition can leave.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    ticket_id = models.BigIntegerField(null=True)
    contact_id = models.BigIntegerField(null=True)
    citizen_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=40)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=150)
    sentence = models.TextField()
    old = models.JSONField(default=dict)
    new = models.JSONField(default=dict)

    class Meta:
        db_table = "grc_timelineentry"
        indexes = [models.Index(name="timeline_ticket", fields=["ticket_id", "at", "id"])]


class CodeAttempt(models.Model):
    """One secret code compared for a reference, existing or not; counted over the last hour."""

    reference = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(name="code_attempt_reference", fields=["reference", "at"]),
            models.Index(name="code_attempt_address", fields=["address", "at"]),
        ]


class Referral(models.Model):
    """A request handed to another body, followed up."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="referrals")
    organisation = models.ForeignKey("grc.Organisation", on_delete=models.PROTECT, related_name="referrals")
    words = models.TextField(blank=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)


class Misunderstanding(models.Model):
    """Which letter or decision, of which body, was not understood."""

    contact = models.ForeignKey("grc.Contact", on_delete=models.PROTECT, related_name="misunderstandings")
    organisation = models.ForeignKey("grc.Organisation", on_delete=models.PROTECT, null=True, blank=True)
    document = models.CharField(max_length=200)
    words = models.TextField()
    at = models.DateTimeField()


class Survey(models.Model):
    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="survey")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    mark = models.PositiveSmallIntegerField(null=True, blank=True)
    words = models.TextField(blank=True)
