"""Text messages, as a kind of channel."""

from __future__ import annotations

from django.conf import settings

from channels_in.base import ChannelKind
from channels_in.sms.provider import TwilioMessages
from grc.enums import Channel
from grc.ports import register_message_port

SMS = ChannelKind(
    code=Channel.SMS,
    label="SMS",
    is_on=lambda: bool(settings.TWILIO_ENABLED),
    start=lambda: register_message_port(Channel.SMS, TwilioMessages()),
    off_sentence="Les SMS sont éteints : aucun opérateur n’est configuré.",
)
