"""Start-up checks of what a person chose: numbers and senders, against French law."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from grc.selectors.telephony import line_numbers
from grc.senders import sender_kind, sender_refusal


@register(Tags.compatibility)
def senders_check(*, app_configs: Any, **options: Any) -> list[CheckMessage]:
    """The senders of the settings. Refused ones already stop the settings: a test or a shell may have changed them."""
    found: list[CheckMessage] = []
    for name, calls in (("TWILIO_PHONE_NUMBER", True), ("TWILIO_SMS_SENDER", False)):
        sender = getattr(settings, name)
        refusal = sender_refusal(sender, calls=calls) if sender else ""
        if refusal:
            found.append(Error(f"{name} : {refusal}", id="grc.E001"))
    return found


@register(Tags.database)
def lines_check(
    *, app_configs: Any, databases: Sequence[str] | None = None, **options: Any
) -> list[CheckMessage]:
    """The lines kept in the database: calls and texts leave from them (``manage.py check --database default``)."""
    if not databases:
        return []
    found: list[CheckMessage] = [
        Error(f"Ligne {number} : {refusal}", id="grc.E002")
        for number in line_numbers()
        if (refusal := sender_refusal(number, calls=True))
    ]
    kind = sender_kind(settings.TWILIO_SMS_SENDER) if settings.TWILIO_SMS_SENDER else None
    if kind is not None and kind.one_way:
        found.append(
            Warning(
                f"TWILIO_SMS_SENDER « {settings.TWILIO_SMS_SENDER} » est à sens unique : les SMS n’invitent jamais à "
                "répondre, et une ligne qui reçoit des SMS répond depuis son propre numéro.",
                id="grc.W001",
            )
        )
    return found
