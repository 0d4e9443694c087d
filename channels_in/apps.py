"""Application channels_in: makes each kind of channel known, and starts those that are on."""

from django.apps import AppConfig


class ChannelsInConfig(AppConfig):
    name = "channels_in"
    verbose_name = "Réception"

    def ready(self) -> None:
        from channels_in.phone.kind import PHONE
        from channels_in.registry import channel_add
        from channels_in.sms.kind import SMS

        for kind in (PHONE, SMS):
            channel_add(kind)
