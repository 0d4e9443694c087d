"""What a caller hears and what is done, node by node, on the demo's script."""

import pytest

from grc.voice_script import (
    Effect,
    Input,
    again,
    callback_number,
    reference_grouped,
    wait_step,
)
from grc.voice_script.phrases import speech_has, spoken_digits
from tests.grc.voice_script.calls import CALLER, CLOSED, REFERENCE, Call


def test_start__greets_and_reads_the_menu() -> None:
    call = Call()
    assert call.step.say[0].startswith("Bonjour")
    assert "pour suivre une demande déjà faite, tapez 9." in call.step.say
    assert call.step.say[-1] == "pour parler à un agent, tapez 0."
    assert (call.step.expect.kind, call.step.expect.num_digits, call.step.expect.speech) == ("keys", 1, True)
    assert call.state.step == 1


def test_call__topic_and_place_open_the_ticket_before_the_wait() -> None:
    call = Call()
    call.press("2", "1", "62000")
    assert call.done == [
        Effect(
            "open_ticket",
            {
                "theme": "logement",
                "topic": "",
                "postal_code": "62000",
                "commune_code": "62041",
                "commune_name": "Arras",
                "discretion": "",
            },
        ),
        Effect(
            "enqueue",
            {
                "theme": "logement",
                "topic": "",
                "commune_code": "62041",
                "discretion": "",
                "reference": REFERENCE,
            },
        ),
    ]
    assert (
        "Votre référence est 123, 456, 7897. Je répète, chiffre par chiffre : 1 2 3, 4 5 6, 7 8 9 7."
        in call.step.say
    )
    assert call.state.waiting
    assert call.state.step == 4


def test_call__speech_chooses_like_keys() -> None:
    call = Call()
    call.speak("c'est pour mon logement")
    call.speak("Un problème de loyer")
    call.speak("62 000")
    assert call.names == ["open_ticket", "enqueue"]
    assert call.done[0].values["theme"] == "logement"


def test_call__human_is_one_key_away_without_ticket() -> None:
    call = Call()
    call.press("0")
    assert call.names == ["enqueue"]
    assert call.state.waiting


def test_call__spoken_word_for_a_person_reaches_one() -> None:
    call = Call()
    call.speak("je veux parler à un conseiller")
    assert call.state.waiting


def test_menu__silence_is_repeated_twice_then_a_human() -> None:
    call = Call()
    first = call.silence()
    assert first.say[0] == "Je n'ai rien entendu."
    assert first.expect.kind == "keys"
    second = call.silence()
    assert second.say[0] == "Je n'ai rien entendu."
    assert second.expect.kind == "keys"
    third = call.silence()
    assert third.say[0] == "Je vous mets en relation avec un agent."
    assert third.expect.kind == "wait"


def test_menu__wrong_key_is_told_and_repeated() -> None:
    call = Call()
    step = call.press("8")
    assert step.say[0] == "Je n'ai pas reconnu votre choix."
    assert "pour parler à un agent, tapez 0." in step.say


def test_menu__star_says_it_again_without_counting() -> None:
    call = Call()
    call.press("*", "*", "*", "*")
    assert call.step.say[0] == "De quoi voulez-vous parler ? Dites-le, ou choisissez."
    assert call.state.misses == 0


def test_postal_code__several_communes_are_read_out() -> None:
    call = Call()
    step = call.press("2", "1", "62100")
    assert "pour Calais, tapez 1." in step.say
    assert "pour Calais-Nord, tapez 2." in step.say
    call.press("2")
    assert call.done[0].values["commune_code"] == "62999"


def test_postal_code__longest_name_heard_wins() -> None:
    call = Call()
    call.press("2", "1", "62100")
    call.speak("Calais Nord")
    assert call.done[0].values["commune_name"] == "Calais-Nord"


def test_postal_code__more_than_six_communes_come_in_pages() -> None:
    call = Call()
    step = call.press("2", "1", "62130")
    assert "pour les communes suivantes, tapez 8." in step.say
    assert "pour Village7, tapez 1." not in step.say
    step = call.press("8")
    assert "pour Village7, tapez 1." in step.say
    assert "pour donner un autre code postal, tapez 9." in step.say
    call.press("2")
    assert call.done[0].values["commune_name"] == "Village8"


def test_postal_code__other_code_can_be_given() -> None:
    call = Call()
    call.press("2", "1", "62100", "9", "62000")
    assert call.done[0].values["commune_name"] == "Arras"


def test_postal_code__unknown_twice_asked_again_then_human_without_ticket() -> None:
    call = Call()
    step = call.press("2", "1", "99999")
    assert step.say[0] == "Je ne trouve pas ce code postal."
    call.press("00000", "1")
    assert call.names == ["enqueue"]
    assert call.done[0].values["theme"] == "logement"
    assert call.state.waiting


def test_ticket__same_need_twice_opens_one() -> None:
    call = Call()
    call.press("2", "1", "62000")
    call.give(Input.returned("queue-full"))
    call.press("0")
    assert call.names == ["open_ticket", "enqueue", "enqueue"]


def test_ticket__discreet_topic_asks_nothing_about_identity() -> None:
    call = Call()
    call.press("3", "2")
    assert "Composez le 119." in call.step.say
    call.press("62000")
    assert call.done[0].values["discretion"] == "discreet"
    assert "Nous ne vous demandons ni votre nom ni votre adresse." in call.step.say


def test_ticket__another_theme_forgets_the_discretion() -> None:
    call = Call(line_open=False)
    call.press("1", "3", "2", "62000")
    call2 = Call()
    call2.state = call.state
    call2.state = type(call.state)(node="main_menu", facts=call.state.facts, expect=call.step.expect)
    call2.press("2", "1", "62000")
    assert call2.done[0].values["discretion"] == ""
    assert call2.done[0].values["theme"] == "logement"


def test_closed__hours_are_said_and_a_callback_is_owed() -> None:
    call = Call(line_open=False)
    assert CLOSED in call.step.say
    assert call.step.say[-1] == "pour être rappelé par un agent, tapez 0."
    step = call.press("1", "2", "1", "62000")
    assert step.say[-3:] == (
        "pour confirmer, tapez 1.",
        "pour être rappelé à un autre numéro, tapez 2.",
        "pour ne pas être rappelé, tapez 3.",
    )
    step = call.press("1")
    assert call.names == ["open_ticket", "owe_callback"]
    assert call.done[1].values["number"] == CALLER
    assert call.done[1].values["reference"] == REFERENCE
    assert call.done[1].values["keep_place"] == ""
    assert step.expect.kind == "hangup"


def test_closed__key_zero_leaves_a_callback_without_ticket() -> None:
    call = Call(line_open=False)
    call.press("0", "1")
    assert call.names == ["owe_callback"]


def test_closed__silent_caller_without_a_need_is_not_called_back() -> None:
    call = Call(line_open=False)
    for _ in range(6):
        call.silence()
    assert call.done == []
    assert call.state.ended


def test_closed__silent_caller_with_a_ticket_is_called_back() -> None:
    call = Call(line_open=False)
    call.press("1", "2", "1", "62000")
    for _ in range(3):
        call.silence()
    assert call.names == ["open_ticket", "owe_callback"]


def test_closed__silent_caller_on_a_discreet_topic_is_not_called_back() -> None:
    call = Call(line_open=False)
    call.press("1", "3", "2", "62000")
    for _ in range(3):
        call.silence()
    assert call.names == ["open_ticket"]
    assert call.state.ended


def test_callback__hidden_number_is_asked_for() -> None:
    call = Call(line_open=False, caller="")
    step = call.press("0")
    assert "Tapez les dix chiffres du numéro où vous rappeler, puis dièse." in step.say
    step = call.press("0899123456")
    assert step.say[0] == "Nous ne pouvons pas rappeler ce numéro."
    call.press("0612345678")
    assert call.done[0].values["number"] == "+33612345678"


def test_callback__refused_owes_nothing() -> None:
    call = Call(line_open=False)
    call.press("0", "3")
    assert call.done == []
    assert call.state.ended


def test_queue__key_one_keeps_the_place_of_who_is_called_back() -> None:
    call = Call()
    call.press("2", "1", "62000")
    step = call.press("1")
    assert step.expect.kind == "leave"
    call.give(Input.returned("leave"))
    call.press("1")
    assert call.done[-1].name == "owe_callback"
    assert call.done[-1].values["keep_place"] == "1"
    assert call.state.ended


def test_queue__unknown_key_keeps_waiting_on_the_same_step() -> None:
    call = Call()
    call.press("2", "1", "62000")
    before = call.state
    call.press("5")
    assert call.state == before
    assert call.names == ["open_ticket", "enqueue"]


def test_queue__star_says_the_reference_again() -> None:
    call = Call()
    call.press("2", "1", "62000")
    step = call.press("*")
    assert step.say == (
        "Votre référence est 123, 456, 7897. Je répète, chiffre par chiffre : 1 2 3, 4 5 6, 7 8 9 7.",
    )
    assert step.expect.kind == "wait"


@pytest.mark.parametrize(
    ("result", "kind"),
    [("hangup", "hangup"), ("bridged", "hangup"), ("redirected", "nothing"), ("system-error", "keys")],
)
def test_queue__end_of_the_waiting_room(result: str, kind: str) -> None:
    call = Call()
    call.press("0")
    assert call.give(Input.returned(result)).expect.kind == kind


def test_queue__busy_is_proposed_once_then_waits() -> None:
    call = Call(all_busy=True)
    step = call.press("2", "1", "62000")
    assert "pour être rappelé sans perdre votre place, tapez 1." in step.say
    assert call.names == ["open_ticket"]
    call.press("2")
    assert call.names == ["open_ticket", "enqueue"]
    assert call.state.waiting


def test_queue__busy_and_zero_waits_rather_than_asking_again() -> None:
    call = Call(all_busy=True)
    call.press("0", "0")
    assert call.state.waiting


def test_status__found_is_said() -> None:
    call = Call()
    call.press("9", REFERENCE)
    assert call.step.say[0] == "Tapez maintenant les six chiffres du code secret, puis dièse."
    step = call.press("424242")
    assert step.say[0] == "Votre demande est en cours."
    assert call.done == [Effect("check_status", {"reference": REFERENCE, "code": "424242"})]
    assert "424242" not in str(call.state)


def test_status__wrong_check_digit_is_refused_politely() -> None:
    call = Call()
    step = call.press("9", "1234567890")
    assert step.say[0].startswith("Cette référence ne semble pas exacte.")
    assert call.done == []


def test_status__refused_pair_three_times_then_human() -> None:
    call = Call()
    call.press("9")
    for _ in range(3):
        call.press(REFERENCE, "000000")
    assert call.names == ["check_status", "check_status", "check_status", "enqueue"]


def test_status__limit_gives_the_other_ways_and_a_human() -> None:
    call = Call()
    step = call.press("9", REFERENCE, "999999")
    assert step.say[0] == "Trop d'essais pour cette référence."
    assert call.state.waiting


def test_voicemail__kept_then_ended() -> None:
    call = Call()
    call.press("0", "2")
    step = call.give(Input.returned("leave"))
    assert (step.expect.kind, step.expect.max_seconds) == ("record", 120)
    call.give(Input.returned("recorded", recording_url="https://example.org/r/1", seconds="12"))
    assert call.done[-1] == Effect(
        "keep_voicemail", {"recording_url": "https://example.org/r/1", "seconds": "12", "reference": ""}
    )
    assert call.state.ended


def test_again__answers_the_same_without_effects() -> None:
    call = Call()
    step = call.press("2", "1", "62000")
    repeat = again(call.state)
    assert (repeat.say, repeat.expect, repeat.effects) == (step.say, step.expect, ())


def test_advance__an_ended_call_answers_its_last_words() -> None:
    call = Call(line_open=False)
    last = call.press("0", "3")
    assert call.press("1").say == last.say
    assert call.done == []


def test_wait_step__says_position_wait_and_choices_without_changing_anything() -> None:
    call = Call()
    call.press("2", "1", "62000")
    step = wait_step(
        call.script, call.state, position_sentence="Votre appel est le prochain.", wait_sentence=""
    )
    assert step.say == (
        "Votre appel est le prochain.",
        "Vous pouvez rester en ligne, votre place est gardée.",
        "pour être rappelé sans perdre votre place, tapez 1.",
        "pour laisser un message, tapez 2.",
        "pour recevoir par SMS un lien pour continuer seul, tapez 3.",
        "pour réentendre votre référence, tapez étoile.",
    )
    quiet = wait_step(call.script, call.state, information="Le saviez-vous ?", offers=False)
    assert quiet.say == ("Le saviez-vous ?", "pour réentendre votre référence, tapez étoile.")
    assert step.state == call.state
    assert step.effects == ()


@pytest.mark.parametrize(
    ("keys", "number"),
    [
        ("0321216216", "+33321216216"),
        ("0612345678", "+33612345678"),
        ("0639981240", "+33639981240"),
        ("0262901234", "+262262901234"),
        ("0899123456", None),
        ("0033321216", None),
        ("3600", None),
        ("", None),
    ],
)
def test_callback_number__french_numbers_that_cost_nothing(keys: str, number: str | None) -> None:
    assert callback_number(keys) == number


def test_reference_grouped__said_three_three_four() -> None:
    assert reference_grouped("0123456789") == "012, 345, 6789"


def test_spoken_digits__figures_and_words() -> None:
    assert spoken_digits("62 000.") == "62000"
    assert spoken_digits("six deux zéro zéro zéro") == "62000"
    assert spoken_digits("le 2") == "2"
    assert spoken_digits("c'est un 62 000") == "62000"
    assert spoken_digits("je veux un agent") == ""
    assert spoken_digits("je ne sais pas") == ""


def test_speech_has__whole_words_without_accents() -> None:
    assert speech_has("Une aide à l’Étude", "etude") is False
    assert speech_has("C'est pour la SANTÉ.", "santé") is True
    assert speech_has("assurance", "sur") is False
