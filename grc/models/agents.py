"""Persons of the console: roles, teams, skills, presence."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from grc.enums import AgentReach, PauseReason, PresenceState, Role, choices


class Agent(models.Model):
    organisation = models.ForeignKey("grc.Organisation", on_delete=models.PROTECT, related_name="agents")
    username = models.CharField(max_length=150, unique=True)
    display_name = models.CharField(max_length=150)
    sort_name = models.CharField(max_length=150)
    email = models.EmailField(blank=True)
    desk_phone = models.CharField(max_length=16, blank=True, help_text="E.164; rung when a caller is given")
    site = models.ForeignKey("grc.Site", on_delete=models.PROTECT, null=True, blank=True)
    demo_data = models.BooleanField(default=False)
    closed_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.display_name


class RoleGrant(models.Model):
    """A role, given on a whole organisation or on one team of it."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=choices(Role))
    organisation = models.ForeignKey("grc.Organisation", on_delete=models.PROTECT)
    team = models.ForeignKey("grc.Team", on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="role_grant_once",
                fields=["agent", "role", "organisation", "team"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="role_grant_role_known", condition=Q(role__in=[role.value for role in Role])
            ),
        ]


class TeamMembership(models.Model):
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey("grc.Team", on_delete=models.PROTECT, related_name="memberships")
    skills = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=5), default=list, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="membership_once", fields=["agent", "team"])]


class Presence(models.Model):
    """One row per agent: the state is the server's, never the number of open tabs."""

    agent = models.OneToOneField(Agent, on_delete=models.CASCADE, related_name="presence")
    state = models.CharField(max_length=20, choices=choices(PresenceState), default=PresenceState.OFFLINE)
    reason = models.CharField(
        max_length=120, blank=True, choices=choices(PauseReason), help_text="of a pause, else empty"
    )
    since = models.DateTimeField(help_text="of an available agent: idle since")
    until = models.DateTimeField(null=True, blank=True, help_text="end of the wrap-up, which ends by itself")
    contact = models.ForeignKey(
        "grc.Contact",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="in progress",
    )
    reach = models.CharField(max_length=12, choices=choices(AgentReach), default=AgentReach.SCREEN)
    touched_at = models.DateTimeField(null=True, blank=True, help_text="last sign of an open page")
    missed_in_row = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="presence_pause_has_reason", condition=~Q(state="paused") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="presence_wrap_up_has_end", condition=~Q(state="wrapping_up") | Q(until__isnull=False)
            ),
        ]
        indexes = [models.Index(name="presence_idle", fields=["since"], condition=Q(state="available"))]
