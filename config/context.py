"""What every page knows of the organisation that serves it."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from config.middleware import is_console

DEFAULT_COLOUR = "#17495a"
DEFAULT_NAME = _("Votre collectivité")
# The hotline of the demo's Département: an installation sets its own number.
DEFAULT_PHONE = "03 21 216 216"
DEFAULT_HOURS = _("du lundi au vendredi de 8 h à 21 h, le samedi de 8 h à 14 h")

_STYLE_GUIDE_OF_CONSOLE = "/theme/guide/console/"


@dataclass(frozen=True)
class Section:
    """One entry of the console's navigation; ``key`` is the last key of its "g" shortcut."""

    path: str
    label: str
    key: str
    icon: str
    current: bool


def console_sections(path: str) -> tuple[Section, ...]:
    """The navigation of the console; the entry whose address begins ``path`` is current."""
    entries = (
        ("/agents/accueil/", str(_("Accueil")), "a", "headset"),
        # "File" alone is a word of Django's own catalogue (a computer file): hence its context.
        ("/agents/file/", pgettext("queue of requests", "File"), "f", "queue"),
        ("/agents/guichet/", str(_("Guichet")), "u", "desk"),
        ("/pilotage/", str(_("Pilotage")), "p", "chart"),
        ("/administration/", str(_("Administration")), "d", "settings"),
    )
    # A ticket is reached from the queue and has no entry of its own.
    place = "/agents/file/" if path.startswith("/agents/demandes/") else path
    return tuple(
        Section(path=address, label=label, key=key, icon=icon, current=place.startswith(address))
        for address, label, key, icon in entries
    )


def wears_console(path: str) -> bool:
    """True for the addresses that wear the console's layout."""
    return is_console(path) or path.startswith(_STYLE_GUIDE_OF_CONSOLE)


def organisation_phone() -> str:
    """The number every page offers as a way to a human, written as the organisation writes it."""
    return str(getattr(settings, "ORGANISATION_PHONE", "") or DEFAULT_PHONE)


def theme(request: HttpRequest | None) -> dict[str, Any]:
    """Name, colour, logo and telephone of the organisation, and the console's navigation."""
    path = request.path if request is not None else "/"
    return {
        "organisation_name": getattr(settings, "ORGANISATION_NAME", "") or DEFAULT_NAME,
        "organisation_colour": getattr(settings, "ORGANISATION_COLOUR", "") or DEFAULT_COLOUR,
        "organisation_phone": organisation_phone(),
        "organisation_hours": getattr(settings, "ORGANISATION_HOURS", "") or DEFAULT_HOURS,
        "logo_url": getattr(settings, "ORGANISATION_LOGO_URL", ""),
        "console_sections": console_sections(path) if wears_console(path) else (),
    }
