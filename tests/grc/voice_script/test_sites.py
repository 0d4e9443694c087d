"""Where to go: the nearest reception points, their hours, the address by text."""

from dataclasses import replace

from tests.grc.voice_script.calls import Call

SAID = (
    "Votre commune est Arras.",
    "Voici les lieux d'accueil de votre territoire.",
    "MDS d'Arras, 12 rue de l'Exemple.",
    "Ouvert aujourd'hui jusqu'à 17 h.",
    "Hôtel du Département, 1 place de l'Exemple.",
    "Fermé pour le moment.",
)
TEXT = "pour recevoir cette adresse par SMS, tapez 1."


def to_sites(call: Call, code: str = "62000") -> Call:
    call.press("5", "5", code)
    return call


def test_sites__two_are_said_with_their_hours() -> None:
    call = to_sites(Call())
    assert call.step.say == (*SAID, "pour continuer, tapez 2.", "pour parler à un agent, tapez 0.")
    assert call.names == []


def test_sites__address_leaves_by_text_and_the_call_goes_on() -> None:
    call = to_sites(Call(may_text=True))
    assert TEXT in call.step.say
    call.press("1")
    assert [(effect.name, dict(effect.values)) for effect in call.done] == [
        ("text_sites", {"sites": "mds_arras,hotel"})
    ]
    assert call.step.say[0] == "L'adresse vous est envoyée par SMS."
    assert call.state.node == "after_status"


def test_sites__no_text_without_a_mobile() -> None:
    call = to_sites(Call())
    assert TEXT not in call.step.say
    call.press("1")
    assert call.names == []
    assert call.step.say[0] == "Je n'ai pas reconnu votre choix."


def test_sites__no_text_on_a_discreet_topic() -> None:
    call = Call(may_text=True)
    call.state = replace(call.state, facts={"discretion": "discreet"})
    assert TEXT not in to_sites(call).step.say


def test_sites__none_goes_on() -> None:
    call = Call()
    call.press("5", "5", "62100", "1")
    assert "Nous n'avons pas de lieu d'accueil à vous indiquer." in call.step.say
    assert call.state.node == "after_status"


def test_sites__repeats_and_leads_to_a_human() -> None:
    call = to_sites(Call())
    call.press("*")
    assert SAID[2] in call.step.say
    call.press("0")
    assert call.state.node == "queue"


def test_sites__three_silences_lead_to_a_human() -> None:
    call = to_sites(Call())
    call.silence()
    call.silence()
    assert call.state.node == "sites"
    call.silence()
    assert call.state.node == "queue"
