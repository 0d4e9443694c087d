"""Whatever the script and the caller: a question is spoken inside its Gather, so keys are heard during speech."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from channels_in.phone.twiml import Voice, WebhookUrls, step_document
from grc.voice_script import Input, Script, script_from_json
from tests.grc.voice_script.calls import Call
from tests.grc.voice_script.random_scripts import valid_scripts
from tests.grc.voice_script.test_branches import bilingual
from tests.grc.voice_script.test_properties import INPUTS
from tests.grc.voice_script.test_random_scripts import SITUATIONS

URLS = WebhookUrls("https://grc.example.org")
VOICE = Voice("Polly.Lea", others={"en": "Polly.Amy"})
PAIRS = {("Polly.Lea", "fr-FR"), ("Polly.Amy", "en-GB")}


def document(call: Call) -> ET.Element:
    return ET.fromstring(step_document(call.step, urls=URLS, voice=VOICE, queue="accueil"))


@settings(max_examples=200, deadline=None)
@given(script=valid_scripts(), situation=SITUATIONS, inputs=st.lists(INPUTS, max_size=15))
def test_documents__keys_are_heard_during_speech(
    script: Script, situation: dict[str, Any], inputs: list[Input]
) -> None:
    call = Call(script, **situation)
    for item in inputs:
        root = document(call)
        assert {(say.get("voice"), say.get("language")) for say in root.iter("Say")} <= PAIRS
        if call.step.expect.kind == "keys":
            assert [verb.tag for verb in root] == ["Gather"]
            assert "dtmf" in root[0].attrib["input"].split()
            assert root[0].attrib["actionOnEmptyResult"] == "true"
            assert {say.tag for say in root[0]} <= {"Say"}
        call.give(item)


def test_documents__follow_the_language_of_the_call() -> None:
    call = Call(script_from_json(bilingual()))
    call.press("8")
    gather = document(call)[0]
    assert gather.attrib["language"] == "en-GB"
    assert [(say.get("voice"), say.get("language"), say.text) for say in gather] == [
        ("Polly.Amy", "en-GB", "Hello."),
        ("Polly.Amy", "en-GB", "for somebody, press 1."),
        ("Polly.Lea", "fr-FR", "pour écouter nos horaires, tapez 2."),
        ("Polly.Amy", "en-GB", "for English, press 8."),
        ("Polly.Lea", "fr-FR", "pour le français, tapez 9."),
        ("Polly.Amy", "en-GB", "to speak to somebody, press 0."),
    ]


def test_documents__a_language_without_a_voice_is_left_to_the_provider() -> None:
    data = bilingual()
    data["nodes"]["menu"]["choices"][2] = {
        "key": "8", "wording": "l'espagnol", "next": "menu", "sets": {"language": "es"},
        "wordings": {"es": "español"},
    }  # fmt: skip
    data["phrases"] = {"choice@es": "para {wording}, pulse {key}."}
    says = [(say.attrib, say.text) for say in document(Call(script_from_json(data))).iter("Say")]
    assert ({"language": "es-ES"}, "para español, pulse 8.") in says
