"""A definition of the core shown as a Django form: the checking is the core's, the page is the theme's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from grc.forms import ACCEPTED, Checked, Choice, Field, FieldKind, FormDefinition, Known, form_check
from grc.french import typographic
from grc.services.topic_forms import communes_known

ACCEPT: Final = ",".join(suffix for kind in ACCEPTED for suffix in kind.suffixes)


class _Shown(forms.CharField):
    """A field that shows and never judges: ``required`` is only what the label says."""

    def validate(self, value: Any) -> None:
        return None

    def run_validators(self, value: Any) -> None:
        return None


class RequestForm(forms.Form):
    """``checked`` holds the core's verdict once the form is valid or not."""

    use_required_attribute = False
    accept = ACCEPT
    checked: Checked

    def __init__(
        self,
        definition: FormDefinition,
        data: QueryDict | None = None,
        *,
        initial: Mapping[str, str] | None = None,
        draft_key: str = "",
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.definition = definition
        posted = dict(data.items()) if data is not None else dict(initial or {})
        self.checked = form_check(
            definition, {name: str(value) for name, value in posted.items()}, communes_known
        )
        for field in definition.fields:
            if field.code in self.checked.asked or _waits_for_an_answer(field):
                self.fields[field.code] = _field(field, draft_key)
            if field.kind is FieldKind.POSTAL_CODE and self.checked.communes and field.code in self.fields:
                self.fields["commune"] = _commune(self.checked.communes)
        if definition.pieces:
            # Here for its errors: the files themselves are taken apart, before the rest is judged.
            self.fields["pieces"] = forms.FileField(label=_("Documents ou photos"), required=False)

    def clean(self) -> dict[str, Any]:
        for code, sentence in self.checked.errors.items():
            self.add_error(code if code in self.fields else None, typographic(sentence))
        return dict(self.checked.answers)


def _waits_for_an_answer(field: Field) -> bool:
    # Hiding the postal code when the box beside it is ticked would only make the page jump.
    return field.kind is FieldKind.POSTAL_CODE


def _field(field: Field, draft_key: str) -> forms.Field:
    label, hint = typographic(_(field.label)), typographic(_(field.help)) if field.help else ""
    if field.kind is FieldKind.YES:
        return forms.BooleanField(label=label, help_text=hint, required=False)
    attrs: dict[str, Any] = {"maxlength": field.max_length}
    if field.autocomplete:
        attrs["autocomplete"] = field.autocomplete
    widget: forms.Widget = forms.TextInput(attrs=attrs)
    if field.kind is FieldKind.LONG_TEXT:
        # The browser cuts a long text silently at maxlength: said by the counter, refused by the core.
        attrs |= {"rows": 7, "data-counter": ""}
        if draft_key:
            attrs["data-draft"] = draft_key
        widget = forms.Textarea(attrs=attrs)
    elif field.kind is FieldKind.CHOICE:
        return _choices(label, hint, field.choices, required=field.required)
    elif field.kind is FieldKind.EMAIL:
        widget = forms.EmailInput(attrs=attrs)
    elif field.kind is FieldKind.PHONE:
        widget = forms.TextInput(attrs=attrs | {"type": "tel", "inputmode": "tel"})
    elif field.kind in (FieldKind.POSTAL_CODE, FieldKind.NUMBER):
        widget = forms.TextInput(attrs=attrs | {"inputmode": "numeric"})
    elif field.kind is FieldKind.DATE:
        hint = hint or _("Jour, mois, année. Exemple : 24/11/2026.")
    return _Shown(label=label, help_text=hint, required=field.required, widget=widget, strip=False)


def _choices(label: str, hint: str, choices: tuple[Choice, ...], *, required: bool) -> forms.Field:
    field = forms.ChoiceField(
        label=label,
        help_text=hint,
        required=False,
        widget=forms.RadioSelect,
        choices=[(choice.code, typographic(choice.label)) for choice in choices],
    )
    field.validate = lambda value: None  # type: ignore[method-assign]
    field.required = required
    return field


def _commune(communes: tuple[Known, ...]) -> forms.Field:
    return _choices(
        _("Votre commune"),
        _("Ce code postal en couvre plusieurs."),
        tuple(Choice(known.code, known.name) for known in communes),
        required=True,
    )
