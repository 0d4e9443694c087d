"""How a telephone line behaves."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agents_ui.access import console_page
from agents_ui.forms.lines import LineForm
from agents_ui.presenters.administration import changes_shown
from agents_ui.views.administration import edit, show
from grc.policies import Verb
from grc.selectors.administration import changes_of, line_administered
from grc.services.administration_lines import line_edit
from grc.types import Actor


@require_http_methods(["GET", "HEAD", "POST"])
@console_page(Verb.ADMINISTER)
def line_settings(request: HttpRequest, actor: Actor, line_id: int) -> HttpResponse:
    row = line_administered(actor=actor, line_id=line_id)
    initial = {name: getattr(row, name) for name in LineForm.base_fields}
    form = LineForm(request.POST or None, initial=initial)

    def save() -> object:
        return line_edit(actor=actor, line_id=row.pk, fields=form.cleaned_data)

    done = edit(
        request,
        actor,
        form=form,
        save=save,
        said=_("Les réglages de la ligne sont enregistrés."),
        location=reverse("administration-line-settings", args=[row.pk]),
    )
    if done is not None:
        return done
    changes = changes_shown(changes_of(actor=actor, entity="line", entity_id=row.pk))
    return show(request, "line_settings", form, {"line": row, "changes": changes})
