"""Pure. The rules of FranceConnect v2 "low", as its public sources and test scenarios state them."""

from types import MappingProxyType

from simulators.oidc.profile import Profile

_IDENTITY = ("given_name", "given_name_array", "family_name", "birthdate", "gender")

SCOPE_CLAIMS = MappingProxyType(
    {
        "openid": ("sub",),
        "identite_pivot": (*_IDENTITY, "birthplace", "birthcountry"),
        "profile": (*_IDENTITY, "preferred_username"),
        "birth": ("birthplace", "birthcountry"),
        "given_name": ("given_name", "given_name_array"),
        "family_name": ("family_name",),
        "gender": ("gender",),
        "birthdate": ("birthdate",),
        "birthplace": ("birthplace",),
        "birthcountry": ("birthcountry",),
        "preferred_username": ("preferred_username",),
        "email": ("email",),
        "idp_birthdate": ("idp_birthdate",),
        "idp_id": ("idp_id",),
        "amr": ("amr",),
    }
)

# Scopes of data providers: known to FranceConnect, granted to a client only after its own application.
DATA_PROVIDER_SCOPES = frozenset(
    {
        "cnaf_quotient_familial",
        "cnaf_allocataires",
        "cnaf_enfants",
        "cnaf_adresse",
        "allocation_adulte_handicape",
        "allocation_soutien_familial",
        "prime_activite",
        "prime_activite_majoration",
        "revenu_solidarite_active",
        "revenu_solidarite_active_majoration",
        "complementaire_sante_solidaire",
        "droits_assurance_maladie",
        "dsnj_statut_service_national",
    }
)

FRANCECONNECT = Profile(
    name="franceconnect",
    title="FranceConnect simulé",
    people_title="Choisir une personne de test",
    required=("response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "acr_values"),
    optional=frozenset({"prompt", "claims", "idp_hint", "ui_locales"}),
    may_be_empty=frozenset({"response_type", "scope"}),
    nonce_minimum=22,
    state_minimum=1,
    prompts=frozenset({"login", "consent"}),
    acr="eidas1",
    scope_claims=SCOPE_CLAIMS,
    refused_scopes=DATA_PROVIDER_SCOPES,
    session_seconds=30 * 60,
    logout_required=("id_token_hint",),
    code_parameter="Y030007",
    code_client="Y04EA6EF",
    code_redirect_uri="Y04C013C",
    # The sources read give no code for a refused logout: the one of a refused parameter is used.
    code_logout="Y030007",
    messages=MappingProxyType(
        {"no_openid": "openid scope must be requested when using the acr_values parameter"}
    ),
)
