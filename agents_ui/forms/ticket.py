"""The forms of the ticket page. Each is one act; what was written comes back with its errors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agents_ui.forms.needs import NoteWidget
from grc.enums import LABELS, Outcome, PendingReason


class TicketForm(forms.Form):
    """``reference`` names the draft kept by the browser; ``options`` are the lists of the page."""

    slug = ""

    def __init__(
        self, *args: Any, reference: str, options: dict[str, Any] | None = None, **kwargs: Any
    ) -> None:
        kwargs["auto_id"] = f"{self.slug}-%s"
        super().__init__(*args, **kwargs)
        self.reference = reference
        self.options = options or {}
        self.shape()

    def shape(self) -> None:
        """What depends on the request shown."""

    @property
    def draft(self) -> str:
        return f"{self.slug}-{self.reference}"


class ReplyForm(TicketForm):
    slug = "repondre"
    body = forms.CharField(label=_("Votre réponse"), max_length=4000)

    def shape(self) -> None:
        self.fields["body"].widget = NoteWidget(
            draft=self.draft, rows=5, **{"data-key": "r", "data-key-label": str(_("Écrire la réponse"))}
        )


class NoteForm(TicketForm):
    slug = "note"
    body = forms.CharField(
        label=_("Note interne"), help_text=_("Lue par les agents, jamais par la personne."), max_length=4000
    )

    def shape(self) -> None:
        self.fields["body"].widget = NoteWidget(draft=self.draft, rows=3)


class TransferForm(TicketForm):
    slug = "transferer"
    team = forms.ChoiceField(label=_("À quelle équipe ?"))
    reason = forms.CharField(
        label=_("Pourquoi"), help_text=_("Gardé dans l’histoire de la demande."), max_length=500
    )

    def shape(self) -> None:
        teams = [(team.code, team.label) for team in self.options.get("teams", [])]
        self.fields["team"].choices = [("", _("Choisir une équipe")), *teams]  # type: ignore[attr-defined]
        self.fields["reason"].widget = NoteWidget(draft=self.draft, rows=2)


class CloseForm(TicketForm):
    slug = "clore"
    outcome = forms.ChoiceField(label=_("Avec quelle issue ?"))
    partner = forms.ChoiceField(
        label=_("Organisme vers lequel la personne est orientée"),
        required=False,
        help_text=_("Seulement pour une orientation."),
    )
    note = forms.CharField(label=_("En une phrase"), required=False, max_length=1000)

    def shape(self) -> None:
        self.fields["outcome"].choices = [("", _("Choisir une issue")), *LABELS[Outcome].items()]  # type: ignore[attr-defined]
        partners = [(partner.code, partner.name) for partner in self.options.get("partners", [])]
        self.fields["partner"].choices = [("", _("Aucun")), *partners]  # type: ignore[attr-defined]
        self.fields["note"].widget = NoteWidget(draft=self.draft, rows=2)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("outcome") == Outcome.ORIENTED and not data.get("partner"):
            self.add_error("partner", _("Choisissez l’organisme : l’orientation sera suivie."))
        if data.get("partner") and data.get("outcome") != Outcome.ORIENTED:
            self.add_error("outcome", _("Un organisme est choisi : l’issue est une orientation."))
        return data


class ReopenForm(TicketForm):
    slug = "rouvrir"
    reason = forms.CharField(label=_("Pourquoi la rouvrir"), max_length=500)

    def shape(self) -> None:
        self.fields["reason"].widget = NoteWidget(draft=self.draft, rows=2)


class WaitForm(TicketForm):
    slug = "attendre"
    reason = forms.ChoiceField(
        label=_("Qu’attendez-vous de la personne ?"),
        choices=[
            (reason.value, LABELS[PendingReason][reason.value])
            for reason in (PendingReason.CITIZEN_PIECE, PendingReason.CITIZEN_ANSWER)
        ],
    )
