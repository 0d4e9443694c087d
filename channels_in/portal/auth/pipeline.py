"""What follows a verified identity: a login of a resident and the person behind it. One step, in the core's hands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from channels_in.portal.auth.franceconnect import FranceConnectBackend
from grc.selectors.directory import host_organisation
from grc.services.resident_login import resident_login


def resident_sign_in(
    *, backend: FranceConnectBackend, response: Mapping[str, Any], **kwargs: Any
) -> dict[str, Any]:
    """The only step of the pipeline: no association by e-mail, nothing stored by social-auth."""
    login = resident_login(
        organisation=host_organisation(),
        issuer=str(backend.id_token_issuer()),
        subject=str(response["sub"]),
        claims=response,
        at=timezone.now(),
    )
    return {"user": login.account, "is_new": login.how != "known"}
