"""Which topic a sentence is about, and when nobody may decide it alone."""

from __future__ import annotations

import pytest

from grc.topic_words import TopicWords, topic_clear, topics_ranked

TOPICS = (
    TopicWords("routes", "routes", "Routes", ("route", "verglas")),
    TopicWords("nid_de_poule", "routes", "Nid-de-poule", ("nid de poule", "trou dans la route")),
    TopicWords("salage", "routes", "Neige et salage", ("route pas salée", "verglas")),
    TopicWords("logement", "logement", "Logement", ("loyer",)),
    TopicWords(
        "impaye", "logement", "Impayé de loyer", ("je ne peux plus payer mon loyer", "dette de loyer")
    ),
    TopicWords("apa", "autonomie", "Demander l’APA", ("dossier apa", "aide à domicile")),
    TopicWords("apa_suivi", "autonomie", "Suivre un dossier APA", ("dossier apa", "où en est mon dossier")),
)


def codes(text: str) -> list[str]:
    return [match.code for match in topics_ranked(text, TOPICS)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Bonjour, il y a un NID DE POULE devant chez moi", "nid_de_poule"),
        ("des nids-de-poules partout !!", "nid_de_poule"),
        ("je ne peux plus payer mon loyer ce mois-ci", "impaye"),
        ("la route n'est pas salée", "salage"),
        ("une aide a domicile pour maman", "apa"),
    ],
)
def test_topics_ranked__finds_the_words_people_use(text: str, code: str) -> None:
    matches = topics_ranked(text, TOPICS)
    assert matches[0].code == code
    assert topic_clear(matches) == matches[0]


def test_topics_ranked__says_the_words_it_recognised() -> None:
    match = topics_ranked("un nid de poule", TOPICS)[0]
    assert match.matched[0] == "Nid-de-poule"
    assert (match.theme, match.label) == ("routes", "Nid-de-poule")
    assert 0 < match.confidence <= 1


def test_topic_clear__two_topics_alike_are_left_to_somebody() -> None:
    matches = topics_ranked("mon dossier apa", TOPICS)
    assert {match.code for match in matches[:2]} == {"apa", "apa_suivi"}
    assert topic_clear(matches) is None


@pytest.mark.parametrize("text", ["", "Bonjour", "😀😀", "de la le les", "xyzzy", "?" * 4000])
def test_topics_ranked__nothing_recognised_is_no_topic(text: str) -> None:
    assert topics_ranked(text, TOPICS) == ()
    assert topic_clear(()) is None


def test_topics_ranked__whole_phrase_in_order_is_worth_more_than_its_words_apart() -> None:
    together = topics_ranked("nid de poule", TOPICS)[0].score
    apart = topics_ranked("poule dans son nid", TOPICS)[0].score
    assert together > apart > 0


def test_topics_ranked__limit() -> None:
    assert len(topics_ranked("route loyer dossier apa", TOPICS, limit=2)) == 2
    assert codes("route loyer")[0] in {"routes", "logement"}


def test_topics_ranked__a_letter_alone_says_nothing_but_after_sous() -> None:
    topics = (TopicWords("origines", "famille", "Accès à ses origines", ("ne sous x", "pupille")),)
    assert topics_ranked("Bcc: x", topics) == ()
    assert topics_ranked("x", topics) == ()
    assert [match.code for match in topics_ranked("je suis née sous X", topics)] == ["origines"]
