"""Incremental aggregates of the report: one cell per day, figure and set of dimensions."""

from __future__ import annotations

from django.db import models


class FigureCell(models.Model):
    """``count`` occurrences and the sum of ``seconds`` where the figure measures a duration."""

    organisation = models.ForeignKey("grc.Organisation", on_delete=models.CASCADE)
    day = models.DateField(help_text="Europe/Paris")
    figure = models.CharField(max_length=40)
    channel = models.CharField(max_length=10, blank=True)
    topic_code = models.CharField(max_length=80, blank=True)
    theme = models.CharField(max_length=40, blank=True)
    zone_code = models.CharField(max_length=80, blank=True)
    team_code = models.CharField(max_length=60, blank=True)
    site_code = models.CharField(max_length=60, blank=True)
    count = models.BigIntegerField(default=0)
    seconds = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="figure_cell_once",
                fields=[
                    "organisation", "day", "figure", "channel", "topic_code",
                    "theme", "zone_code", "team_code", "site_code",
                ],
            )
        ]  # fmt: skip
