"""Every answer of the REST API, held to Twilio's published OpenAPI document."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from twilio.base.exceptions import TwilioRestException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from simulators.telephone import rest_calls, rest_messages, rest_recordings, rest_rooms
from simulators.telephone.rest import PAGING
from simulators.telephone.testing import ACCOUNT_SID, AUTH_TOKEN, Telephone
from tests.simulators.telephone.conftest import CALLER, LINE, Product
from tests.simulators.telephone.rest import rest

DOCUMENT = json.loads((Path(__file__).parents[1] / "data" / "twilio_api_v2010_excerpt.json").read_text())
BASE = "/2010-04-01/Accounts/{AccountSid}"
AGENT = "+33199001234"


def _json_schema(node: Any) -> Any:
    """OpenAPI 3.0 to JSON Schema: `nullable` becomes a type or an alternative, no extra property."""
    if isinstance(node, list):
        return [_json_schema(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {key: _json_schema(value) for key, value in node.items() if key not in {"nullable", "format"}}
    if isinstance(node.get("properties"), dict):
        made["additionalProperties"] = False
        made["required"] = list(node["properties"])
    if node.get("nullable") is True and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
        if "enum" in made:
            made["enum"] = [*made["enum"], None]
    return made


SCHEMAS = _json_schema(DOCUMENT["components"]["schemas"])
# An enumeration is not marked nullable in the document, though its description says it may be null.
SCHEMAS["conference_enum_reason_conference_ended"]["type"] = ["string", "null"]
SCHEMAS["conference_enum_reason_conference_ended"]["enum"].append(None)
# Twilio's own example of a queue has `subresource_uris`, which its schema leaves out.
SCHEMAS["api.v2010.account.queue"]["additionalProperties"] = True


def _operation(path: str, method: str) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["paths"][BASE + path][method.lower()]
    return found


def held(answer: httpx.Response, path: str, method: str) -> Any:
    """The body, once its status is documented and it matches the schema of that status."""
    documented = _operation(path, method)["responses"]
    assert str(answer.status_code) in documented, answer.text
    content = documented[str(answer.status_code)].get("content")
    if content is None:
        assert answer.content == b""
        return None
    schema = {**_json_schema(content["application/json"]["schema"]), "components": {"schemas": SCHEMAS}}
    errors = [
        f"{list(e.absolute_path)}: {e.message}"
        for e in Draft202012Validator(schema).iter_errors(answer.json())
    ]
    assert errors == []
    return answer.json()


@pytest.fixture
def waiting(product: Product, phone: Telephone) -> str:
    product.documents["/voice"] = '<Enqueue waitUrl="/wait">accueil</Enqueue>'
    product.documents["/wait"] = '<Pause length="10"/>'
    return str(phone.call(CALLER, LINE)["sid"])


def test_messages__create_list_and_read(phone: Telephone) -> None:
    made = held(
        rest(phone, "POST", "Messages.json", To=CALLER, From=LINE, Body="Bonjour"), "/Messages.json", "post"
    )
    assert made["status"] == "queued"
    phone.settle()
    one = held(rest(phone, "GET", f"Messages/{made['sid']}.json"), "/Messages/{Sid}.json", "get")
    assert one["status"] == "delivered"
    listed = held(rest(phone, "GET", "Messages.json", To=CALLER, From=LINE), "/Messages.json", "get")
    assert [message["sid"] for message in listed["messages"]] == [made["sid"]]
    assert rest(phone, "GET", "Messages.json", To=AGENT).json()["messages"] == []


def test_messages__pages(phone: Telephone) -> None:
    for number in range(5):
        rest(phone, "POST", "Messages.json", To=CALLER, From=LINE, Body=f"n° {number}")
    first = held(rest(phone, "GET", "Messages.json", PageSize="2"), "/Messages.json", "get")
    assert [message["body"] for message in first["messages"]] == ["n° 4", "n° 3"]
    assert first["previous_page_uri"] is None
    assert first["next_page_uri"] == f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json?PageSize=2&Page=1"
    last = rest(phone, "GET", "Messages.json", PageSize="2", Page="2").json()
    assert ([message["body"] for message in last["messages"]], last["next_page_uri"]) == (["n° 0"], None)


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("DateSent>", "2020-01-01", 1),
        ("DateSent<", "2020-01-01", 0),
        ("DateSent", "2020-01-01", 0),
        ("DateSent>", "2020-01-01T10:00:00Z", 1),
        ("DateSent>", "2999-01-01", 0),
    ],
)
def test_messages__filtered_by_date(phone: Telephone, name: str, value: str, found: int) -> None:
    rest(phone, "POST", "Messages.json", To=CALLER, From=LINE, Body="Bonjour")
    phone.settle()
    assert len(rest(phone, "GET", "Messages.json", **{name: value}).json()["messages"]) == found


def test_calls__create_list_read_and_update(product: Product, phone: Telephone) -> None:
    product.documents["/out"] = '<Gather timeout="60"/>'
    sent = rest(phone, "POST", "Calls.json", To=AGENT, From=LINE, Url=product.base + "/out")
    made = held(sent, "/Calls.json", "post")
    assert (made["status"], made["direction"]) == ("queued", "outbound-api")
    phone.settle()
    phone.answer(AGENT)
    one = held(rest(phone, "GET", f"Calls/{made['sid']}.json"), "/Calls/{Sid}.json", "get")
    assert one["status"] == "in-progress"
    held(rest(phone, "POST", f"Calls/{made['sid']}.json", Status="completed"), "/Calls/{Sid}.json", "post")
    phone.settle()
    listed = held(rest(phone, "GET", "Calls.json", Status="completed"), "/Calls.json", "get")
    assert [call["sid"] for call in listed["calls"]] == [made["sid"]]


def test_queues__list_read_and_members(waiting: str, phone: Telephone, product: Product) -> None:
    made = held(rest(phone, "POST", "Queues.json", FriendlyName="autre", MaxSize="5"), "/Queues.json", "post")
    assert made["max_size"] == 5
    listed = held(rest(phone, "GET", "Queues.json"), "/Queues.json", "get")
    assert [queue["friendly_name"] for queue in listed["queues"]] == ["accueil", "autre"]
    sid = listed["queues"][0]["sid"]
    assert held(rest(phone, "GET", f"Queues/{sid}.json"), "/Queues/{Sid}.json", "get")["current_size"] == 1
    path = "/Queues/{QueueSid}/Members.json"
    assert (
        held(rest(phone, "GET", f"Queues/{sid}/Members.json"), path, "get")["queue_members"][0]["position"]
        == 1
    )
    one = "/Queues/{QueueSid}/Members/{CallSid}.json"
    assert held(rest(phone, "GET", f"Queues/{sid}/Members/{waiting}.json"), one, "get")["call_sid"] == waiting
    held(rest(phone, "POST", f"Queues/{sid}/Members/{waiting}.json", Url=product.base + "/next"), one, "post")


def test_conferences__list_read_participants(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = "<Dial><Conference>salle</Conference></Dial>"
    caller = phone.call(CALLER, LINE)["sid"]
    room = held(rest(phone, "GET", "Conferences.json", FriendlyName="salle"), "/Conferences.json", "get")
    sid = room["conferences"][0]["sid"]
    assert (
        held(rest(phone, "GET", f"Conferences/{sid}.json"), "/Conferences/{Sid}.json", "get")["status"]
        == "init"
    )
    people = "/Conferences/{ConferenceSid}/Participants.json"
    sent = rest(phone, "POST", f"Conferences/{sid}/Participants.json", To=AGENT, From=LINE, Label="agent")
    assert held(sent, people, "post")["label"] == "agent"
    phone.answer(AGENT)
    listed = held(rest(phone, "GET", f"Conferences/{sid}/Participants.json"), people, "get")
    assert len(listed["participants"]) == 2
    one = "/Conferences/{ConferenceSid}/Participants/{CallSid}.json"
    path = f"Conferences/{sid}/Participants/{caller}.json"
    assert held(rest(phone, "GET", path), one, "get")["hold"] is False
    assert held(rest(phone, "POST", path, Hold="true", Muted="true"), one, "post")["muted"] is True
    held(rest(phone, "DELETE", path), one, "delete")
    ended = held(
        rest(phone, "POST", f"Conferences/{sid}.json", Status="completed"), "/Conferences/{Sid}.json", "post"
    )
    assert ended["reason_conference_ended"] == "conference-ended-via-api"


def test_recordings__read_and_listen(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = '<Record action="/message"/>'
    call = phone.call(CALLER, LINE)["sid"]
    phone.say(call, "Bonjour, rappelez-moi s’il vous plaît.")
    phone.press(call, "#")
    url = product.to("/message")[0].params["RecordingUrl"]
    sid = url.rpartition("/")[2]
    made = held(rest(phone, "GET", f"Recordings/{sid}.json"), "/Recordings/{Sid}.json", "get")
    assert (made["duration"], made["source"], made["call_sid"]) == ("3", "RecordVerb", call)
    held(rest(phone, "GET", "Recordings.json", CallSid=call), "/Recordings.json", "get")
    sound = rest(phone, "GET", f"Recordings/{sid}.wav")
    assert sound.content[:4] == b"RIFF"
    assert len(sound.content) == 44 + 3 * 8000 * 2
    assert httpx.get(url, trust_env=False).status_code == 401
    held(rest(phone, "DELETE", f"Recordings/{sid}.json"), "/Recordings/{Sid}.json", "delete")
    assert rest(phone, "GET", f"Recordings/{sid}.json").status_code == 404


def test_recordings__of_a_call_begin_stop_and_are_told(
    product: Product, phone: Telephone, waiting: str
) -> None:
    call = waiting
    told = f"{product.base}/recorded"
    begun = rest(
        phone, "POST", f"Calls/{call}/Recordings.json", RecordingChannels="dual", RecordingStatusCallback=told
    )
    made = held(begun, "/Calls/{CallSid}/Recordings.json", "post")
    assert (made["status"], made["channels"], made["source"]) == ("in-progress", 2, "StartCallRecordingAPI")
    assert rest(phone, "GET", f"Recordings/{made['sid']}.wav").status_code == 404
    phone.advance(42)
    phone.hang_up(call)
    phone.settle()
    (heard,) = product.to("/recorded")
    assert (heard.params["RecordingSid"], heard.params["RecordingStatus"]) == (made["sid"], "completed")
    assert (heard.params["RecordingDuration"], heard.params["RecordingSource"]) == (
        "42",
        "StartCallRecordingAPI",
    )
    over = rest(phone, "POST", f"Calls/{call}/Recordings/{made['sid']}.json", Status="stopped")
    assert over.json()["code"] == 21220
    assert rest(phone, "POST", f"Calls/{call}/Recordings.json").json()["code"] == 21220


def test_recordings__stopped_before_the_call_ends(phone: Telephone, waiting: str) -> None:
    call = waiting
    made = rest(phone, "POST", f"Calls/{call}/Recordings.json").json()
    path = f"Calls/{call}/Recordings/{made['sid']}.json"
    paused = held(
        rest(phone, "POST", path, Status="paused"), "/Calls/{CallSid}/Recordings/{Sid}.json", "post"
    )
    assert paused["status"] == "paused"
    stopped = held(
        rest(phone, "POST", path, Status="stopped"), "/Calls/{CallSid}/Recordings/{Sid}.json", "post"
    )
    assert stopped["status"] == "stopped"
    assert rest(phone, "GET", f"Recordings/{made['sid']}.wav").content[:4] == b"RIFF"


@pytest.mark.parametrize(
    ("path", "method", "accepted"),
    [
        ("/Messages.json", "post", rest_messages.CREATE),
        ("/Messages.json", "get", rest_messages.LIST | PAGING),
        ("/Calls.json", "post", rest_calls.CREATE),
        ("/Calls.json", "get", rest_calls.LIST | PAGING),
        ("/Calls/{Sid}.json", "post", rest_calls.UPDATE),
        ("/Queues.json", "post", rest_rooms.QUEUE_CREATE),
        ("/Queues/{QueueSid}/Members/{CallSid}.json", "post", rest_rooms.MEMBER_UPDATE),
        ("/Conferences.json", "get", rest_rooms.CONFERENCE_LIST | PAGING),
        ("/Conferences/{Sid}.json", "post", rest_rooms.CONFERENCE_UPDATE),
        ("/Conferences/{ConferenceSid}/Participants.json", "post", rest_rooms.PARTICIPANT_CREATE),
        ("/Conferences/{ConferenceSid}/Participants/{CallSid}.json", "post", rest_rooms.PARTICIPANT_UPDATE),
        ("/Recordings.json", "get", rest_recordings.LIST | PAGING),
        ("/Calls/{CallSid}/Recordings.json", "post", rest_recordings.CREATE),
        ("/Calls/{CallSid}/Recordings/{Sid}.json", "post", rest_recordings.UPDATE),
    ],
)
def test_parameters__those_accepted_are_published(path: str, method: str, accepted: frozenset[str]) -> None:
    operation = _operation(path, method)
    published = {one["name"] for one in operation.get("parameters", []) if one["in"] == "query"}
    for content in operation.get("requestBody", {}).get("content", {}).values():
        published |= set(content["schema"]["properties"])
    assert accepted - published == set()


def test_parameters__an_unknown_one_is_noted(phone: Telephone) -> None:
    rest(phone, "POST", "Messages.json", To=CALLER, From=LINE, Body="Bonjour", Colour="blue")
    assert [note["rule"] for note in phone.debugger()] == ["rest_parameter"]


@pytest.mark.parametrize("auth", [None, (ACCOUNT_SID, "wrong"), ("AC" + "0" * 32, AUTH_TOKEN)])
def test_authentication__is_required(phone: Telephone, auth: tuple[str, str] | None) -> None:
    url = f"{phone.base_url}/2010-04-01/Accounts/{ACCOUNT_SID}/Calls.json"
    with httpx.Client(trust_env=False, auth=auth) as client:
        answer = client.get(url)
    assert answer.status_code == 401
    assert answer.json() == {
        "code": 20003,
        "message": "Authenticate",
        "more_info": "https://www.twilio.com/docs/errors/20003",
        "status": 401,
    }


@pytest.mark.parametrize(
    ("path", "params", "status", "code"),
    [
        ("Calls.json", {"From": LINE, "Url": "http://127.0.0.1/"}, 400, 21201),
        ("Calls.json", {"To": "0123", "From": LINE, "Url": "http://127.0.0.1/"}, 400, 21211),
        ("Calls.json", {"To": AGENT, "From": "+33199009999", "Url": "http://127.0.0.1/"}, 400, 21210),
        ("Calls.json", {"To": AGENT, "From": LINE}, 400, 21205),
        ("Calls/CA00.json", {"Status": "completed"}, 404, 20404),
        ("Nothing.json", {}, 404, 20404),
        ("Messages.json", {"To": CALLER, "From": LINE}, 400, 21602),
        ("Messages.json", {"From": LINE, "Body": "x"}, 400, 21604),
        ("Messages.json", {"To": CALLER, "From": "+33199009999", "Body": "x"}, 400, 21606),
        ("Messages.json", {"To": CALLER, "From": LINE, "Body": "x" * 1601}, 400, 21617),
    ],
)
def test_refusal__carries_its_number(
    phone: Telephone, path: str, params: dict[str, str], status: int, code: int
) -> None:
    answer = rest(phone, "POST", path, **params)
    assert (answer.status_code, answer.json()["code"], answer.json()["status"]) == (status, code, status)


class _Elsewhere(HttpClient):  # type: ignore[misc,unused-ignore]
    """Twilio's library, sent to the simulator."""

    def __init__(self, base: str) -> None:
        super().__init__(None, False, None)
        self.base = base

    def request(
        self, method: str, url: str, params: Any = None, data: Any = None, *rest_: Any, **more: Any
    ) -> Response:
        auth = more.get("auth") or (rest_[1] if len(rest_) > 1 else None)
        target = url.replace("https://api.twilio.com", self.base)
        with httpx.Client(auth=auth, trust_env=False) as client:
            answer = client.request(method, target, params=params, data=data)
        return Response(answer.status_code, answer.text)


def test_library__drives_the_simulator(phone: Telephone) -> None:
    client = Client(ACCOUNT_SID, AUTH_TOKEN, http_client=_Elsewhere(phone.base_url))
    sent = client.messages.create(to=CALLER, from_=LINE, body="Bonjour")
    phone.settle()
    assert client.messages(sent.sid).fetch().status == "delivered"
    assert [message.sid for message in client.messages.list(to=CALLER)] == [sent.sid]
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(to="+33639980002", from_=LINE, body="Bonjour")
    assert refused.value.code == 21614
