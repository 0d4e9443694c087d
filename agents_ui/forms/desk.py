"""Arrivals at a counter."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from grc.enums import LABELS, Difficulty


class ArrivalForm(forms.Form):
    motive = forms.CharField(label=_("Motif, en deux mots"), required=False, max_length=200)
    difficulties = forms.MultipleChoiceField(
        label=_("Besoin d’aide pour"),
        required=False,
        choices=list(LABELS[Difficulty].items()),
        widget=forms.CheckboxSelectMultiple,
    )
