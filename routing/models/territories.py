"""Territories: several layers overlap, each cut in zones made of communes, with dates."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q


class TerritoryLayer(models.Model):
    """One way to cut the territory (solidarity territories, CPAM...). Closed with a date, never deleted."""

    organisation = models.ForeignKey("grc.Organisation", on_delete=models.PROTECT, related_name="layers")
    code = models.SlugField(max_length=40)
    label = models.CharField(max_length=200)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="layer_code_once", fields=["organisation", "code"])]

    def __str__(self) -> str:
        return self.label


class Zone(models.Model):
    layer = models.ForeignKey(TerritoryLayer, on_delete=models.PROTECT, related_name="zones")
    code = models.SlugField(max_length=80)
    label = models.CharField(max_length=200)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="zone_code_once", fields=["layer", "code"])]

    def __str__(self) -> str:
        return self.label


class ZoneMember(models.Model):
    """A commune in a zone for a time. ``layer`` repeats the zone's (a foreign key on both keeps them equal)."""

    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="members")
    layer = models.ForeignKey(TerritoryLayer, on_delete=models.PROTECT, related_name="+")
    insee = models.CharField(max_length=5, help_text="code of a commune, present or former")
    validity = DateRangeField(help_text="first day included, last excluded")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="zone_members_do_not_overlap",
                expressions=[
                    ("layer", RangeOperators.EQUAL),
                    ("insee", RangeOperators.EQUAL),
                    ("validity", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(name="zone_member_not_empty", condition=Q(validity__isempty=False)),
        ]
        indexes = [models.Index(name="zone_member_insee", fields=["insee", "layer"])]
