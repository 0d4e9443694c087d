"""The official geographic code: communes with their history, and the areas above them."""

from __future__ import annotations

from django.db import models


class AdminArea(models.Model):
    """A région, département, arrondissement or EPCI of the official geographic code."""

    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=9)
    name = models.CharField(max_length=200)
    sort_name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(name="area_once", fields=["kind", "code"])]


class Commune(models.Model):
    """A commune of today. ``code`` is the INSEE code, five characters."""

    code = models.CharField(max_length=5, primary_key=True)
    name = models.CharField(max_length=120)
    sort_name = models.CharField(max_length=120, db_index=True)
    departement = models.CharField(max_length=3, db_index=True)
    region = models.CharField(max_length=3)
    arrondissement = models.CharField(max_length=4, blank=True)
    epci_code = models.CharField(max_length=9, blank=True, db_index=True)
    epci_name = models.CharField(max_length=200, blank=True)
    population = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class CommunePostalCode(models.Model):
    """One postal code serves several communes and the reverse."""

    commune = models.ForeignKey(Commune, on_delete=models.CASCADE, related_name="postal_codes")
    postal_code = models.CharField(max_length=5, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="postal_code_once", fields=["commune", "postal_code"])]


class CommuneName(models.Model):
    """Another name or code a commune answers to: former, delegated or associated commune."""

    commune = models.ForeignKey(Commune, on_delete=models.CASCADE, related_name="other_names")
    code = models.CharField(max_length=5, db_index=True)
    name = models.CharField(max_length=120)
    sort_name = models.CharField(max_length=120, db_index=True)
    kind = models.CharField(max_length=30)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="other_name_once", fields=["commune", "code", "sort_name"])
        ]
