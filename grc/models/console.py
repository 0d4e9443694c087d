"""What the console remembers for itself: tries to enter, who is looking at a request."""

from __future__ import annotations

from django.db import models


class LoginTry(models.Model):
    """One try to enter the console; counted over the last quarter of an hour, here and not in a cache."""

    username_digest = models.CharField(max_length=64)
    address = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(name="login_try_username", fields=["username_digest", "at"]),
            models.Index(name="login_try_address", fields=["address", "at"]),
        ]


class TicketViewer(models.Model):
    """An agent has this request on the screen; the page says so again every twenty seconds."""

    ticket = models.ForeignKey("grc.Ticket", on_delete=models.CASCADE, related_name="viewers")
    agent = models.ForeignKey("grc.Agent", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="ticket_viewer_once", fields=["ticket", "agent"])]
