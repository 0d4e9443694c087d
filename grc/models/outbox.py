"""What is owed: events to subscribers, messages to providers. Rows first, then work."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from grc.enums import DispatchState, EventDeliveryState, choices


class Event(models.Model):
    """A fact of the past, written in the transaction that made it true."""

    name = models.CharField(max_length=60)
    payload = models.JSONField()
    order_key = models.CharField(max_length=80, help_text="events of one key reach a subscriber in order")
    at = models.DateTimeField()


class EventDelivery(models.Model):
    """What one subscriber owes for one event. Deleted rows are kept in FinishedEvent."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.CharField(max_length=120)
    order_key = models.CharField(max_length=80)
    state = models.CharField(
        max_length=10, choices=choices(EventDeliveryState), default=EventDeliveryState.PENDING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    last_error = models.CharField(max_length=500, blank=True)
    error_class = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="delivery_once", fields=["event", "subscriber"])]
        indexes = [
            models.Index(
                name="delivery_due", fields=["next_at", "id"], condition=Q(state__in=["pending", "retrying"])
            ),
            models.Index(
                name="delivery_order",
                fields=["subscriber", "order_key", "id"],
                condition=Q(state__in=["pending", "retrying"]),
            ),
            models.Index(name="delivery_dead", fields=["id"], condition=Q(state="dead")),
        ]


class FinishedEvent(models.Model):
    """Finished outbox rows, for replay and figures. Partitioned by month."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    event_id = models.BigIntegerField()
    name = models.CharField(max_length=60)
    payload = models.JSONField()

    class Meta:
        db_table = "grc_finishedevent"


class Dispatch(models.Model):
    """A message owed to a provider: a row before it is a message.

    ``sending`` with an old ``started_at`` means that a process died between the request and its
    answer: the outcome is unknown and is looked up at the provider before anything is sent again.
    """

    message = models.OneToOneField("grc.Message", on_delete=models.PROTECT, related_name="dispatch")
    port = models.CharField(max_length=20)
    order_key = models.CharField(max_length=254)
    state = models.CharField(max_length=10, choices=choices(DispatchState), default=DispatchState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    first_at = models.DateTimeField()
    next_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    error_class = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = [
            models.Index(
                name="dispatch_due", fields=["next_at", "id"], condition=Q(state__in=["pending", "sending"])
            ),
            models.Index(
                name="dispatch_order",
                fields=["order_key", "id"],
                condition=Q(state__in=["pending", "sending"]),
            ),
            models.Index(name="dispatch_dead", fields=["id"], condition=Q(state="dead")),
        ]
