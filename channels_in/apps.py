"""Application channels_in: makes each kind of channel known, and starts those that are on."""

from django.apps import AppConfig
from django.conf import settings


class ChannelsInConfig(AppConfig):
    name = "channels_in"
    verbose_name = "Réception"

    def ready(self) -> None:
        from channels_in.exchange.transcription import HttpTranscription
        from channels_in.phone.kind import PHONE
        from channels_in.registry import channel_add
        from channels_in.sms.kind import SMS
        from grc.ports import register_transcription

        for kind in (PHONE, SMS):
            channel_add(kind)
        if settings.TRANSCRIPTION_URL:
            register_transcription(HttpTranscription())
