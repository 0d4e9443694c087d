"""The small forms of the tracking pages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_MESSAGE = 4000


class CodeForm(forms.Form):
    """``reference`` and ``code``, as the acknowledgement gave them; spaces are welcome."""

    use_required_attribute = False
    reference = forms.CharField(
        label=_("Numéro de la demande"),
        help_text=_("Dix chiffres, par exemple 481 902 7735."),
        max_length=40,
        error_messages={"required": _("Écrivez le numéro de la demande.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    code = forms.CharField(
        label=_("Code secret"),
        help_text=_("Six chiffres, donnés avec le numéro."),
        max_length=20,
        error_messages={"required": _("Écrivez le code secret.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class LinkForm(forms.Form):
    """To have a link sent: the reference is enough, the address is the one already known."""

    use_required_attribute = False
    reference = forms.CharField(
        label=_("Numéro de la demande"),
        max_length=40,
        error_messages={"required": _("Écrivez le numéro de la demande.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "id": "lien-reference"}),
    )


class MessageForm(forms.Form):
    """A message of the conversation."""

    use_required_attribute = False
    body = forms.CharField(
        label=_("Votre message"),
        max_length=LONGEST_MESSAGE,
        error_messages={
            "required": _("Écrivez votre message."),
            "max_length": _("Votre message est trop long : 4 000 caractères au plus."),
        },
        widget=forms.Textarea(attrs={"rows": 5, "data-counter": ""}),
    )
