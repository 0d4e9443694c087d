"""Pure. What an issuer accepts on its authorize and logout addresses, and how it says no.

Two ways of refusing, as the real issuers do: a page at the issuer with an error code (the client or its
address cannot be trusted, or a parameter is not one the issuer knows), or a redirection to the client
with `error` and `error_description`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulators.oidc.profile import Client, Profile


@dataclass(frozen=True)
class PageRefusal:
    """An HTTP 400 page at the issuer: nothing goes back to the client."""

    code: str
    reason: str


@dataclass(frozen=True)
class RedirectRefusal:
    """A 303 to the client's redirect_uri with these parameters."""

    redirect_uri: str
    state: str
    error: str
    description: str


@dataclass(frozen=True)
class AuthorizeRequest:
    """An authorize request that may be shown to the person."""

    redirect_uri: str
    state: str
    nonce: str
    scopes: tuple[str, ...]  # known and granted, in the order asked
    acr: str
    prompts: frozenset[str]
    asks_amr: bool


@dataclass(frozen=True)
class LogoutRequest:
    """A logout request whose id_token_hint is still to be verified."""

    id_token_hint: str
    state: str | None
    post_logout_redirect_uri: str | None


Pairs = Sequence[tuple[str, str]]


def authorize_check(
    pairs: Pairs, *, profile: Profile, client: Client
) -> AuthorizeRequest | PageRefusal | RedirectRefusal:
    """Judge the parameters of an authorize request, in the order the real issuers judge them."""
    refusal = _names_check(pairs, profile)
    if refusal is not None:
        return refusal
    values = dict(pairs)
    reason = _values_check(values, profile)
    if reason:
        return PageRefusal(profile.code_parameter, reason)
    if values["client_id"] != client.client_id:
        return PageRefusal(profile.code_client, "client_id inconnu ou désactivé")
    if values["redirect_uri"] not in client.redirect_uris:
        return PageRefusal(profile.code_redirect_uri, "redirect_uri non déclarée pour ce client")
    return _protocol_check(values, profile, client)


def _names_check(pairs: Pairs, profile: Profile) -> PageRefusal | None:
    names = [name for name, _ in pairs]
    for name in names:
        if name not in profile.required and name not in profile.optional:
            return PageRefusal(profile.code_parameter, f"paramètre refusé : {name}")
        if names.count(name) > 1:
            return PageRefusal(profile.code_parameter, f"paramètre répété : {name}")
    for name in profile.required:
        if name not in names:
            return PageRefusal(profile.code_parameter, f"paramètre manquant : {name}")
    return None


def _values_check(values: Mapping[str, str], profile: Profile) -> str:
    """The reason of a refusal, or an empty string."""
    for name in profile.required:
        if not values[name] and name not in profile.may_be_empty:
            return f"paramètre vide : {name}"
    for name, minimum in (("nonce", profile.nonce_minimum), ("state", profile.state_minimum)):
        if len(values[name]) < minimum:
            return f"{name} trop court : {minimum} caractères au moins"
    if profile.asks_acr() and profile.acr not in values["acr_values"].split():
        return "acr_values refusé"
    if "prompt" in values and not _prompts_known(values["prompt"].split(), profile):
        return "prompt refusé"
    if "claims" in values and _claims(values["claims"]) is None:
        return "claims n’est pas un objet JSON"
    return ""


def _prompts_known(prompts: Sequence[str], profile: Profile) -> bool:
    alone = "none" not in prompts or len(prompts) == 1
    return bool(prompts) and alone and profile.prompts.issuperset(prompts)


def _claims(text: str) -> dict[str, object] | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _protocol_check(
    values: Mapping[str, str], profile: Profile, client: Client
) -> AuthorizeRequest | RedirectRefusal:
    def refuse(error: str, description: str) -> RedirectRefusal:
        return RedirectRefusal(values["redirect_uri"], values["state"], error, description)

    if not values["response_type"]:
        return refuse("invalid_request", "missing required parameter 'response_type'")
    if values["response_type"] != "code":
        return refuse("unsupported_response_type", "unsupported response_type requested")
    asked = tuple(dict.fromkeys(values["scope"].split()))
    if "openid" not in asked:
        return refuse("invalid_request", profile.messages["no_openid"])
    granted = set(profile.scope_claims) if client.scopes is None else client.scopes
    # Scopes the issuer has never heard of are ignored; those it knows must be granted to the client.
    known = [scope for scope in asked if scope in profile.scope_claims or scope in profile.refused_scopes]
    if any(scope not in granted for scope in known):
        return refuse("invalid_scope", "requested scope is not allowed")
    claims = _claims(values.get("claims", "{}")) or {}
    id_token_claims = claims.get("id_token")
    return AuthorizeRequest(
        redirect_uri=values["redirect_uri"],
        state=values["state"],
        nonce=values["nonce"],
        scopes=tuple(known),
        acr=profile.acr,
        prompts=frozenset(values.get("prompt", "").split()),
        asks_amr=isinstance(id_token_claims, dict) and "amr" in id_token_claims,
    )


LOGOUT_PARAMETERS = frozenset(
    {"id_token_hint", "state", "post_logout_redirect_uri", "client_id", "logout_hint", "ui_locales"}
)


def logout_check(pairs: Pairs, *, profile: Profile, client: Client) -> LogoutRequest | PageRefusal:
    """Judge the parameters of a logout request (the hint's signature is judged by the caller)."""
    names = [name for name, _ in pairs]
    values = dict(pairs)
    code = profile.code_logout
    for name in names:
        if name not in LOGOUT_PARAMETERS or names.count(name) > 1:
            return PageRefusal(code, f"paramètre refusé : {name}")
    for name in profile.logout_required:
        if not values.get(name):
            return PageRefusal(code, f"paramètre manquant : {name}")
    if values.get("client_id", client.client_id) != client.client_id:
        return PageRefusal(code, "client_id inconnu")
    address = values.get("post_logout_redirect_uri")
    if address is not None and address not in client.post_logout_redirect_uris:
        return PageRefusal(code, "post_logout_redirect_uri non déclarée pour ce client")
    return LogoutRequest(values["id_token_hint"], values.get("state"), address)
