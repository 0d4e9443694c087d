"""The forms of the voice menu: one small form per kind of step, never a page of JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents_ui.forms.administration import DAYS
from grc.selectors.line_scripts import ScriptTargets
from grc.voice_script import FRENCH, KIND_WORDS, LANGUAGES, NEW, SimpleCondition

MOST_CHOICES: Final = 9
_SPOKEN: Final = (
    "say", "menu", "postal_code", "reference_status", "sites", "link", "queue", "callback", "voicemail",
    "transfer", "redirect", "end",
)  # fmt: skip
_NEXT: Final = {
    "say": gettext_lazy("Ensuite"),
    "postal_code": gettext_lazy("Ensuite"),
    "reference_status": gettext_lazy("Après la réponse"),
    "sites": gettext_lazy("Ensuite"),
    "link": gettext_lazy("Ensuite"),
    "ticket": gettext_lazy("Ensuite"),
    "queue": gettext_lazy("Si la file ne peut pas prendre l’appel"),
    "callback": gettext_lazy("Ensuite"),
    "voicemail": gettext_lazy("Après le message"),
    "transfer": gettext_lazy("Si personne ne répond"),
    "redirect": gettext_lazy("Ensuite"),
}
_YES_NO: Final = {
    "open": (gettext_lazy("La ligne"), gettext_lazy("est ouverte"), gettext_lazy("est fermée")),
    "busy": (
        gettext_lazy("Les agents"),
        gettext_lazy("aucun n’est libre"),
        gettext_lazy("un agent peut répondre"),
    ),
    "number": (
        gettext_lazy("Le numéro de la personne"),
        gettext_lazy("s’affiche"),
        gettext_lazy("est masqué"),
    ),
    "discreet": (gettext_lazy("Le sujet"), gettext_lazy("est discret"), gettext_lazy("n’est pas discret")),
}


@dataclass(frozen=True)
class StepOptions:
    """What the lists of a step's form offer. ``steps``: (name, title, kind). ``languages``: codes, French apart."""

    steps: Sequence[tuple[str, str, str]]
    targets: ScriptTargets
    languages: Sequence[str]

    def links(self, current: str, *, empty: str = "") -> list[tuple[str, Any]]:
        """Where a step may lead: those that exist, then one to make. A lost target stays shown, to be corrected."""
        known = [(name, title) for name, title, _kind in self.steps]
        lost = [(current, _("%(name)s (n’existe plus)") % {"name": current})] if self._lost(current) else []
        made = [
            (f"{NEW}{kind}", _("nouvelle étape : %(kind)s") % {"kind": words})
            for kind, words in KIND_WORDS.items()
        ]
        first = [("", empty)] if empty else []
        return [*first, *lost, (_("Étapes du menu"), known), (_("Créer une étape"), made)]

    def _lost(self, current: str) -> bool:
        return bool(current) and current not in {name for name, _title, _kind in self.steps}

    def subjects(self) -> list[tuple[str, str]]:
        """Themes, then their topics after a dash: « theme » or « theme/topic »."""
        found = [("", _("aucun"))]
        for theme, code, label in self.targets.topics:
            found.append((code, label) if code == theme else (f"{theme}/{code}", f"— {label}"))
        return found


class StepForm(forms.Form):
    """The properties of one step, by its kind. ``node()`` gives it back in the shape of the script."""

    title = forms.CharField(
        label=gettext_lazy("Nom de l’étape"), max_length=80,
        help_text=gettext_lazy("Pour vous : il n’est pas dit au téléphone."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, name: str, node: Mapping[str, Any], options: StepOptions, **kwargs: Any
    ) -> None:
        self.kind, self.before, self.options = str(node["kind"]), node, options
        kwargs["initial"] = {"title": node.get("title") or name}
        super().__init__(*args, **kwargs)
        if self.kind in _SPOKEN:
            self._add_texts()
        self._add_own()
        self.choice_count = 0
        if self.kind in ("menu", "queue"):
            self._add_choices()

    def _add_texts(self) -> None:
        self._text("text", _("Ce que la voix dit"), self.before.get("text", ""), required=True)
        texts = self.before.get("texts", {})
        for code in self._languages(texts):
            label = _("En %(language)s") % {"language": LANGUAGES[code].label}
            self._text(f"text_{code}", label, texts.get(code, ""), lang=code)

    def _languages(self, texts: Mapping[str, Any]) -> list[str]:
        return sorted({*self.options.languages, *texts} - {FRENCH})

    def _text(self, name: str, label: str, value: str, *, required: bool = False, lang: str = "") -> None:
        attrs = {"rows": 3, **({"lang": lang} if lang else {})}
        self.fields[name] = forms.CharField(
            label=label, max_length=1000, required=required, initial=value, widget=forms.Textarea(attrs=attrs)
        )

    def _link(self, name: str, label: Any, *, empty: str = "", help_text: str = "") -> None:
        current = str(self.before.get(name, ""))
        self.fields[name] = forms.ChoiceField(
            label=label, choices=self.options.links(current, empty=empty), initial=current, required=not empty,
            help_text=help_text,
        )  # fmt: skip

    def _add_own(self) -> None:
        if self.kind == "hours":
            self._add_hours()
        if self.kind == "branch":
            self._add_condition()
        if self.kind in ("transfer", "redirect"):
            self.fields["number"] = forms.CharField(
                label=_("Numéro"), max_length=20, initial=self.before.get("number", ""),
                help_text=_("Par exemple +33321216216, 116117 ou 112."),
            )  # fmt: skip
        if self.kind == "voicemail":
            self.fields["max_seconds"] = forms.IntegerField(
                label=_("Durée la plus longue, en secondes"), min_value=10, max_value=600,
                initial=self.before.get("max_seconds", 120),
            )  # fmt: skip
        if self.kind == "queue":
            self.fields["team"] = forms.ChoiceField(
                label=_("Équipe qui répond"), required=False, initial=self.before.get("team", ""),
                choices=[("", _("celle du sujet et du lieu")), *self.options.targets.teams],
            )  # fmt: skip
            self._link(
                "when_busy", _("Si aucun agent n’est libre, d’abord"), empty=_("attendre sans rien proposer")
            )
        if self.kind in _NEXT:
            self._link("next", _NEXT[self.kind])

    def _add_hours(self) -> None:
        self.fields["calendar"] = forms.ChoiceField(
            label=_("Horaires suivis"), required=False, initial=self.before.get("calendar", ""),
            choices=[("", _("ceux de la ligne")), *self.options.targets.calendars],
            help_text=_("Une étape peut suivre ses propres horaires : un médecin de garde, un accueil d’urgence."),
        )  # fmt: skip
        self.fields["announce"] = forms.BooleanField(
            label=_("Fermé, dire pourquoi et quand nous rouvrons"), required=False,
            initial=bool(self.before.get("announce")),
        )  # fmt: skip
        self._link("open", _("À l’heure ouverte"))
        self._link("closed", _("À l’heure fermée"))

    def _add_condition(self) -> None:
        simple = SimpleCondition.from_json(self.before.get("when", {}))
        self.shown = simple is not None
        known = simple or SimpleCondition()
        self._several("languages", _("La langue de l’appel"), [(code, one.label) for code, one in LANGUAGES.items()],
                      known.languages)  # fmt: skip
        themes = [(code, label) for theme, code, label in self.options.targets.topics if code == theme]
        self._several("themes", _("Le thème"), themes, known.themes)
        topics = [(code, label) for theme, code, label in self.options.targets.topics if code != theme]
        self._several(
            "topics", _("Le sujet"), [one for one in topics if one[0] in known.topics], known.topics
        )
        for name, (label, yes, no) in _YES_NO.items():
            self.fields[name] = forms.TypedChoiceField(
                label=label, required=False, empty_value=None, coerce=lambda value: value == "oui",
                choices=[("", _("peu importe")), ("oui", yes), ("non", no)],
                initial={True: "oui", False: "non", None: ""}[getattr(known, name)],
            )  # fmt: skip
        self._several("weekdays", _("Les jours"), [*DAYS.items()], known.weekdays)
        for name, word in (("start", _("De")), ("end", _("à"))):
            self.fields[name] = forms.TimeField(
                label=word, required=False, initial=getattr(known, name),
                widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            )  # fmt: skip
        self._link("then", _("Si tout cela est vrai"))
        self._link("otherwise", _("Sinon"))

    def _several(
        self, name: str, label: str, options: Sequence[tuple[str, str]], known: Sequence[str]
    ) -> None:
        if options:
            self.fields[name] = forms.MultipleChoiceField(
                label=label, required=False, choices=options, initial=list(known),
                widget=forms.CheckboxSelectMultiple,
            )  # fmt: skip

    # choices

    def _add_choices(self) -> None:
        known = list(self.before.get("choices", ()))
        self.choice_count = min(MOST_CHOICES, len(known) + 2)
        for place in range(self.choice_count):
            self._add_choice(place, known[place] if place < len(known) else {})

    def _add_choice(self, place: int, choice: Mapping[str, Any]) -> None:
        sets = choice.get("sets", {})
        subject = "/".join(code for code in (sets.get("theme", ""), sets.get("topic", "")) if code)
        subjects = self.options.subjects()
        if subject and subject not in {code for code, _label in subjects}:
            subjects.append((subject, _("%(code)s (n’existe plus)") % {"code": subject}))
        rows: dict[str, forms.Field] = {
            "key": forms.ChoiceField(
                label=_("Touche"), choices=[("", "–"), *((str(one), str(one)) for one in range(1, 10))],
                initial=choice.get("key", ""),
            ),
            "wording": forms.CharField(label=_("Pour…"), max_length=150, initial=choice.get("wording", "")),
            "next": forms.ChoiceField(
                label=_("Mène à"), initial=choice.get("next", ""),
                choices=self.options.links(str(choice.get("next", "")), empty=_("choisir")),
            ),
            "speech": forms.CharField(
                label=_("Mots compris, séparés par des virgules"), max_length=500,
                initial=", ".join(choice.get("speech", ())),
            ),
            "subject": forms.ChoiceField(label=_("Sujet retenu"), choices=subjects, initial=subject),
            "language": forms.ChoiceField(
                label=_("La suite se dit en"), initial=sets.get("language", ""),
                choices=[("", _("la même langue")), *((code, one.label) for code, one in LANGUAGES.items())],
            ),
            "discretion": forms.BooleanField(
                label=_("Sujet discret : ne rien dire à un proche"), initial=bool(sets.get("discretion"))
            ),
        }  # fmt: skip
        wordings = choice.get("wordings", {})
        for code in self._languages({**wordings, **({sets["language"]: ""} if sets.get("language") else {})}):
            rows[f"wording_{code}"] = forms.CharField(
                label=_("Pour… en %(language)s") % {"language": LANGUAGES[code].label}, max_length=150,
                initial=wordings.get(code, ""), widget=forms.TextInput(attrs={"lang": code}),
            )  # fmt: skip
        for name, field in rows.items():
            field.required = False
            self.fields[f"c{place}_{name}"] = field

    def choice_rows(self) -> Iterator[tuple[int, list[forms.BoundField], list[forms.BoundField], bool]]:
        """(number, key and wording and next, the rest, whether it is one of those kept ready)."""
        known = len(self.before.get("choices", ()))
        for place in range(self.choice_count):
            fields = [self[name] for name in self.fields if name.startswith(f"c{place}_")]
            yield place + 1, fields[:3], fields[3:], place >= known

    def plain(self) -> list[forms.BoundField]:
        """The fields that are not those of a choice."""
        return [self[name] for name in self.fields if not _of_choice(name)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for place in range(self.choice_count):
            given = [name for name in ("key", "wording", "next") if data.get(f"c{place}_{name}")]
            if not given:
                continue
            for name in ("key", "wording", "next"):
                if name not in given:
                    self.add_error(f"c{place}_{name}", _("Un choix a une touche, un libellé et une suite."))
        if bool(data.get("start")) != bool(data.get("end")):
            self.add_error("end", _("L’heure de début et l’heure de fin vont ensemble."))
        return data

    def node(self) -> dict[str, Any]:
        """The step, as the script keeps it."""
        data = self.cleaned_data
        shown = {*self.fields, "texts", "choices", "when", "kind"}
        # What this form does not show stays as it is: an engineer may have written it.
        node: dict[str, Any] = {name: value for name, value in self.before.items() if name not in shown}
        node |= {"kind": self.kind, "title": data["title"].strip()}
        for name in ("text", "number", "next", "open", "closed", "then", "otherwise", "when_busy", "calendar", "team",
                     "max_seconds", "announce"):  # fmt: skip
            value = data.get(name)
            if value not in (None, "", False):
                node[name] = value.strip() if isinstance(value, str) else value
        texts = {name.removeprefix("text_"): data[name].strip() for name in data if name.startswith("text_")}
        if any(texts.values()):
            node["texts"] = {code: text for code, text in texts.items() if text}
        if self.kind == "branch":
            node["when"] = self._when()
        if self.choice_count:
            node["choices"] = [*self._choices()]
        return node

    def _kept_sets(self, place: int) -> Mapping[str, str]:
        """The facts a choice kept before: those this form does not show go on."""
        known = list(self.before.get("choices", ()))
        return known[place].get("sets", {}) if place < len(known) else {}

    def _when(self) -> Any:
        data = self.cleaned_data
        simple = SimpleCondition(
            languages=tuple(data.get("languages", ())), themes=tuple(data.get("themes", ())),
            topics=tuple(data.get("topics", ())), weekdays=tuple(data.get("weekdays", ())),
            start=data["start"].strftime("%H:%M") if data.get("start") else "",
            end=data["end"].strftime("%H:%M") if data.get("end") else "",
            **{name: data.get(name) for name in _YES_NO},
        )  # fmt: skip
        # A condition that this form cannot show is kept as long as nothing replaces it.
        return self.before["when"] if simple.empty and not self.shown else simple.to_json()

    def _choices(self) -> Iterator[dict[str, Any]]:
        data = self.cleaned_data
        for place in range(self.choice_count):
            row = {
                name.partition("_")[2]: value for name, value in data.items() if name.startswith(f"c{place}_")
            }
            if not row.get("key"):
                continue
            theme, _slash, topic = row["subject"].partition("/")
            sets = {"theme": theme, "topic": topic, "language": row["language"],
                    "discretion": "discreet" if row["discretion"] else ""}  # fmt: skip
            words = [word.strip() for word in row["speech"].split(",") if word.strip()]
            wordings = {name.partition("_")[2]: value.strip() for name, value in row.items()
                        if name.startswith("wording_") and value.strip()}  # fmt: skip
            others = {name: value for name, value in self._kept_sets(place).items() if name not in sets}
            extra = {"speech": words, "sets": others | {name: value for name, value in sets.items() if value},
                     "wordings": wordings}  # fmt: skip
            kept = {name: value for name, value in extra.items() if value}
            yield {"key": row["key"], "wording": row["wording"].strip(), "next": row["next"], **kept}


def _of_choice(name: str) -> bool:
    return name[:1] == "c" and name[1:2].isdigit()


class StepAddForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Genre d’étape"), choices=[*KIND_WORDS.items()])
    title = forms.CharField(label=gettext_lazy("Nom de l’étape"), max_length=80)


class SettleForm(forms.Form):
    """Where the call begins, where key 0 leads, and the standard sentences."""

    def __init__(self, *args: Any, content: Mapping[str, Any], phrases: Mapping[str, str],
                 steps: Sequence[tuple[str, str, str]], **kwargs: Any) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        options = [(name, title) for name, title, _kind in steps]
        for name, label in (("start", _("L’appel commence à")), ("human", _("La touche 0 mène à"))):
            self.fields[name] = forms.ChoiceField(label=label, choices=options, initial=content[name])
        said = content.get("phrases", {})
        self.others = {name: text for name, text in said.items() if name not in phrases}
        for name, usual in phrases.items():
            self.fields[f"p_{name}"] = forms.CharField(
                label=usual, required=False, max_length=300, initial=said.get(name, ""),
                widget=forms.TextInput(attrs={"placeholder": _("dite ainsi")}),
            )  # fmt: skip

    def phrases(self) -> dict[str, str]:
        given = {name[2:]: text for name, text in self.cleaned_data.items() if name.startswith("p_")}
        return {**self.others, **given}


class PublishForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Pourquoi cette version ?"), max_length=300,
        help_text=gettext_lazy("Une phrase, gardée dans l’historique."),
    )  # fmt: skip
    publish_at = forms.DateTimeField(
        label=gettext_lazy("À quelle date ?"), required=False,
        help_text=gettext_lazy("Vide : tout de suite. L’heure est celle de Paris."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
    )  # fmt: skip


class RollBackForm(forms.Form):
    why = forms.CharField(label=gettext_lazy("Pourquoi y revenir ?"), max_length=300)


class ImportForm(forms.Form):
    script = forms.CharField(
        label=gettext_lazy("Script en JSON"), required=False, max_length=300_000,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
    )  # fmt: skip
    file = forms.FileField(label=gettext_lazy("ou un fichier .json"), required=False)
