"""Error pages, the organisation's colour, the style guide and the template tags."""

from datetime import UTC, datetime

import pytest
from django.http import Http404
from django.template import engines
from django.test import RequestFactory
from pytest_django import Settings

from config import views
from config.context import console_sections, theme


@pytest.mark.parametrize(
    ("view", "status", "sentence"),
    [
        (views.bad_request, 400, "La demande n’a pas pu être lue"),
        (views.permission_denied, 403, "Cette page ne vous est pas ouverte"),
        (views.csrf_failure, 403, "La page est restée ouverte trop longtemps"),
        (views.page_not_found, 404, "Cette page n’existe pas"),
        (views.too_many_requests, 429, "Trop d’essais en peu de temps"),
    ],
)
@pytest.mark.parametrize("path", ["/suivi/", "/agents/file/"])
def test_error_views__say_what_was_kept_and_a_reference(
    rf: RequestFactory, view: views.ErrorView, status: int, sentence: str, path: str
) -> None:
    request = rf.get(path)
    request.META["GRC_REQUEST_ID"] = "a1b2c3d4"
    response = view(request)
    page = response.content.decode()
    assert response.status_code == status
    assert f'<h1 tabindex="-1">{sentence}</h1>' in page
    assert "Ce qui est gardé" in page
    assert "a1b2c3d4" in page
    assert ("Parler à quelqu’un" in page) is (path == "/suivi/")


def test_too_many_requests__says_when_to_come_back(rf: RequestFactory) -> None:
    assert views.too_many_requests(rf.get("/suivi/"))["Retry-After"] == "3600"


def test_server_error__gives_the_reference_and_the_telephone(rf: RequestFactory, settings: Settings) -> None:
    settings.ORGANISATION_PHONE = "03 00 00 00 00"
    request = rf.get("/suivi/")
    request.META["GRC_REQUEST_ID"] = "a1b2c3d4"
    response = views.server_error(request)
    assert response.status_code == 500
    assert "a1b2c3d4" in response.content.decode()
    assert 'href="tel:+33300000000"' in response.content.decode()


def test_organisation_stylesheet__holds_readable_shades_only(rf: RequestFactory, settings: Settings) -> None:
    settings.ORGANISATION_COLOUR = "#00a} body{display:none"
    sheet = views.organisation_stylesheet(rf.get("/theme/organisation.css"))
    assert sheet["Content-Type"] == "text/css; charset=utf-8"
    assert sheet.content == b":root{--brand-strong:#17495a;--brand-light:#71c0db;--brand-tint:#e9f5f9}\n"


def test_style_guide__exists_only_while_debugging(rf: RequestFactory, settings: Settings) -> None:
    settings.DEBUG = False
    with pytest.raises(Http404):
        views.style_guide(rf.get("/theme/guide/"))


@pytest.mark.parametrize("side", ["portail", "console"])
def test_style_guide__links_each_error_to_its_field(
    rf: RequestFactory, settings: Settings, side: str
) -> None:
    settings.DEBUG = True
    page = views.style_guide(rf.get("/theme/guide/console/"), side=side).content.decode()
    assert '<a href="#id_phone">Téléphone : Le numéro doit compter dix chiffres.</a>' in page
    assert 'aria-describedby="id_phone_helptext id_phone_error"' in page
    assert 'id="id_phone_error"' in page
    assert 'id="id_phone_helptext"' in page


def test_console_sections__a_ticket_belongs_to_the_queue() -> None:
    current = [
        section.label for section in console_sections("/agents/demandes/4819027735/") if section.current
    ]
    assert current == ["File"]


def test_theme__residents_get_no_console_navigation(rf: RequestFactory) -> None:
    assert theme(rf.get("/suivi/"))["console_sections"] == ()


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("{{ at|french_date }}", "mardi 24\u00a0novembre 2026 à 14\u00a0h\u00a005"),
        ("{{ at|french_day }}", "mardi 24\u00a0novembre 2026"),
        ("{{ at|french_time }}", "14\u00a0h\u00a005"),
        ("{{ none|french_date }}", ""),
        ("{{ seconds|french_duration }}", "2\u00a0h\u00a030"),
        ("{{ number|phone }}", "03\u00a021\u00a021\u00a062\u00a016"),
        ("{{ number|phone_link }}", "tel:+33321216216"),
        ("{{ text|nbsp }}", "&lt;b&gt; Vraiment\u202f?"),
    ],
)
def test_french_filters__in_a_template(source: str, written: str) -> None:
    context = {
        "at": datetime(2026, 11, 24, 13, 5, tzinfo=UTC),
        "none": None,
        "seconds": 9000,
        "number": "+33321216216",
        "text": "<b> Vraiment ?",
    }
    assert engines["django"].from_string("{% load french %}" + source).render(context) == written


def test_state_badge__words_and_icon_never_colour_alone() -> None:
    page = engines["django"].from_string('{% load theme %}{% state_badge "waiting_citizen" %}').render({})
    assert "Attend l’usager" in page
    assert "icons.svg#user" in page


def test_icon__a_label_is_escaped() -> None:
    page = engines["django"].from_string('{% load theme %}{% icon "user" label %}').render({"label": '"><b>'})
    assert 'aria-label="&quot;&gt;&lt;b&gt;"' in page
