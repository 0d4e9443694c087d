"""Template tags of the look: icons and badges."""

from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

register = template.Library()

# Ticket states (docs/glossary): look, icon, words. Never the colour alone.
STATES = {
    "new": ("info", "star", _("À qualifier")),
    "open": ("brand", "arrow", _("En cours")),
    "waiting_citizen": ("warn", "user", _("Attend l’usager")),
    "waiting_partner": ("warn", "building", _("Attend un partenaire")),
    "scheduled": ("neutral", "clock", _("Programmée")),
    "resolved": ("ok", "check", _("Résolue")),
    "closed": ("neutral", "lock", pgettext_lazy("a request", "Close")),
    "merged": ("neutral", "link", _("Fusionnée")),
}

CHANNELS = {
    "phone": ("phone", _("Téléphone")),
    "sms": ("sms", _("SMS")),
    "email": ("mail", _("Courriel")),
    "web": ("globe", _("Site")),
    "counter": ("desk", _("Guichet")),
    "letter": ("letter", _("Courrier")),
    "video": ("video", _("Visio")),
    "relay": ("relay", _("Relais texte ou LSF")),
    "api": ("link", _("Partenaire")),
}


@register.simple_tag
@lru_cache(maxsize=512)  # a list shows the same few hundreds of times
def icon(name: str, label: str = "") -> SafeString:
    """An icon of ``theme/icons.svg``; decorative unless ``label`` says what it means."""
    address = f"{static('theme/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}" focusable="false"><use href="{}"/></svg>',
            label,
            address,
        )
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"/></svg>', address
    )


@register.simple_tag
def badge(text: str, kind: str = "neutral", icon_name: str = "") -> SafeString:
    """A small label: ``kind`` is neutral, brand, info, ok, warn or error."""
    picture = icon(icon_name) if icon_name else ""
    return format_html('<span class="badge badge-{}">{}{}</span>', kind, picture, text)


@register.simple_tag
@lru_cache(maxsize=64)
def state_badge(state: str) -> SafeString:
    """The state of a ticket in words with its icon; an unknown state shows its own code."""
    kind, picture, text = STATES.get(state, ("neutral", "info", state))
    return badge(str(text), kind, picture)


@register.simple_tag
@lru_cache(maxsize=64)
def channel_badge(channel: str) -> SafeString:
    """The channel of a contact in words with its icon."""
    picture, text = CHANNELS.get(channel, ("info", channel))
    return badge(str(text), "neutral", picture)
