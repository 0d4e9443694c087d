"""Every refusal of the API: one shape, one French sentence, the right status."""

from __future__ import annotations

import math
from typing import Any, Final

from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from grc.errors import Conflict, GrcError, Invalid, NotAllowed, NotFound, ProviderError, RateLimited

STATUS: Final[dict[type[GrcError], int]] = {
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    Invalid: 422,
    RateLimited: 429,
    ProviderError: 502,
}
_SENTENCES: Final = {
    "missing": "Ce champ est obligatoire.",
    "string_type": "Un texte est attendu.",
    "int_parsing": "Un nombre entier est attendu.",
    "int_type": "Un nombre entier est attendu.",
    "greater_than_equal": "Ce nombre est trop petit.",
    "less_than_equal": "Ce nombre est trop grand.",
    "model_attributes_type": "Un objet JSON est attendu.",
    "dict_type": "Un objet JSON est attendu.",
}


def error_response(
    status: int, code: str, sentence: str, fields: dict[str, list[str]] | None = None
) -> HttpResponse:
    return JsonResponse(
        {"error": {"code": code, "sentence": sentence, "fields": fields or {}}},
        status=status,
        json_dumps_params={"ensure_ascii": False},
    )


def errors_register(api: NinjaAPI) -> None:
    """Give ``api`` the answers of every expected error."""
    api.add_exception_handler(GrcError, _grc)
    api.add_exception_handler(ValidationError, _validation)
    api.add_exception_handler(AuthenticationError, _authentication)
    api.add_exception_handler(Throttled, _throttled)
    api.add_exception_handler(HttpError, _http)
    api.add_exception_handler(DataError, _unfit)


def _grc(request: HttpRequest, error: Any) -> HttpResponse:
    status = next((status for kind, status in STATUS.items() if isinstance(error, kind)), 400)
    fields = error.fields if isinstance(error, Invalid) else {}
    return error_response(status, error.code, error.sentence, fields)


def _validation(request: HttpRequest, error: Any) -> HttpResponse:
    fields: dict[str, list[str]] = {}
    for one in error.errors:
        # The first part says where it is (body, query), the second is the name of the argument for a body.
        place = [str(part) for part in one.get("loc", ())]
        name = place[-1] if place else "body"
        fields.setdefault(name, []).append(_sentence(one))
    return error_response(422, "invalid", "Certaines informations sont à corriger.", fields)


def _sentence(one: dict[str, Any]) -> str:
    kind = str(one.get("type", ""))
    if kind == "string_too_long":
        return f"Ce texte est trop long : {one.get('ctx', {}).get('max_length')} caractères au plus."
    if kind == "enum":
        expected = str(one.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ")
        return f"Valeurs possibles : {expected}."
    return _SENTENCES.get(kind, "Cette valeur ne convient pas.")


def _authentication(request: HttpRequest, error: Any) -> HttpResponse:
    sentence = "Le jeton manque, ou n’est plus valable."
    response = error_response(401, "unauthenticated", sentence)
    response["WWW-Authenticate"] = 'Bearer realm="api"'
    return response


def _throttled(request: HttpRequest, error: Any) -> HttpResponse:
    response = error_response(429, "rate_limited", "Trop d’appels en peu de temps. Réessayez plus tard.")
    response["Retry-After"] = str(max(1, math.ceil(error.wait or 1)))
    return response


def _http(request: HttpRequest, error: Any) -> HttpResponse:
    if error.status_code == 400:
        return error_response(400, "bad_request", "Le corps de la demande n’est pas du JSON valide.")
    return error_response(error.status_code, "error", "Cet appel n’a pas abouti.")


def _unfit(request: HttpRequest, error: Any) -> HttpResponse:
    # What no text of the database can hold, such as a NUL: it is the caller's, not a fault of ours.
    return error_response(422, "invalid", "Un caractère de cette demande ne peut pas être enregistré.")


def unknown_address(request: HttpRequest, rest: str = "") -> HttpResponse:
    """A JSON answer for an address the API does not have."""
    return error_response(404, "not_found", "Cette adresse n’existe pas dans l’interface.")
