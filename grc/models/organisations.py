"""Bodies, their reception points, teams, calendars and telephone lines."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from grc.callback_rules import DECENT_FROM, DECENT_UNTIL
from grc.enums import OrganisationKind, choices


class Organisation(models.Model):
    """Any body that can own, receive or answer a request. Closed with a date, never deleted."""

    code = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=choices(OrganisationKind))
    name = models.CharField(max_length=200)
    sort_name = models.CharField(max_length=200, db_index=True)
    siret = models.CharField(max_length=14, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    email = models.EmailField(blank=True)
    website = models.URLField(blank=True)
    address = models.TextField(blank=True)
    purpose = models.TextField(blank=True, help_text="what a person goes there for, in one French sentence")
    hours_text = models.CharField(max_length=300, blank=True)
    departement = models.CharField(max_length=3, blank=True)
    commune_codes = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    theme = models.JSONField(default=dict, blank=True, help_text="colour, logo: the look of its pages")
    demo_data = models.BooleanField(default=False)
    closed_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Calendar(models.Model):
    """Opening hours as data: the ``definition`` is read by :mod:`grc.calendars`."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="calendars")
    code = models.SlugField(max_length=60)
    label = models.CharField(max_length=120)
    definition = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(name="calendar_code_once", fields=["organisation", "code"])]


class Site(models.Model):
    """One of our reception points."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="sites")
    code = models.SlugField(max_length=60)
    name = models.CharField(max_length=200)
    sort_name = models.CharField(max_length=200)
    address = models.TextField(blank=True)
    commune = models.ForeignKey("grc.Commune", on_delete=models.PROTECT, null=True, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, null=True, blank=True)
    itinerant = models.BooleanField(default=False)
    services = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    accessibility = models.TextField(blank=True)
    demo_data = models.BooleanField(default=False)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="site_code_once", fields=["organisation", "code"])]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """Has members with skills, a calendar and a queue; escalation goes to its parent."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="teams")
    code = models.SlugField(max_length=60, unique=True)
    label = models.CharField(max_length=120)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, null=True, blank=True)
    restricted = models.BooleanField(default=False, help_text="only its own members see its queue")
    fallback = models.BooleanField(default=False, help_text="receives what no rule gives to anybody")
    wrap_up_seconds = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="after a call for this team; empty: the line's"
    )
    demo_data = models.BooleanField(default=False)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="team_one_fallback",
                fields=["organisation"],
                condition=Q(fallback=True, closed_on__isnull=True),
            ),
            models.CheckConstraint(name="team_not_its_own_parent", condition=~Q(parent=models.F("id"))),
        ]

    def __str__(self) -> str:
        return self.label


class Line(models.Model):
    """A telephone line of ours: number, hours and the script which answers. Also the sender of its SMS."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="lines")
    number = models.CharField(max_length=16, unique=True, help_text="E.164")
    label = models.CharField(max_length=120)
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, null=True, blank=True)
    script = models.JSONField()
    script_version = models.PositiveIntegerField(default=1)
    receives_sms = models.BooleanField(default=False)
    ring_seconds = models.PositiveSmallIntegerField(default=20, help_text="an offer left longer is missed")
    wrap_up_seconds = models.PositiveSmallIntegerField(default=60)
    outgoing_prefixes = ArrayField(
        models.CharField(max_length=8),
        default=list,
        blank=True,
        help_text="numbers agents may bring into a call; empty: ordinary French numbers",
    )
    wait_informations = ArrayField(
        models.CharField(max_length=300), default=list, blank=True, help_text="said in turn while waiting"
    )
    wait_music_url = models.URLField(blank=True, help_text="empty: a pause instead of music")
    wait_offer_after = models.PositiveIntegerField(
        default=120, help_text="seconds of wait from which other ways than waiting are offered"
    )
    abandoned_after = models.PositiveIntegerField(
        default=20, help_text="seconds of wait from which hanging up proposes a call-back"
    )
    callback_attempts = models.PositiveSmallIntegerField(default=3)
    callback_spacing = models.PositiveIntegerField(
        default=90, help_text="minutes between two attempts at least"
    )
    callback_from = models.TimeField(
        default=DECENT_FROM, help_text="nobody is called back before, local time of the line"
    )
    callback_until = models.TimeField(default=DECENT_UNTIL, help_text="nor from then on")
    recording_share = models.PositiveSmallIntegerField(
        default=0, help_text="percent of the conversations that are recorded, never all of them"
    )
    recording_days = models.PositiveSmallIntegerField(default=180, help_text="days a sound is kept")
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            # CNIL, délibération 2014-474: occasional, never systematic; six months at most.
            models.CheckConstraint(name="line_recording_occasional", condition=Q(recording_share__lte=50)),
            models.CheckConstraint(
                name="line_recording_six_months", condition=Q(recording_days__gte=1, recording_days__lte=183)
            ),
        ]
