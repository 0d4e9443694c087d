"""The voice menu of a line: seen, edited step by step, its standard sentences, its JSON."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents_ui.access import console_page
from agents_ui.forms.line_menu import ImportForm, SettleForm, StepAddForm, StepForm, StepOptions
from agents_ui.once import act_once
from agents_ui.presenters.line_menu import languages_offered, outline, said_at, steps_listed
from agents_ui.views.administration import edit, show
from grc.errors import GrcError
from grc.policies import Verb
from grc.selectors.line_scripts import LineMenu, line_menu, script_targets
from grc.services.line_scripts import (
    line_script_import,
    line_script_settle,
    line_step_add,
    line_step_remove,
    line_step_save,
)
from grc.types import Actor
from grc.voice_script import (
    DEFAULT_PHRASES,
    KIND_WORDS,
    draw,
    plan,
    script_begun,
    script_changes,
    steps_leading_to,
)


def seen_of(request: HttpRequest) -> int | None:
    """The revision of the draft on the page that was sent."""
    sent = request.POST.get("seen", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 9 else None


def menu_context(menu: LineMenu) -> dict[str, Any]:
    """What every page of a menu shows above itself."""
    published = menu.published
    changes = script_changes(published.content, menu.draft.content) if published and menu.draft else []
    return {
        "line": menu.line,
        "menu": menu,
        "changes": changes,
        "problem_count": sum(len(found) for found in menu.problems.values()),
    }


def title_of(menu: LineMenu, step: str) -> str:
    return str(menu.content.get("nodes", {}).get(step, {}).get("title") or step)


@require_safe
@console_page(Verb.ADMINISTER)
def menu_page(request: HttpRequest, actor: Actor, line_id: int) -> HttpResponse:
    menu = line_menu(actor=actor, line_id=line_id)
    context = menu_context(menu)
    if menu.script is not None:
        targets = script_targets(organisation_id=menu.line.organisation_id)
        context |= {
            "roots": outline(menu.script, menu.problems, targets),
            "drawing": draw(plan(menu.script)),
            "problem_steps": [
                (step, title_of(menu, step), sentences) for step, sentences in menu.problems.items() if step
            ],
            "problem_whole": menu.problems.get("", []),
            "steps": len(menu.script.nodes),
        }
    return show(request, "line_menu", StepAddForm(), context)


@require_http_methods(["GET", "HEAD", "POST"])
@console_page(Verb.ADMINISTER)
def step_page(request: HttpRequest, actor: Actor, line_id: int, step: str) -> HttpResponse:
    menu = line_menu(actor=actor, line_id=line_id)
    if menu.script is None or step not in menu.script.nodes:
        raise Http404(_("Cette étape n’existe pas."))
    node = menu.content["nodes"][step]
    options = StepOptions(
        steps=steps_listed(menu.script),
        targets=script_targets(organisation_id=menu.line.organisation_id),
        languages=languages_offered(menu.script),
    )
    form = StepForm(request.POST or None, name=step, node=node, options=options)

    def save() -> object:
        return line_step_save(
            actor=actor, line_id=line_id, step=step, node=form.node(), seen=seen_of(request)
        )

    done = edit(
        request,
        actor,
        form=form,
        save=save,
        said=_("L’étape est enregistrée dans le brouillon."),
        location=reverse("line-step", args=[line_id, step]),
    )
    if done is not None:
        return done
    context = menu_context(menu) | {
        "step": step,
        "title": title_of(menu, step),
        "kind": node["kind"],
        "kind_words": KIND_WORDS[node["kind"]],
        "said": said_at(menu.script.nodes[step]),
        "step_problems": menu.problems.get(step, []),
        "leading": [(name, title_of(menu, name)) for name in steps_leading_to(menu.content, step)],
        "starts": step == menu.content["start"],
        "human": step == menu.content["human"],
    }
    return show(request, "line_step", form, context)


@require_POST
@console_page(Verb.ADMINISTER)
def step_add(request: HttpRequest, actor: Actor, line_id: int) -> HttpResponse:
    line_menu(actor=actor, line_id=line_id)
    form = StepAddForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Donnez un nom à l’étape."))
        return act_back(line_id)

    def act() -> str:
        data = form.cleaned_data
        _version, name = line_step_add(
            actor=actor, line_id=line_id, kind=data["kind"], title=data["title"], seen=seen_of(request)
        )
        messages.success(request, _("L’étape est ajoutée au brouillon : écrivez ce qu’elle dit."))
        return reverse("line-step", args=[line_id, name])

    return acted(request, actor, act, line_id)


@require_POST
@console_page(Verb.ADMINISTER)
def step_remove(request: HttpRequest, actor: Actor, line_id: int, step: str) -> HttpResponse:
    line_menu(actor=actor, line_id=line_id)

    def act() -> str:
        line_step_remove(actor=actor, line_id=line_id, step=step, seen=seen_of(request))
        messages.success(request, _("L’étape est retirée du brouillon."))
        return reverse("line-menu", args=[line_id])

    return acted(request, actor, act, line_id)


def acted(
    request: HttpRequest, actor: Actor, act: Any, line_id: int, back: str = "line-menu"
) -> HttpResponse:
    """Do it once; a refusal comes back as a message on the page one came from."""
    try:
        return act_once(request, actor, act)
    except GrcError as error:
        sentences = [one for found in getattr(error, "fields", {}).values() for one in found]
        messages.error(request, " ".join([error.sentence, *sentences]))
        return act_back(line_id, back)


def act_back(line_id: int, back: str = "line-menu") -> HttpResponse:
    return HttpResponse(status=302, headers={"Location": reverse(back, args=[line_id])})


@require_http_methods(["GET", "HEAD", "POST"])
@console_page(Verb.ADMINISTER)
def settle_page(request: HttpRequest, actor: Actor, line_id: int) -> HttpResponse:
    """Beginning, key 0, standard sentences."""
    menu = line_menu(actor=actor, line_id=line_id)
    if menu.script is None:
        raise Http404(_("Cette ligne n’a pas de menu."))
    form = SettleForm(
        request.POST or None, content=menu.content, phrases=DEFAULT_PHRASES, steps=steps_listed(menu.script)
    )

    def save() -> object:
        data = form.cleaned_data
        return line_script_settle(
            actor=actor, line_id=line_id, start=data["start"], human=data["human"], phrases=form.phrases(),
            seen=seen_of(request),
        )  # fmt: skip

    location = reverse("line-menu-settle", args=[line_id])
    said = _("Les réglages sont enregistrés dans le brouillon.")
    done = edit(request, actor, form=form, save=save, said=said, location=location)
    return done if done is not None else show(request, "line_settle", form, menu_context(menu))


@require_http_methods(["GET", "HEAD", "POST"])
@console_page(Verb.ADMINISTER)
def json_page(request: HttpRequest, actor: Actor, line_id: int) -> HttpResponse:
    """For engineers: the whole script in and out. An empty line begins here, with the smallest good menu."""
    menu = line_menu(actor=actor, line_id=line_id)
    form = ImportForm(request.POST or None, request.FILES or None)

    def save() -> object:
        return line_script_import(
            actor=actor, line_id=line_id, content=_read(request, form), seen=seen_of(request)
        )

    if (
        request.method == "POST"
        and "begin" not in request.POST
        and form.is_valid()
        and _read(request, form) is None
    ):
        form.add_error("script", _("Ce texte n’est pas du JSON."))
    location = reverse("line-menu", args=[line_id])
    done = edit(
        request, actor, form=form, save=save, said=_("Le script est dans le brouillon."), location=location
    )
    if done is not None:
        return done
    text = json.dumps(menu.content, ensure_ascii=False, indent=2, sort_keys=True)
    return show(request, "line_json", form, menu_context(menu) | {"text": text})


def _read(request: HttpRequest, form: ImportForm) -> Any:
    """The script that was sent; None when it is not JSON."""
    if "begin" in request.POST:
        return script_begun()
    file = form.cleaned_data.get("file")
    try:
        raw = file.read().decode() if file is not None else form.cleaned_data["script"]
        if file is not None:
            file.seek(0)
        return json.loads(raw)
    except ValueError:
        return None


@require_safe
@console_page(Verb.ADMINISTER)
def menu_json(request: HttpRequest, actor: Actor, line_id: int) -> HttpResponse:
    """The draft if there is one, else what answers, as a file."""
    menu = line_menu(actor=actor, line_id=line_id)
    answer = JsonResponse(menu.content, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="menu-{menu.line.number.lstrip("+")}.json"'
    return answer
