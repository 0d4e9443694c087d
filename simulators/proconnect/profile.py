"""Pure. The rules of ProConnect, as its public documentation states them."""

from types import MappingProxyType

from simulators.oidc.profile import Profile

# A scope gives the claim of its name, except openid and phone.
SCOPE_CLAIMS = MappingProxyType(
    {
        "openid": ("sub",),
        "given_name": ("given_name",),
        "usual_name": ("usual_name",),
        "email": ("email",),
        "uid": ("uid",),
        "siret": ("siret",),
        "idp_id": ("idp_id",),
        "phone": ("phone_number",),
        "siren": ("siren",),
        "organizational_unit": ("organizational_unit",),
        "belonging_population": ("belonging_population",),
        "chorusdt": ("chorusdt",),
        "custom": ("custom",),
    }
)

PROCONNECT = Profile(
    name="proconnect",
    title="ProConnect simulé",
    people_title="Choisir un agent de test",
    required=("response_type", "client_id", "redirect_uri", "scope", "state", "nonce"),
    optional=frozenset({"claims", "prompt", "idp_hint", "login_hint"}),
    may_be_empty=frozenset(),
    nonce_minimum=32,
    state_minimum=32,
    prompts=frozenset({"none", "login", "consent"}),
    acr="eidas1",
    scope_claims=SCOPE_CLAIMS,
    session_seconds=12 * 3600,
    logout_required=("id_token_hint", "state", "post_logout_redirect_uri"),
    code_parameter="Y000400",
    code_client="Y000400",
    code_redirect_uri="Y000400",
    code_logout="Y000400",
    messages=MappingProxyType({"no_openid": "openid scope must be requested"}),
)
