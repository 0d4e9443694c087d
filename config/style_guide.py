"""The samples shown by the style guide: invented people, no database."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class SampleForm(forms.Form):
    """One field of each kind, bound with mistakes so that their errors show."""

    name = forms.CharField(
        label=_("Nom et prénom"),
        help_text=_("Tels que sur vos courriers."),
        error_messages={"required": _("Indiquez votre nom.")},
    )
    phone = forms.RegexField(
        regex=r"^(\d\s?){10}$",
        label=_("Téléphone"),
        help_text=_("Dix chiffres, par exemple 06 12 34 56 78."),
        error_messages={"invalid": _("Le numéro doit compter dix chiffres.")},
    )
    commune = forms.ChoiceField(
        label=_("Commune"),
        required=False,
        choices=[("", _("Choisir")), ("62041", "Arras"), ("62160", "Boulogne-sur-Mer"), ("62498", "Lens")],
    )
    way = forms.ChoiceField(
        label=_("Comment vous répondre ?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("phone", _("Par téléphone")), ("sms", _("Par SMS")), ("letter", _("Par courrier"))],
    )
    words = forms.CharField(
        label=_("Votre demande"),
        help_text=_("Avec vos mots, quelques lignes suffisent."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4, "data-draft": "style-guide", "data-counter": ""}),
    )
    paper = forms.FileField(
        label=_("Document"),
        required=False,
        help_text=_("Une photo convient. PDF, JPEG ou PNG, 10 Mo au plus."),
    )
    agree = forms.BooleanField(label=_("Je parle au nom d’une autre personne"), required=False)


@dataclass(frozen=True)
class SampleRow:
    """One line of the sample queue."""

    reference: str
    created: datetime
    due: datetime
    level: str
    channel: str
    topic: str
    zone: str
    state: str
    watcher: str


def sample_context(*, now: datetime) -> dict[str, Any]:
    """Variables of ``theme/style_guide.html`` apart from the form."""
    rows = (
        ("481 902 7735", 4, -3 * 24, "late", "phone", "APA : première demande", "Arras", "new", ""),
        ("207 664 1908", 3, 2.5, "soon", "sms", "RSA : versement suspendu", "Lens", "open", "Karim B."),
        (
            "930 115 4462",
            2,
            30,
            "ok",
            "counter",
            "Carte mobilité inclusion",
            "Béthune",
            "waiting_citizen",
            "",
        ),
        (
            "655 038 2291",
            1,
            96,
            "ok",
            "email",
            "Route départementale : nid-de-poule",
            "Montreuil",
            "open",
            "",
        ),
    )
    return {
        "now": now,
        "rows": [
            SampleRow(
                reference=reference,
                created=now - timedelta(hours=age),
                due=now + timedelta(hours=left, seconds=59),
                level=level,
                channel=channel,
                topic=topic,
                zone=zone,
                state=state,
                watcher=watcher,
            )
            for reference, age, left, level, channel, topic, zone, state, watcher in rows
        ],
        "states": (
            "new",
            "open",
            "waiting_citizen",
            "waiting_partner",
            "scheduled",
            "resolved",
            "closed",
            "merged",
        ),
        "channels": ("phone", "sms", "email", "web", "counter", "letter", "video", "relay", "api"),
        "steps": (_("Votre situation"), _("Vos coordonnées"), _("Vérification")),
    }
