"""Persons known to an organisation. Phones and e-mails suggest, they never prove and never merge."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from grc.enums import ContactPointKind, choices


class Citizen(models.Model):
    """May have no name ("anonymous") and no address ("sans résidence stable")."""

    organisation = models.ForeignKey("grc.Organisation", on_delete=models.PROTECT, related_name="citizens")
    family_name = models.CharField(max_length=120, blank=True)
    usual_name = models.CharField(max_length=120, blank=True)
    given_names = models.CharField(max_length=160, blank=True)
    search_name = models.CharField(max_length=300, blank=True, db_index=True)
    birth_date = models.DateField(null=True, blank=True)
    address = models.TextField(blank=True)
    commune = models.ForeignKey("grc.Commune", on_delete=models.PROTECT, null=True, blank=True)
    locale = models.CharField(max_length=5, default="fr")
    preferred_channel = models.CharField(max_length=10, blank=True)
    demo_data = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    anonymised_at = models.DateTimeField(null=True, blank=True)


class ContactPoint(models.Model):
    """A phone, an e-mail or a postal address of a person, possibly shared with others."""

    citizen = models.ForeignKey(Citizen, on_delete=models.CASCADE, related_name="contact_points")
    kind = models.CharField(max_length=10, choices=choices(ContactPointKind))
    value = models.CharField(max_length=254, help_text="normalised: E.164, lower-case e-mail")
    shared = models.BooleanField(default=False)
    may_leave_message = models.BooleanField(default=True, help_text="False: say nothing of the request there")
    call_from = models.TimeField(null=True, blank=True, help_text="the person asks not to be called before")
    call_until = models.TimeField(null=True, blank=True, help_text="the person asks not to be called after")
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="contact_point_call_hours",
                condition=Q(call_from__isnull=True)
                | Q(call_until__isnull=True)
                | Q(call_until__gt=models.F("call_from")),
            ),
            models.UniqueConstraint(name="contact_point_once", fields=["citizen", "kind", "value"]),
        ]
        indexes = [models.Index(name="contact_point_value", fields=["kind", "value"])]


class OptOut(models.Model):
    """STOP: nothing more is sent to this number by this line until START."""

    line_number = models.CharField(max_length=16)
    value = models.CharField(max_length=254)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="opt_out_once", fields=["line_number", "value"])]


class Relation(models.Model):
    """Parent, partner, helper, legal guardian: between two persons, with dates."""

    from_citizen = models.ForeignKey(Citizen, on_delete=models.CASCADE, related_name="relations_out")
    to_citizen = models.ForeignKey(Citizen, on_delete=models.CASCADE, related_name="relations_in")
    kind = models.CharField(max_length=30)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="relation_between_two", condition=~Q(from_citizen=models.F("to_citizen"))
            )
        ]


class Mandate(models.Model):
    """May act for somebody, on which topics, until when, and how it was given."""

    holder = models.ForeignKey(Citizen, on_delete=models.CASCADE, related_name="mandates_held")
    beneficiary = models.ForeignKey(Citizen, on_delete=models.CASCADE, related_name="mandates_given")
    topic_codes = models.JSONField(default=list)
    given_how = models.CharField(max_length=120)
    valid_from = models.DateField()
    valid_to = models.DateField()
