"""Who may open a page of the console: an agent with a login, whose role holds the verb of the page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from grc.errors import GrcError, NotAllowed, NotFound
from grc.policies import Verb, roles_with
from grc.selectors.actors import actor_of_account
from grc.types import Actor

P = ParamSpec("P")
PAGE_ACTOR: Final = "grc_actor"
Page = Callable[Concatenate[HttpRequest, Actor, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def actor_of_request(request: HttpRequest) -> Actor | None:
    """The agent behind the console's session, with the rights of this very moment; None for nobody."""
    user = request.user
    return actor_of_account(user) if user.is_authenticated else None


def actor_of_page(request: HttpRequest) -> Actor | None:
    """The agent whose page is being shown, already known: nothing is read again."""
    found: Actor | None = getattr(request, PAGE_ACTOR, None)
    return found


def may(actor: Actor, *verbs: Verb) -> bool:
    """Whether one of the agent's roles holds one of these verbs somewhere."""
    return any(actor.has_role(*roles_with(verb)) for verb in verbs)


def console_page(*verbs: Verb) -> Callable[[Page[P]], View[P]]:
    """Give the view its ``actor``. Without a login: to the login page; without any of ``verbs``: 403.

    ``NotAllowed`` raised inside gives the same 403 page with its sentence, ``NotFound`` a 404, any
    other error of the product that the view does not show itself a 409 page with its sentence.
    """

    def decorate(page: Page[P]) -> View[P]:
        @wraps(page)
        def view(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            actor = actor_of_request(request)
            if actor is None:
                return _to_login(request)
            setattr(request, PAGE_ACTOR, actor)
            if verbs and not may(actor, *verbs):
                return refused(request, _("Votre rôle ne donne pas accès à cette page."))
            try:
                return page(request, actor, *args, **kwargs)
            except NotAllowed as error:
                return refused(request, error.sentence)
            except NotFound as error:
                raise Http404(error.sentence) from error
            except GrcError as error:
                return trouble(request, error.sentence)

        return cast("View[P]", view)

    return decorate


def _to_login(request: HttpRequest) -> HttpResponse:
    login = redirect_to_login(
        request.get_full_path() if request.method == "GET" else settings.LOGIN_REDIRECT_URL
    )
    if request.headers.get("HX-Request"):
        # htmx would put the login page inside this one: the whole window goes there instead.
        return HttpResponse(status=204, headers={"HX-Redirect": login.url})
    return login


def refused(request: HttpRequest, sentence: str) -> HttpResponse:
    """403 in French, saying why."""
    return render(request, "console/refused.html", _context(request, sentence), status=403)


def trouble(request: HttpRequest, sentence: str) -> HttpResponse:
    """409: an act that could not be done, for the pages which have no form to show it beside."""
    return render(request, "console/trouble.html", _context(request, sentence), status=409)


def _context(request: HttpRequest, sentence: str) -> dict[str, object]:
    return {
        "sentence": sentence,
        "layout": "theme/console.html",
        "console": True,
        "incident": request.META.get("GRC_REQUEST_ID", ""),
    }
