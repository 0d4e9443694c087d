"""A call of the REST API, as the account makes it."""

import httpx

from simulators.telephone.testing import ACCOUNT_SID, AUTH_TOKEN, Telephone


def rest(phone: Telephone, method: str, path: str, **params: str | list[str]) -> httpx.Response:
    """`path` below the account; `params` go in the form of a POST, else in the query."""
    url = f"{phone.base_url}/2010-04-01/Accounts/{ACCOUNT_SID}/{path}"
    with httpx.Client(auth=(ACCOUNT_SID, AUTH_TOKEN), trust_env=False, timeout=30) as client:
        if method == "POST":
            return client.post(url, data=params)
        return client.request(method, url, params=params)
