"""Who is offered a caller, and each telephone that takes part in a call."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from grc.enums import LegEnd, LegKind, OfferKind, OfferOutcome, choices


class CallOffer(models.Model):
    """A caller offered to one agent. Open while it has no outcome: at most one per caller and one per agent."""

    entry = models.ForeignKey("grc.QueueEntry", on_delete=models.PROTECT, related_name="offers")
    agent = models.ForeignKey("grc.Agent", on_delete=models.PROTECT, related_name="offers")
    kind = models.CharField(max_length=10, choices=choices(OfferKind), default=OfferKind.QUEUE)
    from_agent = models.ForeignKey(
        "grc.Agent", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    why = models.CharField(max_length=200, blank=True, help_text="why this agent, a French sentence")
    offered_at = models.DateTimeField()
    rings_until = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=choices(OfferOutcome), blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="offer_one_open_per_entry", fields=["entry"], condition=Q(outcome="")
            ),
            models.UniqueConstraint(
                name="offer_one_open_per_agent", fields=["agent"], condition=Q(outcome="")
            ),
            models.CheckConstraint(
                name="offer_ends_with_outcome",
                condition=Q(outcome="", ended_at__isnull=True) | (~Q(outcome="") & Q(ended_at__isnull=False)),
            ),
        ]
        indexes = [models.Index(name="offer_due", fields=["rings_until"], condition=Q(outcome=""))]


class CallLeg(models.Model):
    """One telephone in one call, from the ring to the end. One row per leg."""

    call = models.ForeignKey("grc.Call", on_delete=models.PROTECT, related_name="legs")
    kind = models.CharField(max_length=10, choices=choices(LegKind))
    agent = models.ForeignKey("grc.Agent", on_delete=models.PROTECT, null=True, blank=True)
    offer = models.ForeignKey(CallOffer, on_delete=models.PROTECT, null=True, blank=True, related_name="legs")
    number = models.CharField(max_length=80, blank=True, help_text="E.164 or client:…; empty when hidden")
    provider_id = models.CharField(max_length=64, blank=True, help_text="empty until the network has said it")
    dialled_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(null=True, blank=True, help_text="in the conference since")
    held_since = models.DateTimeField(null=True, blank=True)
    held_seconds = models.PositiveIntegerField(default=0, help_text="on hold, before the present hold")
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, choices=choices(LegEnd), blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="leg_provider_id_once", fields=["provider_id"], condition=~Q(provider_id="")
            ),
            models.UniqueConstraint(
                name="leg_one_live_per_agent",
                fields=["agent"],
                condition=Q(kind="agent", ended_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="leg_one_caller_per_call", fields=["call"], condition=Q(kind="caller")
            ),
            models.CheckConstraint(
                name="leg_agent_is_named", condition=~Q(kind="agent") | Q(agent__isnull=False)
            ),
            models.CheckConstraint(
                name="leg_ends_with_reason",
                condition=Q(end_reason="", ended_at__isnull=True)
                | (~Q(end_reason="") & Q(ended_at__isnull=False)),
            ),
        ]
        indexes = [models.Index(name="leg_live", fields=["call"], condition=Q(ended_at__isnull=True))]


class NoteDraft(models.Model):
    """What an agent has typed during a contact and not yet kept: it survives the page and the machine."""

    contact = models.ForeignKey("grc.Contact", on_delete=models.CASCADE, related_name="note_drafts")
    agent = models.ForeignKey("grc.Agent", on_delete=models.CASCADE, related_name="+")
    body = models.TextField(blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="note_draft_once", fields=["contact", "agent"])]
