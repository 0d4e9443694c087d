"""The JSON control interface and the page's files."""

import httpx
import pytest

from simulators.telephone.testing import Telephone
from tests.simulators.telephone.conftest import CALLER, LINE, Product


def _post(phone: Telephone, path: str, body: object) -> httpx.Response:
    with httpx.Client(trust_env=False) as client:
        return client.post(f"{phone.base_url}{path}", json=body)


def _get(phone: Telephone, path: str) -> httpx.Response:
    with httpx.Client(trust_env=False) as client:
        return client.get(f"{phone.base_url}{path}")


def test_healthz__answers(phone: Telephone) -> None:
    assert _get(phone, "/healthz").status_code == 200


def test_lines__name_what_each_receives(phone: Telephone) -> None:
    assert _get(phone, "/control/lines").json() == {
        "lines": [{"number": "+33321216216", "label": "Essai", "voice": True, "sms": True}],
        "fast": True,
    }


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/control/calls", {"from": CALLER, "to": "+33199009999"}, 404),
        ("/control/calls", {"from": "0639981234", "to": LINE}, 400),
        ("/control/calls", {"from": CALLER}, 400),
        ("/control/calls", [], 400),
        ("/control/calls/CA00/digits", {"digits": "1"}, 404),
        ("/control/answer", {"number": CALLER}, 404),
        ("/control/sms", {"from": "anonymous", "to": LINE, "body": "x"}, 400),
        ("/control/sms", {"from": CALLER, "to": LINE, "body": " "}, 400),
        ("/control/advance", {"seconds": "-1"}, 400),
        ("/control/advance", {"seconds": "nan"}, 400),
    ],
)
def test_refusal__is_a_french_sentence(phone: Telephone, path: str, body: object, status: int) -> None:
    answer = _post(phone, path, body)
    assert answer.status_code == status
    assert answer.json()["error"].endswith((".", "…", "anonymous."))


def test_post__a_form_of_another_site_is_refused(phone: Telephone) -> None:
    with httpx.Client(trust_env=False) as client:
        answer = client.post(f"{phone.base_url}/control/calls", data={"from": CALLER, "to": LINE})
    assert answer.status_code == 415


def test_digits__only_keys_of_a_telephone(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = "<Gather/>"
    sid = phone.call(CALLER, LINE)["sid"]
    assert _post(phone, f"/control/calls/{sid}/digits", {"digits": "1x"}).status_code == 400


def test_digits__after_the_end_are_refused(product: Product, phone: Telephone) -> None:
    sid = phone.call(CALLER, LINE)["sid"]
    assert _post(phone, f"/control/calls/{sid}/digits", {"digits": "1"}).status_code == 409


def test_timeout__with_nothing_to_wait_for_is_refused(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = "<Enqueue>accueil</Enqueue>"
    sid = phone.call(CALLER, LINE)["sid"]
    assert _post(phone, f"/control/calls/{sid}/timeout", {}).status_code == 409


def test_state__since_leaves_out_what_was_read(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = "<Say>Un</Say><Say>Deux</Say><Gather/>"
    sid = phone.call(CALLER, LINE)["sid"]
    state = _get(phone, f"/control/calls/{sid}?since=2").json()
    assert [entry["text"] for entry in state["transcript"]] == ["Deux"]
    assert state["entries"] == 3


def test_events__tell_of_a_call(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = "<Gather/>"
    with (
        httpx.Client(trust_env=False, timeout=10) as client,
        client.stream("GET", f"{phone.base_url}/control/events") as events,
    ):
        lines = events.iter_lines()
        assert next(lines) == ": ouvert"
        sid = phone.call(CALLER, LINE)["sid"]
        told = [line for line, _ in zip(lines, range(4), strict=False) if line]
    assert told[:2] == ["event: call", f'data: {{"sid": "{sid}"}}']


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/", "text/html"), ("/static/page.js", "text/javascript"), ("/static/page.css", "text/css")],
)
def test_page__files_forbid_inline_scripts(phone: Telephone, path: str, kind: str) -> None:
    answer = _get(phone, path)
    assert answer.headers["content-type"].startswith(kind)
    assert "script-src 'self';" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/static/page.html", "/static/..%2Fserver.py", "/static/none.js"])
def test_page__nothing_else_is_served(phone: Telephone, path: str) -> None:
    assert _get(phone, path).status_code == 404


def test_page__holds_no_inline_code_nor_outside_address(phone: Telephone) -> None:
    page = _get(phone, "/").text
    assert '<script type="module" src="/static/page.js"></script>' in page
    assert page.count("<script") == 1
    assert "http" not in page
    assert "style=" not in page
    assert "onclick" not in page
