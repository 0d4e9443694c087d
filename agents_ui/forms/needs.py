"""Saying what it is about and where, in the words of the person: shared by the ticket page and the reception."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grc.enums import LABELS, Channel, Difficulty
from grc.selectors.directory import (
    commune_by_code,
    communes_of_postal_code,
    communes_search,
    topic_by_code,
)
from grc.selectors.topics import topics_found

if TYPE_CHECKING:
    from grc.models import Commune, Topic


class NoteWidget(forms.Textarea):
    """A text kept in the browser until the server has it (``draft``), counted when ``counter`` is set."""

    def __init__(self, *, draft: str = "", rows: int = 4, **attributes: str) -> None:
        extra = {"data-draft": draft} if draft else {}
        super().__init__(attrs={"rows": rows, **extra, **attributes})


def communes_for(place: str) -> list[Commune]:
    """Communes for a postal code or the beginning of a name; the one of that very name first."""
    text = place.strip()
    if len(text) == 5 and text.isdigit():
        return communes_of_postal_code(text)
    return communes_search(text, limit=8)


class TopicPlaceForm(forms.Form):
    """``topic`` and ``commune`` are codes chosen among what was found for ``words`` and ``place``."""

    words = forms.CharField(
        label=gettext_lazy("De quoi s’agit-il ?"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Tapez ce que dit la personne : le thème se propose."),
    )
    topic = forms.CharField(required=False, max_length=80)
    place = forms.CharField(
        label=gettext_lazy("Commune concernée"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Code postal ou nom."),
    )
    commune = forms.CharField(required=False, max_length=5)
    topic_required = False

    def __init__(self, *args: Any, organisation_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation_id = organisation_id
        self.chosen_topic: Topic | None = None
        self.chosen_commune: Commune | None = None
        self.topics: list[Topic] = []
        self.communes: list[Commune] = []
        self._propose("words", reverse("topics-lookup"), self.topics_id, "words,topic")
        self._propose("place", reverse("communes-lookup"), self.communes_id, "place,commune")

    def _propose(self, name: str, address: str, target: str, parameters: str) -> None:
        self.fields[name].widget.attrs.update(
            {
                "autocomplete": "off",
                "hx-post": address,
                "hx-trigger": "input changed delay:250ms",
                "hx-target": f"#{target}",
                "hx-params": parameters,
                "hx-sync": "this:replace",
            }
        )

    @property
    def topics_id(self) -> str:
        return str(self.auto_id) % "topics"

    @property
    def communes_id(self) -> str:
        return str(self.auto_id) % "communes"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._clean_topic(data)
        self._clean_commune(data)
        return data

    def _clean_topic(self, data: dict[str, Any]) -> None:
        code, words = data.get("topic", ""), data.get("words", "")
        self.chosen_topic = topic_by_code(organisation_id=self.organisation_id, code=code) if code else None
        if self.chosen_topic is not None:
            self.topics = [self.chosen_topic]
        elif words:
            self.topics = topics_found(organisation_id=self.organisation_id, words=words)
            self.add_error(
                "words",
                _("Choisissez le thème dans la liste.")
                if self.topics
                else _("Aucun thème ne répond à ces mots : essayez-en d’autres."),
            )
        elif self.topic_required:
            self.add_error("words", _("Dites de quoi il s’agit."))

    def _clean_commune(self, data: dict[str, Any]) -> None:
        code, place = data.get("commune", ""), data.get("place", "")
        self.chosen_commune = commune_by_code(code) if code else None
        if self.chosen_commune is not None:
            self.communes = [self.chosen_commune]
        elif place:
            self.communes = communes_for(place)
            if len(self.communes) == 1:
                self.chosen_commune = self.communes[0]
            elif self.communes:
                self.add_error("place", _("Plusieurs communes répondent : choisissez la bonne."))
            else:
                self.add_error("place", _("Aucune commune ne répond à ce code postal ou à ce nom."))


class NeedForm(TopicPlaceForm):
    """One need of a contact: answered at once, or opened as a request."""

    topic_required = True
    said = forms.CharField(
        label=gettext_lazy("Ce qui est dit, ou la réponse donnée"),
        required=False,
        max_length=4000,
    )

    def __init__(self, *args: Any, contact_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["said"].widget = NoteWidget(draft=f"besoin-{contact_id}", rows=4)


class PersonForm(forms.Form):
    family_name = forms.CharField(label=gettext_lazy("Nom"), required=False, max_length=120)
    given_names = forms.CharField(label=gettext_lazy("Prénoms"), required=False, max_length=160)
    birth_date = forms.DateField(
        label=gettext_lazy("Date de naissance"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    phone = forms.CharField(label=gettext_lazy("Téléphone"), required=False, max_length=32)


class OpenContactForm(forms.Form):
    """How this contact comes to us."""

    channel = forms.ChoiceField(
        label=gettext_lazy("Cette prise de contact"),
        choices=[
            (Channel.PHONE.value, gettext_lazy("Appel en cours")),
            (Channel.COUNTER.value, gettext_lazy("Visite au guichet")),
            (Channel.LETTER.value, gettext_lazy("Courrier reçu")),
        ],
        widget=forms.RadioSelect,
        initial=Channel.PHONE.value,
    )
    number = forms.CharField(
        label=gettext_lazy("Numéro qui appelle"),
        required=False,
        max_length=32,
        help_text=gettext_lazy("Il propose des personnes, il ne prouve rien."),
    )
    after = forms.BooleanField(
        label=gettext_lazy("Je note après coup : l’échange est terminé"), required=False
    )


class EndContactForm(forms.Form):
    notes = forms.CharField(label=gettext_lazy("Note du contact"), required=False, max_length=4000)
    difficulties = forms.MultipleChoiceField(
        label=gettext_lazy("La personne a besoin d’aide pour"),
        required=False,
        choices=[(code, text) for code, text in LABELS[Difficulty].items()],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, contact_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["notes"].widget = NoteWidget(
            draft=f"note-contact-{contact_id}",
            rows=3,
            # Kept on the server as it is typed: another machine finds it again.
            **{
                "hx-post": reverse("telephone-notes", args=[contact_id]),
                "hx-trigger": "input changed delay:800ms",
                "hx-swap": "none",
            },
        )
