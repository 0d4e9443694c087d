"""The contact is the first object: one call, one visit, one run of messages, and what came in it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from grc.enums import Channel, DeliveryState, Direction, RecordingConsent, choices


class InboundReceipt(models.Model):
    """One inbound request is handled once. Written first in the transaction of its handling.

    ``answer`` is what is needed to render the same answer again: never the rendered document itself.
    """

    provider = models.CharField(max_length=30)
    key = models.CharField(max_length=200)
    received_at = models.DateTimeField()
    answer = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(name="inbound_receipt_once", fields=["provider", "key"])]


class RawPayload(models.Model):
    """What a provider posted to us, as it came. Partitioned by month, dropped after its retention."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    provider = models.CharField(max_length=30)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    body = models.JSONField()

    class Meta:
        db_table = "grc_rawpayload"


class Contact(models.Model):
    """One contact on one channel with one person, or nobody in particular."""

    organisation = models.ForeignKey("grc.Organisation", on_delete=models.PROTECT, related_name="contacts")
    channel = models.CharField(max_length=10, choices=choices(Channel))
    direction = models.CharField(max_length=10, choices=choices(Direction), default=Direction.INBOUND)
    started_at = models.DateTimeField()
    last_activity_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    site = models.ForeignKey("grc.Site", on_delete=models.PROTECT, null=True, blank=True)
    agent = models.ForeignKey("grc.Agent", on_delete=models.PROTECT, null=True, blank=True)
    citizen = models.ForeignKey(
        "grc.Citizen", on_delete=models.PROTECT, null=True, blank=True, related_name="contacts"
    )
    beneficiary = models.ForeignKey(
        "grc.Citizen", on_delete=models.PROTECT, null=True, blank=True, related_name="contacts_for"
    )
    address_value = models.CharField(max_length=254, blank=True, help_text="number or e-mail it came from")
    line_number = models.CharField(max_length=254, blank=True, help_text="our number or address")
    locale = models.CharField(max_length=5, default="fr")
    difficulties = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    outcome = models.CharField(max_length=30, blank=True)
    notes = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="contact_ends_after_start",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
            )
        ]
        indexes = [
            models.Index(
                name="contact_thread", fields=["channel", "address_value", "line_number", "-last_activity_at"]
            ),
            models.Index(name="contact_recent", fields=["organisation", "-started_at"]),
        ]


class Call(models.Model):
    """The telephone side of a contact, with the times that make the figures."""

    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, related_name="call")
    provider = models.CharField(max_length=30)
    provider_id = models.CharField(max_length=64)
    from_number = models.CharField(max_length=32, blank=True, help_text="E.164, empty when hidden")
    to_number = models.CharField(max_length=32)
    hidden_number = models.BooleanField(default=False)
    script_version = models.PositiveIntegerField(default=1)
    menu_path = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    step = models.PositiveIntegerField(default=0, help_text="last step rendered")
    provider_status = models.CharField(max_length=20, blank=True)
    provider_sequence = models.IntegerField(default=-1)
    end_kind = models.CharField(max_length=20, blank=True, help_text="disposition that makes offered add up")
    offered_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    abandoned_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    wrapped_up_at = models.DateTimeField(null=True, blank=True)
    recording_consent = models.CharField(max_length=8, choices=choices(RecordingConsent), blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="call_once", fields=["provider", "provider_id"])]
        indexes = [models.Index(name="call_offered", fields=["offered_at"])]


class CallStep(models.Model):
    """State of the voice script before and after one step of a call, so that a repeat is rendered again."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()
    state = models.JSONField(help_text="state of the script after this step")
    output = models.JSONField(help_text="what was said and expected, as data")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="call_step_once", fields=["call", "number"])]


class Visit(models.Model):
    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, related_name="visit")
    site = models.ForeignKey("grc.Site", on_delete=models.PROTECT, related_name="visits")
    day = models.DateField()
    arrival_number = models.PositiveIntegerField()
    arrived_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True, blank=True)
    desk = models.CharField(max_length=40, blank=True)
    served_at = models.DateTimeField(null=True, blank=True)
    no_show_at = models.DateTimeField(null=True, blank=True)
    motive = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="visit_number_once_a_day", fields=["site", "day", "arrival_number"])
        ]


class Message(models.Model):
    """SMS, e-mail, portal message, letter, note of a call. ``contact`` required, ``ticket`` optional."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="messages")
    ticket = models.ForeignKey(
        "grc.Ticket", on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    channel = models.CharField(max_length=10, choices=choices(Channel))
    direction = models.CharField(max_length=10, choices=choices(Direction))
    body = models.TextField()
    author_agent = models.ForeignKey("grc.Agent", on_delete=models.PROTECT, null=True, blank=True)
    automatic = models.BooleanField(default=False)
    to_address = models.CharField(max_length=254, blank=True)
    from_address = models.CharField(max_length=254, blank=True)
    at = models.DateTimeField()
    provider = models.CharField(max_length=30, blank=True)
    provider_id = models.CharField(max_length=255, blank=True)
    delivery = models.CharField(max_length=15, choices=choices(DeliveryState), blank=True)
    delivery_sequence = models.IntegerField(default=-1)
    delivery_error = models.CharField(max_length=200, blank=True)
    segments = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="message_once", fields=["provider", "provider_id"], condition=~Q(provider_id="")
            ),
            models.CheckConstraint(
                name="message_outbound_has_delivery",
                condition=Q(direction=Direction.INBOUND.value) | ~Q(delivery=""),
            ),
        ]
        indexes = [models.Index(name="message_story", fields=["ticket", "at", "id"])]


class InstantAnswer(models.Model):
    """Topic + what was said + the article used, as values that survive it. No ticket needed."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="instant_answers")
    topic = models.ForeignKey("grc.Topic", on_delete=models.PROTECT, null=True, blank=True)
    said = models.TextField()
    article_ref = models.CharField(max_length=60, blank=True)
    article_title = models.CharField(max_length=200, blank=True)
    article_version = models.PositiveIntegerField(null=True, blank=True)
    agent = models.ForeignKey("grc.Agent", on_delete=models.PROTECT, null=True, blank=True)
    at = models.DateTimeField()


class Attachment(models.Model):
    """A file somebody joined, kept under a random name, always served as a download."""

    message = models.ForeignKey(
        Message, on_delete=models.PROTECT, null=True, blank=True, related_name="attachments"
    )
    ticket = models.ForeignKey("grc.Ticket", on_delete=models.PROTECT, related_name="attachments")
    file = models.FileField(upload_to="pieces/%Y/%m")
    original_name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
