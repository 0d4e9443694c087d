"""REST: recordings, of messages left and of calls recorded on demand."""

import io
import math
import struct
import wave

from aiohttp import web

from simulators.telephone.call import Call
from simulators.telephone.clock import rfc2822
from simulators.telephone.network import Network
from simulators.telephone.records import Callback, Recording
from simulators.telephone.rest import NETWORK, Json, call_of, form, page
from simulators.telephone.settings import API_VERSION
from simulators.telephone.sms import RestError

LIST = frozenset({"CallSid", "ConferenceSid"})
CREATE = frozenset(
    {
        "RecordingStatusCallbackEvent",
        "RecordingStatusCallback",
        "RecordingStatusCallbackMethod",
        "Trim",
        "RecordingChannels",
        "RecordingTrack",
    }
)
UPDATE = frozenset({"Status", "PauseBehavior"})
RUNNING = frozenset({"in-progress", "paused"})


def _recording_resource(network: Network, made: Recording) -> Json:
    uri = network.settings.resource(f"Recordings/{made.sid}")
    return {
        "sid": made.sid,
        "account_sid": network.settings.account_sid,
        "api_version": API_VERSION,
        "call_sid": made.call_sid,
        "channels": made.channels,
        "conference_sid": made.conference_sid,
        "date_created": rfc2822(made.created),
        "date_updated": rfc2822(made.created),
        "duration": str(made.seconds) if made.status == "completed" else "-1",
        "encryption_details": None,
        "error_code": None,
        "media_url": network.settings.base_url + uri,
        "price": None,
        "price_unit": "EUR",
        "source": made.source,
        "start_time": rfc2822(made.created),
        "status": made.status,
        "subresource_uris": {"transcriptions": f"{uri}/Transcriptions.json"},
        "uri": f"{uri}.json",
    }


def _call_recording_resource(network: Network, made: Recording) -> Json:
    """The same recording seen under its call: Twilio's resource differs there."""
    resource = _recording_resource(network, made)
    del resource["media_url"], resource["subresource_uris"]
    return resource | {
        "track": "both",
        "uri": network.settings.resource(f"Calls/{made.call_sid}/Recordings/{made.sid}.json"),
    }


def tone(seconds: int) -> bytes:
    """A quiet 440 Hz note, mono, 8 kHz, 16 bits: the sound of a recording whose words are text."""
    period = [round(1500 * math.sin(2 * math.pi * 440 * n / 8000)) for n in range(200)]
    second = struct.pack("<200h", *period) * 40
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(second * min(seconds, 600))
    return out.getvalue()


async def recordings(request: web.Request) -> web.Response:
    network, query = request.app[NETWORK], request.query
    rows = [
        _recording_resource(network, made)
        for made in reversed(network.recordings.values())
        if query.get("CallSid", made.call_sid) == made.call_sid
        and query.get("ConferenceSid", made.conference_sid) == made.conference_sid
    ]
    return page(request, "recordings", rows)


async def recording(request: web.Request) -> web.Response:
    """`.json` for the resource; without extension or with `.wav`, the sound."""
    network = request.app[NETWORK]
    sid, _, kind = request.match_info["sid"].partition(".")
    made = network.recordings.get(sid)
    if made is None or kind not in {"json", "wav", ""} or (kind != "json" and made.status != "completed"):
        raise RestError(20404)
    if kind == "json":
        return web.json_response(_recording_resource(network, made))
    return web.Response(body=tone(made.seconds), content_type="audio/x-wav")


async def recording_delete(request: web.Request) -> web.Response:
    sid = request.match_info["sid"].partition(".")[0]
    if request.app[NETWORK].recordings.pop(sid, None) is None:
        raise RestError(20404)
    return web.Response(status=204)


async def call_recordings(request: web.Request) -> web.Response:
    network, call = request.app[NETWORK], call_of(request)
    rows = [
        _call_recording_resource(network, m) for m in network.recordings.values() if m.call_sid == call.sid
    ]
    return page(request, "recordings", rows)


async def call_recording_create(request: web.Request) -> web.Response:
    """Record a call that is under way, until it ends or the recording is stopped."""
    network, call = request.app[NETWORK], call_of(request)
    data = await form(request, CREATE)
    if call.over or call.start is None:
        raise RestError(21220)
    channels = data.get("RecordingChannels", "mono")
    if channels not in {"mono", "dual"}:
        raise RestError(20001, "RecordingChannels")
    made = network.record(call, 0, "StartCallRecordingAPI")
    made.status, made.channels = "in-progress", 2 if channels == "dual" else 1
    events = frozenset(e for given in data.getall("RecordingStatusCallbackEvent", []) for e in given.split())
    callback = Callback(
        data.get("RecordingStatusCallback", ""),
        data.get("RecordingStatusCallbackMethod", "POST"),
        events or frozenset({"completed"}),
    )
    begun = network.clock.seconds()
    made.end = lambda: _end(network, call, made, callback, begun)
    network.when_over(call, made.finish)
    call.note("Record", "La conversation est enregistrée")
    return web.json_response(_call_recording_resource(network, made), status=201)


def _end(network: Network, call: Call, made: Recording, callback: Callback, begun: float) -> None:
    made.seconds = max(1, round(network.clock.seconds() - begun))
    made.status = "completed"
    call.note("Record", f"Conversation de {made.seconds} s enregistrée")
    if "completed" not in callback.events:
        return
    params = [
        ("AccountSid", network.settings.account_sid),
        ("CallSid", made.call_sid),
        ("RecordingSid", made.sid),
        ("RecordingUrl", network.recording_url(made)),
        ("RecordingStatus", "completed"),
        ("RecordingDuration", str(made.seconds)),
        ("RecordingChannels", str(made.channels)),
        ("RecordingStartTime", rfc2822(made.created)),
        ("RecordingSource", made.source),
        ("RecordingTrack", "both"),
    ]
    network.tell(made.call_sid, callback.url, params, callback.method)


async def call_recording_update(request: web.Request) -> web.Response:
    """Pause, resume or stop: `stopped` ends it at once."""
    network, call = request.app[NETWORK], call_of(request)
    made = network.recordings.get(request.match_info["recording"])
    if made is None or made.call_sid != call.sid:
        raise RestError(20404)
    status = (await form(request, UPDATE)).get("Status", "")
    if status not in {"paused", "in-progress", "stopped"}:
        raise RestError(20001, "Status")
    if made.status not in RUNNING:
        raise RestError(21220)
    if status == "stopped":
        made.finish()
    else:
        made.status = status
    resource = _call_recording_resource(network, made)
    return web.json_response(resource | {"status": status})
