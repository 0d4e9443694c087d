"""The settings of a telephone line."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class LinesField(forms.CharField):
    """One value per line; empty lines do not count."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]


class LineForm(forms.Form):
    label = forms.CharField(label=_("Nom de la ligne"), max_length=120)
    ring_seconds = forms.IntegerField(
        label=_("Sonnerie chez un agent, en secondes"),
        help_text=_("Au-delà, l’appel est proposé à un autre."),
        min_value=0,
    )
    wrap_up_seconds = forms.IntegerField(
        label=_("Fin de traitement, en secondes"),
        help_text=_("Le temps d’écrire après un appel, avant le suivant."),
        min_value=0,
    )
    wait_informations = LinesField(
        label=_("Dit pendant l’attente"),
        help_text=_("Une information par ligne, dites tour à tour. Dix au plus."),
        required=False,
        max_length=4000,
    )
    wait_music_url = forms.URLField(
        label=_("Adresse de la musique d’attente"),
        help_text=_("Vide : un silence entre les informations."),
        required=False,
        assume_scheme="https",
    )
    wait_offer_after = forms.IntegerField(
        label=_("Proposer autre chose que l’attente après, en secondes"),
        help_text=_("Être rappelé en gardant sa place, laisser un message, recevoir un lien."),
        min_value=0,
    )
    abandoned_after = forms.IntegerField(
        label=_("Raccrocher vaut demande de rappel après, en secondes"),
        help_text=_("Un agent confirme ou écarte la proposition."),
        min_value=0,
    )
    callback_attempts = forms.IntegerField(label=_("Essais pour un rappel"), min_value=0)
    callback_spacing = forms.IntegerField(label=_("Entre deux essais, en minutes au moins"), min_value=0)
    callback_from = forms.TimeField(
        label=_("Rappeler à partir de"),
        help_text=_(
            "Même si la ligne est ouverte la nuit. Les heures demandées par la personne passent avant."
        ),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    callback_until = forms.TimeField(
        label=_("Rappeler jusqu’à"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    outgoing_prefixes = LinesField(
        label=_("Numéros qu’un agent peut faire entrer dans un appel"),
        help_text=_(
            "Un début de numéro par ligne, par exemple +33. Vide : les numéros ordinaires de France."
        ),
        required=False,
        max_length=400,
    )
    recording_share = forms.IntegerField(
        label=_("Part des conversations enregistrées, en pour cent"),
        help_text=_(
            "0 : aucune. La personne est prévenue et peut refuser ; les sujets discrets ne le sont jamais. "
            "Prévenez les agents concernés et vos instances avant."
        ),
        min_value=0,
    )
    recording_days = forms.IntegerField(
        label=_("Conservation des sons, en jours"),
        help_text=_("Six mois au plus. Un message vocal reste au moins le temps de sa demande."),
        min_value=0,
    )
