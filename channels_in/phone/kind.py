"""The telephone, as a kind of channel."""

from __future__ import annotations

from django.conf import settings

from channels_in.base import ChannelKind
from channels_in.phone.jambonz.telephony import JambonzTelephony
from channels_in.phone.provider import TwilioTelephony
from channels_in.phone.recorder import TwilioRecordings
from grc.enums import Channel
from grc.ports import register_recording, register_telephony


def _start() -> None:
    register_telephony(JambonzTelephony() if settings.VOICE_PROVIDER == "jambonz" else TwilioTelephony())
    register_recording(TwilioRecordings())


PHONE = ChannelKind(
    code=Channel.PHONE,
    label="Téléphone",
    is_on=lambda: bool(settings.TWILIO_ENABLED or settings.JAMBONZ_ENABLED),
    start=_start,
    off_sentence="Le téléphone est éteint : aucun opérateur n’est configuré.",
)
