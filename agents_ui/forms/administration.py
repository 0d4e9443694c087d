"""The forms of the settings. Errors of the services come back on the field they name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grc.calendars import WEEKDAYS, HolidayZone, from_dict, to_dict
from grc.enums import Confidentiality, Role, choices
from grc.errors import Invalid

DAYS: Final = dict(
    zip(WEEKDAYS, ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"), strict=True)
)
_HOURS: Final = re.compile(
    r"^(?:de\s*)?(\d{1,2})\s*[h:]\s*(\d{2})?\s*(?:-|–|à|a)\s*(\d{1,2})\s*[h:]\s*(\d{2})?$", re.IGNORECASE
)


def hours_read(text: str) -> list[list[str]]:
    """« 8 h 30 - 12 h, 13:30-17:30 » as [["08:30", "12:00"], ["13:30", "17:30"]]; empty means closed."""
    frames = []
    for part in re.split(r"[,;]|\bet\b", text.replace("\u00a0", " ").replace("\u202f", " ")):
        if not part.strip():
            continue
        found = _HOURS.match(part.strip())
        if found is None:
            raise forms.ValidationError(
                _("« %(part)s » n’est pas une plage : écrivez par exemple 08:30-12:00.")
                % {"part": part.strip()[:40]}
            )
        opening, closing = (
            f"{int(found[1]):02d}:{found[2] or '00'}",
            f"{int(found[3]):02d}:{found[4] or '00'}",
        )
        frames.append([opening, closing])
    return frames


def hours_write(frames: Sequence[Sequence[str]]) -> str:
    return ", ".join(f"{opening}-{closing}" for opening, closing in frames)


class HoursField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=120, **kwargs)

    def clean(self, value: Any) -> list[list[str]]:
        return hours_read(super().clean(value))


def errors_add(form: forms.Form, error: Invalid, names: dict[str, str] | None = None) -> None:
    """Put a service's sentences on the fields of the form; those of no field, and no field at all, on top."""
    placed = False
    for name, sentences in error.fields.items():
        field = (names or {}).get(name, name)
        for sentence in sentences:
            form.add_error(field if field in form.fields else None, sentence)
            placed = True
    if not placed:
        form.add_error(None, error.sentence)


class TopicForm(forms.Form):
    label = forms.CharField(label=gettext_lazy("Nom du sujet"), max_length=200)
    words = forms.CharField(
        label=gettext_lazy("Ce que les gens disent"),
        help_text=gettext_lazy(
            "Une expression par ligne : elles font trouver le sujet à partir des mots d’une personne."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    script = forms.CharField(
        label=gettext_lazy("Ce que l’agent peut dire"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    confidentiality = forms.ChoiceField(
        label=gettext_lazy("Sensibilité"),
        help_text=gettext_lazy(
            "Discret : motif caché dans les listes, SMS neutres. Anonyme : aucune identité demandée."
        ),
        choices=choices(Confidentiality),
    )
    recording_forbidden = forms.BooleanField(
        label=gettext_lazy("Ne jamais enregistrer de conversation sur ce sujet, ni sur ceux qu’il contient"),
        required=False,
    )
    closed_on = forms.DateField(
        label=gettext_lazy("Fermé à partir du"),
        help_text=gettext_lazy(
            "Vide : le sujet est ouvert. Un sujet fermé ne se choisit plus, ses demandes restent."
        ),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_words(self) -> list[str]:
        return [line for line in self.cleaned_data["words"].splitlines() if line.strip()]


class TeamForm(forms.Form):
    label = forms.CharField(label=gettext_lazy("Nom de l’équipe"), max_length=120)
    parent = forms.TypedChoiceField(
        label=gettext_lazy("Remonte à"), required=False, coerce=int, empty_value=None,
        help_text=gettext_lazy("L’équipe qui reçoit ce que celle-ci ne peut pas traiter."),
    )  # fmt: skip
    restricted = forms.BooleanField(
        label=gettext_lazy("File restreinte : seuls ses membres voient ses demandes"), required=False
    )

    def __init__(self, *args: Any, parents: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].choices = [("", _("Aucune")), *parents]  # type: ignore[attr-defined]


class PickForm(forms.Form):
    """One choice in a list."""

    pick = forms.TypedChoiceField(label="", coerce=int)

    def __init__(self, *args: Any, label: str, options: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pick"].label = label
        self.fields["pick"].choices = [("", _("Choisir")), *options]  # type: ignore[attr-defined]


class CalendarAddForm(forms.Form):
    label = forms.CharField(label=gettext_lazy("Nom des horaires"), max_length=120)
    organisation = forms.TypedChoiceField(label=gettext_lazy("Organisme"), coerce=int)
    like = forms.TypedChoiceField(
        label=gettext_lazy("Partir de"), required=False, coerce=int, empty_value=None
    )

    def __init__(
        self,
        *args: Any,
        organisations: Sequence[tuple[int, str]],
        likes: Sequence[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = list(organisations)  # type: ignore[attr-defined]
        self.fields["like"].choices = [("", _("horaires de bureau")), *likes]  # type: ignore[attr-defined]
        if len(organisations) == 1:
            self.fields["organisation"].initial = organisations[0][0]
            self.fields["organisation"].widget = forms.HiddenInput()


class FollowForm(forms.Form):
    """Which hours are followed."""

    pick = forms.TypedChoiceField(
        label=gettext_lazy("Horaires suivis"), required=False, coerce=int, empty_value=None
    )

    def __init__(
        self, *args: Any, options: Sequence[tuple[int, str]], empty: str, current: int | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **{**kwargs, "initial": {"pick": current}})
        self.fields["pick"].choices = [("", empty), *options]  # type: ignore[attr-defined]


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("Rôle"), choices=choices(Role))
    place = forms.ChoiceField(label=gettext_lazy("Sur"))

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = list(places)  # type: ignore[attr-defined]


MOST_EXCEPTIONS: Final = 60
ZONES: Final = {
    HolidayZone.NATIONAL.value: gettext_lazy("ceux de toute la France"),
    HolidayZone.ALSACE.value: gettext_lazy("avec ceux d’Alsace (Vendredi saint, 26 décembre)"),
    HolidayZone.MOSELLE.value: gettext_lazy("avec ceux de Moselle (Vendredi saint, 26 décembre)"),
    HolidayZone.GUADELOUPE.value: gettext_lazy("Guadeloupe"),
    HolidayZone.MARTINIQUE.value: gettext_lazy("Martinique"),
    HolidayZone.GUYANE.value: gettext_lazy("Guyane"),
    HolidayZone.REUNION.value: gettext_lazy("La Réunion"),
    HolidayZone.MAYOTTE.value: gettext_lazy("Mayotte"),
    HolidayZone.SAINT_BARTHELEMY.value: gettext_lazy("Saint-Barthélemy"),
    HolidayZone.SAINT_MARTIN.value: gettext_lazy("Saint-Martin"),
    HolidayZone.SAINT_PIERRE_ET_MIQUELON.value: gettext_lazy("Saint-Pierre-et-Miquelon"),
    HolidayZone.NOUVELLE_CALEDONIE.value: gettext_lazy("Nouvelle-Calédonie"),
    HolidayZone.POLYNESIE.value: gettext_lazy("Polynésie française"),
    HolidayZone.WALLIS_ET_FUTUNA.value: gettext_lazy("Wallis-et-Futuna"),
    HolidayZone.NONE.value: gettext_lazy("aucun : ouvert aussi les jours fériés"),
}


class HoursForm(forms.Form):
    """A week, one field per day, then the exceptional days: « from, to, hours, words » each, two empty ones ready."""

    def __init__(
        self, *args: Any, definition: dict[str, Any], count: int | None = None, **kwargs: Any
    ) -> None:
        known = to_dict(from_dict(definition))
        initial: dict[str, Any] = {day: hours_write(known["weekly"].get(day, [])) for day in WEEKDAYS}
        for place, one in enumerate(known["exceptions"]):
            initial |= {
                f"x{place}_from": date.fromisoformat(one["from"]),
                f"x{place}_to": date.fromisoformat(one["to"]),
                f"x{place}_hours": hours_write(one["hours"]),
                f"x{place}_words": one["words"],
            }
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.count = min(MOST_EXCEPTIONS, count if count is not None else len(known["exceptions"]) + 2)
        for day in WEEKDAYS:
            self.fields[day] = HoursField(label=DAYS[day].capitalize())
        self.fields["holidays"] = forms.ChoiceField(
            label=_("Jours fériés"), required=False, choices=[*ZONES.items()], initial=known["holidays"],
            help_text=_("Fermé ces jours-là, sauf ouverture exceptionnelle."),
        )  # fmt: skip
        for place in range(self.count):
            self._add_exception(place)

    def _add_exception(self, place: int) -> None:
        def picker() -> forms.DateInput:
            return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

        number = place + 1
        self.fields[f"x{place}_from"] = forms.DateField(
            label=_("Jour exceptionnel %(n)s, du") % {"n": number}, required=False, widget=picker()
        )
        self.fields[f"x{place}_to"] = forms.DateField(label=_("au"), required=False, widget=picker())
        self.fields[f"x{place}_hours"] = HoursField(label=_("Horaires (vide : fermé)"))
        self.fields[f"x{place}_words"] = forms.CharField(
            label=_("Motif, dit au public"), required=False, max_length=120
        )

    def week(self) -> list[forms.BoundField]:
        return [self[day] for day in WEEKDAYS]

    def exceptional(self) -> list[list[forms.BoundField]]:
        return [
            [self[f"x{place}_{name}"] for name in ("from", "to", "hours", "words")]
            for place in range(self.count)
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for place in range(self.count):
            if data.get(f"x{place}_from") and not data.get(f"x{place}_words"):
                self.add_error(f"x{place}_words", _("Dites pourquoi : la phrase est dite au public."))
            if (data.get(f"x{place}_words") or data.get(f"x{place}_to")) and not data.get(f"x{place}_from"):
                self.add_error(f"x{place}_from", _("Indiquez le premier jour."))
        return data

    def weekly(self) -> dict[str, list[list[str]]]:
        return {day: self.cleaned_data[day] for day in WEEKDAYS if self.cleaned_data[day]}

    def exceptions(self) -> list[dict[str, Any]]:
        """Those with a first day: emptying it takes the exception away."""
        kept = []
        for place in range(self.count):
            first = self.cleaned_data[f"x{place}_from"]
            if first:
                kept.append(
                    {
                        "from": first.isoformat(),
                        "to": (self.cleaned_data[f"x{place}_to"] or first).isoformat(),
                        "hours": self.cleaned_data[f"x{place}_hours"],
                        "words": self.cleaned_data[f"x{place}_words"],
                    }
                )
        return kept

    def names(self) -> dict[str, str]:
        """Paths of the calendar's errors -> fields of this form."""
        found = {f"weekly.{day}": day for day in WEEKDAYS}
        filled = [place for place in range(self.count) if self.cleaned_data.get(f"x{place}_from")]
        for order, place in enumerate(filled):
            found |= {
                f"exceptions[{order}].{name}": f"x{place}_{name}" for name in ("from", "to", "hours", "words")
            }
        return found
