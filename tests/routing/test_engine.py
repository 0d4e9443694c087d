from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.enums import Priority
from grc.errors import Invalid
from routing.engine import (
    Assignment,
    Body,
    Decision,
    Place,
    Rule,
    Subject,
    TeamRef,
    Zone,
    decide,
    rule_condition,
)

RECEPTION = TeamRef("accueil", "Accueil")
APA = TeamRef("apa", "Équipe APA")
APA_ARRAS = TeamRef("apa_arras", "Équipe APA d’Arras")
ELDERS = TeamRef("autonomie", "Pôle autonomie")
ELDERS_ARRAS = TeamRef("autonomie_arras", "Autonomie Arras")
TOWN_TEAM = TeamRef("mairie_b", "Mairie de Bertincourt")
ZONE = ("mds", "arrageois")
ARRAS = Place("62041", "Arras", "62", zones=(Zone("mds", "arrageois", "Arrageois"),))
LILLE = Place("59350", "Lille", "59")
BERTINCOURT = Place("62117", "Bertincourt", "62", zones=(Zone("commune", "62117", "Bertincourt"),))
TOPIC = Subject(
    ("autonomie", "apa", "apa_demande"),
    ("Autonomie", "APA", "Demander l’APA"),
    layer="mds",
    competent_kind="departement",
)
PASSPORT = Subject(
    ("etat_civil", "passeport"), ("État civil", "Passeport"), layer="commune", competent_kind="commune"
)
DEPARTEMENT = Body("cd62", "Département", "departement", RECEPTION, departement="62")
TOWN = Body(
    "bertincourt",
    "Commune de Bertincourt",
    "commune",
    TOWN_TEAM,
    communes=frozenset({"62117"}),
    assignments=(Assignment("etat_civil", ("commune", "62117"), TOWN_TEAM),),
)
ALL = (
    Assignment("apa_demande", ZONE, TeamRef("1", "Un")),
    Assignment("apa_demande", None, TeamRef("2", "Deux")),
    Assignment("apa", ZONE, TeamRef("3", "Trois")),
    Assignment("apa", None, TeamRef("4", "Quatre")),
    Assignment("autonomie", ZONE, TeamRef("5", "Cinq")),
    Assignment("autonomie", None, TeamRef("6", "Six")),
    Assignment("", ZONE, TeamRef("7", "Sept")),
    Assignment("", None, TeamRef("8", "Huit")),
)


def decided(
    *assignments: Assignment, subject: Subject | None = TOPIC, place: Place | None = ARRAS
) -> Decision:
    return decide(subject=subject, place=place, facts={}, here=replace(DEPARTEMENT, assignments=assignments))


@pytest.mark.parametrize(
    ("left", "expected"),
    [(0, "1"), (1, "2"), (2, "3"), (3, "4"), (4, "5"), (5, "6"), (6, "7"), (7, "8"), (8, "accueil")],
)
def test_decide__most_precise_assignment_first(left: int, expected: str) -> None:
    assert decided(*ALL[left:]).team.code == expected


def test_decide__zone_of_the_layer_of_the_topic() -> None:
    other = replace(ARRAS, zones=(Zone("cpam", "arrageois", "Artois"),))
    decision = decided(*ALL, place=other)
    assert decision.zone is None
    assert decision.team.code == "2"
    assert "Arras n’est dans aucun de nos territoires." in decision.reasons


def test_decide__says_each_step() -> None:
    decision = decided(Assignment("autonomie", ZONE, ELDERS_ARRAS))
    assert decision.reasons == (
        "Thème : Autonomie › APA › Demander l’APA.",
        "Arras est dans le territoire « Arrageois ».",
        "Département est compétent pour « Demander l’APA ».",
        "Aucune équipe n’est désignée pour « Demander l’APA » sur le territoire « Arrageois ».",
        "Aucune équipe n’est désignée pour « Demander l’APA ».",
        "Aucune équipe n’est désignée pour « APA » sur le territoire « Arrageois ».",
        "Aucune équipe n’est désignée pour « APA ».",
        "Autonomie Arras est désignée pour « Autonomie » sur le territoire « Arrageois ».",
    )


def test_decide__closed_team_is_passed_over() -> None:
    closed = replace(APA_ARRAS, open=False)
    decision = decided(Assignment("apa_demande", ZONE, closed), Assignment("apa_demande", None, APA))
    assert decision.team == APA
    assert (
        "Équipe APA d’Arras, désignée pour « Demander l’APA » sur le territoire « Arrageois », est fermée."
        in (decision.reasons)
    )


def test_decide__nothing_known_goes_to_reception() -> None:
    decision = decide(subject=None, place=None, facts={}, here=DEPARTEMENT)
    assert decision.team == RECEPTION
    assert decision.competent is True
    assert decision.reasons == (
        "Le thème de la demande n’est pas encore connu.",
        "La commune n’est pas connue.",
        "Département traite cette demande.",
        "Accueil reçoit ce qu’aucune équipe n’attend.",
    )


def test_decide__nobody_here_is_competent() -> None:
    subject = replace(TOPIC, competent_kind="caf", competent_name="CAF du Pas-de-Calais")
    decision = decide(subject=subject, place=ARRAS, facts={}, here=replace(DEPARTEMENT, assignments=ALL))
    assert decision.competent is False
    assert decision.team == RECEPTION
    assert decision.reasons[-2:] == (
        "Personne ici n’est compétent pour « Demander l’APA » : l’organisme compétent est CAF du Pas-de-Calais.",
        "Accueil oriente la personne.",
    )


def test_decide__a_town_not_on_the_platform() -> None:
    decision = decide(subject=PASSPORT, place=ARRAS, facts={}, here=DEPARTEMENT, others=(TOWN,))
    assert decision.competent is False
    assert decision.reasons[-2].endswith("l’organisme compétent est la mairie (Arras).")


def test_decide__a_town_on_the_platform_takes_what_is_its_own() -> None:
    decision = decide(subject=PASSPORT, place=BERTINCOURT, facts={}, here=DEPARTEMENT, others=(TOWN,))
    assert (decision.organisation, decision.team) == ("bertincourt", TOWN_TEAM)
    assert decision.zone == Zone("commune", "62117", "Bertincourt")
    assert "Commune de Bertincourt est compétent pour « Passeport » à Bertincourt." in decision.reasons


def test_decide__out_of_the_territory() -> None:
    decision = decide(subject=TOPIC, place=LILLE, facts={}, here=replace(DEPARTEMENT, assignments=ALL))
    assert decision.competent is False
    assert decision.team == RECEPTION
    assert (
        "Lille est hors du territoire de l’organisme « Département » : l’organisme compétent est ailleurs."
        in decision.reasons
    )


def test_decide__first_true_rule_wins_over_assignments() -> None:
    rules = (
        Rule("Le soir", rule_condition({"fact": "now", "matches": {"from": "18:00", "to": "08:00"}}), APA),
        Rule("Sans langue", rule_condition({"fact": "language", "is": "ar"}), ELDERS),
        Rule("Guichet", rule_condition({"fact": "channel", "is": "counter"}), ELDERS_ARRAS, Priority.HIGH),
        Rule("Toujours", rule_condition({"all": []}), APA),
    )
    facts = {"now": datetime(2026, 11, 16, 9, 0, tzinfo=UTC), "channel": "counter"}
    here = replace(DEPARTEMENT, assignments=ALL)
    decision = decide(subject=TOPIC, place=ARRAS, facts=facts, here=here, rules=rules)
    assert (decision.team, decision.priority, decision.rule) == (ELDERS_ARRAS, Priority.HIGH, "Guichet")
    assert decision.reasons[-1].startswith(
        "La règle « Guichet » s’applique : Autonomie Arras, priorité haute."
    )
    assert [step.decided for step in decision.considered if step.what == "rule"] == [False, False, True]


def test_decide__rules_that_do_not_apply_are_told_in_one_sentence() -> None:
    rules = (
        Rule("A", rule_condition({"fact": "answer.danger", "is": "oui"}), APA),
        Rule("B", rule_condition({"all": []}), replace(APA, open=False)),
    )
    decision = decide(
        subject=TOPIC, place=ARRAS, facts={}, here=replace(DEPARTEMENT, assignments=ALL), rules=rules
    )
    assert decision.team.code == "1"
    assert "Aucune des 2 règles ne s’applique." in decision.reasons
    assert "La règle « B » désigne Équipe APA, équipe fermée." in [s.sentence for s in decision.considered]


def test_rule_condition__refuses_an_unknown_fact() -> None:
    with pytest.raises(Invalid) as refused:
        rule_condition({"fact": "colour", "is": "red"})
    assert refused.value.fields == {"$.fact": ["Le fait «\u00a0colour\u00a0» n’existe pas."]}


CODES = st.sampled_from(["a", "b", "c", ""])
TEAMS = st.builds(TeamRef, st.sampled_from("xyz"), st.just("Équipe"), st.booleans())
ZONES = st.sampled_from([None, ("l", "1"), ("l", "2"), ("m", "1")])
PLACES = st.one_of(
    st.none(),
    st.builds(
        Place,
        st.sampled_from(["62041", "62117"]),
        st.just("Ville"),
        st.sampled_from(["62", "59"]),
        zones=st.lists(
            st.builds(Zone, st.sampled_from("lm"), st.sampled_from("12"), st.just("Zone")), max_size=2
        ).map(tuple),
    ),
)
SUBJECTS = st.one_of(
    st.none(),
    st.lists(st.sampled_from("abc"), min_size=1, max_size=3, unique=True).flatmap(
        lambda path: st.builds(
            Subject,
            st.just(tuple(path)),
            st.just(tuple(path)),
            st.sampled_from(["", "l", "m"]),
            st.sampled_from(["", "departement", "commune", "caf", "inconnu"]),
        )
    ),
)
CONDITIONS: st.SearchStrategy[Any] = st.sampled_from(
    [{"all": []}, {"any": []}, {"fact": "channel", "is": "sms"}, {"fact": "age", "greater": 60}]
)
RULES = st.lists(st.builds(Rule, st.just("Règle"), CONDITIONS.map(rule_condition), TEAMS), max_size=4).map(
    tuple
)
BODIES = st.builds(
    Body,
    st.sampled_from(["o1", "o2"]),
    st.just("Organisme"),
    st.sampled_from(["departement", "commune"]),
    st.just(RECEPTION),
    st.sampled_from(["", "62"]),
    st.sampled_from([frozenset(), frozenset({"62117"})]),
    st.lists(st.builds(Assignment, CODES, ZONES, TEAMS), max_size=8).map(tuple),
)


@given(SUBJECTS, PLACES, st.lists(BODIES, min_size=1, max_size=3), RULES, st.sampled_from(["sms", None]))
def test_decide__always_an_open_team_with_reasons_and_the_same_twice(
    subject: Subject | None,
    place: Place | None,
    bodies: list[Body],
    rules: tuple[Rule, ...],
    channel: str | None,
) -> None:
    here, *others = bodies

    def run() -> Decision:
        return decide(
            subject=subject, place=place, facts={"channel": channel}, here=here, others=others, rules=rules
        )

    decision = run()
    assert decision.team.open
    assert decision.reasons
    assert all(sentence.strip() for sentence in decision.reasons)
    assert sum(step.decided for step in decision.considered) == 1
    assert run() == decision
    if not decision.competent and not decision.rule:
        assert decision.team == here.fallback
