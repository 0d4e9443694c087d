import json
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.conditions import (
    MAX_DEPTH,
    MAX_NODES,
    TICKET_FACTS,
    AllOf,
    AnyOf,
    Expression,
    FactDef,
    FactType,
    Not,
    describe,
    evaluate,
    facts_of,
    parse,
    to_json,
)
from grc.errors import Invalid

PARIS = ZoneInfo("Europe/Paris")
CATALOGUE = TICKET_FACTS.extended([FactDef("answer.birth", "la date de naissance", FactType.DATE)])
FACTS: dict[str, Any] = {
    "topic": "autonomie/apa/demande",
    "commune": "62041",
    "channel": "phone",
    "difficulty": ["reading", "french"],
    "age": 67,
    "identified": False,
    "received": date(2026, 5, 14),
    "now": datetime(2026, 5, 15, 6, 30, tzinfo=UTC),  # Friday 8:30 in Paris
    "answer.birth": "1958-02-03",
    "language": None,
}


def value_of(data: Any, facts: dict[str, Any] | None = None) -> bool | None:
    return evaluate(parse(data, CATALOGUE), FACTS if facts is None else facts).value


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"fact": "channel", "is": "phone"}, True),
        ({"fact": "channel", "is": "sms"}, False),
        ({"fact": "commune", "in": ["62040", "62041"]}, True),
        ({"fact": "commune", "in": ["62040"]}, False),
        ({"fact": "topic", "under": "autonomie"}, True),
        ({"fact": "topic", "under": "autonomie/apa"}, True),
        ({"fact": "topic", "under": "autonomie/ap"}, False),
        ({"fact": "topic", "under": "autonomie/apa/demande/x"}, False),
        ({"fact": "topic", "is": "autonomie/apa/demande"}, True),
        ({"fact": "difficulty", "contains": "french"}, True),
        ({"fact": "difficulty", "contains": "moving"}, False),
        ({"fact": "age", "between": [60, 67]}, True),
        ({"fact": "age", "between": [68, 70]}, False),
        ({"fact": "age", "greater": 67}, False),
        ({"fact": "age", "greater": 66.5}, True),
        ({"fact": "age", "less": 68}, True),
        ({"fact": "identified", "is": False}, True),
        ({"fact": "received", "before": "2026-05-15"}, True),
        ({"fact": "received", "before": "2026-05-14"}, False),
        ({"fact": "received", "after": "2026-05-13"}, True),
        ({"fact": "received", "between": ["2026-05-14", "2026-05-14"]}, True),
        ({"fact": "answer.birth", "before": "1960-01-01"}, True),
        ({"fact": "now", "after": "2026-05-15T08:29"}, True),
        ({"fact": "now", "before": "2026-05-15T08:30"}, False),
        ({"fact": "now", "matches": {"weekdays": ["friday"]}}, True),
        ({"fact": "now", "matches": {"weekdays": ["monday", "saturday"]}}, False),
        ({"fact": "now", "matches": {"from": "08:30", "to": "12:00"}}, True),
        ({"fact": "now", "matches": {"from": "07:00", "to": "08:30"}}, False),
        ({"fact": "now", "matches": {"from": "21:00", "to": "08:00"}}, False),
        ({"fact": "now", "matches": {"from": "21:00", "to": "09:00"}}, True),
        ({"fact": "now", "matches": {"weekdays": ["friday"], "from": "08:00", "to": "24:00"}}, True),
        ({"fact": "commune", "exists": True}, True),
        ({"fact": "language", "exists": True}, False),
        ({"fact": "zone", "exists": False}, True),
        ({"fact": "language", "is": "fr"}, None),
        ({"fact": "zone", "in": ["a"]}, None),
        ({"all": []}, True),
        ({"any": []}, False),
        ({"all": [{"fact": "channel", "is": "sms"}, {"fact": "zone", "is": "a"}]}, False),
        ({"all": [{"fact": "channel", "is": "phone"}, {"fact": "zone", "is": "a"}]}, None),
        ({"any": [{"fact": "channel", "is": "phone"}, {"fact": "zone", "is": "a"}]}, True),
        ({"any": [{"fact": "channel", "is": "sms"}, {"fact": "zone", "is": "a"}]}, None),
        ({"not": {"fact": "zone", "is": "a"}}, None),
        ({"not": {"fact": "channel", "is": "sms"}}, True),
    ],
)
def test_evaluate__each_comparison(data: Any, expected: bool | None) -> None:
    assert value_of(data) is expected


@pytest.mark.parametrize("wrong", ["67", True, [67], None])
def test_evaluate__a_value_of_another_type_is_unknown(wrong: Any) -> None:
    assert value_of({"fact": "age", "greater": 3}, {"age": wrong}) is None


def test_evaluate__night_window_follows_the_local_clock_in_october() -> None:
    night = {"fact": "now", "matches": {"from": "02:00", "to": "03:00"}}
    for hour in (0, 1):  # 02:30 in summer time, then 02:30 again in winter time
        assert value_of(night, {"now": datetime(2026, 10, 25, hour, 30, tzinfo=UTC)}) is True
    assert value_of(night, {"now": datetime(2026, 10, 25, 2, 30, tzinfo=UTC)}) is False


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"fact": "channel", "is": "phone"}, "Oui : le canal est « Téléphone »."),
        ({"fact": "channel", "is": "sms"}, "Non : le canal est « SMS » (ici : « Téléphone »)."),
        ({"fact": "language", "is": "fr"}, "On ne sait pas : la langue est « fr » (valeur inconnue)."),
        ({"fact": "age", "between": [60, 75]}, "Oui : l’âge de la personne est entre 60 et 75 (ici : 67)."),
        (
            {"not": {"fact": "topic", "under": "handicap"}},
            "Oui : il n’est pas vrai que le thème relève de « handicap ».",
        ),
        ({"not": {"fact": "zone", "exists": True}}, "Oui : il n’est pas vrai qu’on connaît le territoire."),
        (
            {
                "any": [
                    {"fact": "channel", "in": ["sms", "email"]},
                    {"all": [{"fact": "age", "greater": 60}, {"fact": "received", "after": "2026-01-01"}]},
                ]
            },
            (
                "Oui : le canal est « SMS » ou « Courriel » ou "
                "(l’âge de la personne dépasse 60 et la date de réception est après le 01/01/2026)."
            ),
        ),
        (
            {"fact": "now", "matches": {"weekdays": ["saturday", "monday"], "from": "08:00", "to": "12:30"}},
            (
                "Non : le moment tombe le lundi ou le samedi entre 8 h et 12 h\u00a030 "
                "(ici : 15/05/2026 à 08:30)."
            ),
        ),
    ],
)
def test_sentence__says_the_condition_and_the_value(data: Any, sentence: str) -> None:
    assert evaluate(parse(data, CATALOGUE), FACTS).sentence == sentence


def test_reasons__only_what_decided() -> None:
    data = {
        "all": [
            {"fact": "topic", "under": "autonomie"},
            {"any": [{"fact": "commune", "is": "62041"}, {"fact": "age", "less": 18}]},
        ]
    }
    assert evaluate(parse(data, CATALOGUE), FACTS).reasons() == [
        "Oui : le thème relève de « autonomie » (ici : « autonomie/apa/demande »).",
        "Oui : la commune est « 62041 ».",
    ]


def test_facts_of__names_what_is_read() -> None:
    data = {"any": [{"fact": "age", "less": 3}, {"not": {"fact": "zone", "exists": True}}]}
    assert facts_of(parse(data, CATALOGUE)) == {"age", "zone"}


def test_describe__long_lists_are_counted() -> None:
    communes = [f"62{n:03d}" for n in range(40)]
    assert (
        describe(parse({"fact": "commune", "in": communes}, CATALOGUE))
        == "la commune est l’une des 40 valeurs prévues"
    )


@pytest.mark.parametrize(
    ("data", "path", "sentence"),
    [
        ([], "$", "Une condition est attendue ici."),
        ({}, "$", "Une condition est attendue ici."),
        ({"fact": "nope", "is": 1}, "$.fact", "Le fait « nope » n’existe pas."),
        ({"fact": ["x"], "is": 1}, "$.fact", "Le fait « ['x'] » n’existe pas."),
        (
            {"fact": "identified"},
            "$",
            "Une seule comparaison est attendue, parmi : is, exists.",
        ),
        (
            {"fact": "identified", "greater": 3},
            "$",
            (
                "La comparaison « greater » ne s’applique pas à l’identification de la personne ; "
                "sont possibles : is, exists."
            ),
        ),
        (
            {"fact": "confidentiality", "is": "secret"},
            "$.is",
            "« secret » n’est pas une valeur possible ; les valeurs sont : normal, discreet, anonymous.",
        ),
        ({"fact": "age", "is": "12"}, "$.is", "Un nombre est attendu ici."),
        ({"fact": "age", "is": True}, "$.is", "Un nombre est attendu ici."),
        ({"fact": "age", "is": float("nan")}, "$.is", "Un nombre est attendu ici."),
        ({"fact": "age", "between": [3]}, "$.between", "Deux bornes sont attendues ici."),
        ({"fact": "age", "between": [3, 1]}, "$.between", "La seconde borne est avant la première."),
        ({"fact": "zone", "in": []}, "$.in", "Une liste de 1 à 1000 éléments est attendue ici."),
        ({"fact": "zone", "exists": 1}, "$.exists", "Oui ou non (true ou false) est attendu ici."),
        (
            {"fact": "received", "before": "demain"},
            "$.before",
            "Une date est attendue ici, par exemple 2026-05-15.",
        ),
        (
            {"fact": "now", "matches": {"from": "8h", "to": "12:00"}},
            "$.matches.from",
            "Une heure est attendue ici, par exemple 08:30.",
        ),
        (
            {"fact": "now", "matches": {"from": "08:00"}},
            "$.matches",
            "L’heure de début et l’heure de fin vont ensemble.",
        ),
        ({"all": {}}, "$.all", "Une liste de conditions est attendue ici."),
        (
            {"all": [{"not": {"any": [{"fact": "age", "is": "x"}]}}]},
            "$.all[0].not.any[0].is",
            "Un nombre est attendu ici.",
        ),
        (
            {"all": [], "any": []},
            "$",
            "Une condition est « all », « any », « not », ou un fait et sa comparaison.",
        ),
    ],
)
def test_parse__says_where_and_why(data: Any, path: str, sentence: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse(data, CATALOGUE)
    assert caught.value.fields == {path: [sentence]}


def test_parse__gives_every_error_of_a_list() -> None:
    with pytest.raises(Invalid) as caught:
        parse({"all": [{"fact": "age", "is": "x"}, {"fact": "?", "is": 1}]}, CATALOGUE)
    assert sorted(caught.value.fields) == ["$.all[0].is", "$.all[1].fact"]


def test_parse__bounds_depth_and_size() -> None:
    deep: dict[str, Any] = {"fact": "age", "exists": True}
    for _ in range(MAX_DEPTH - 1):
        deep = {"not": deep}
    assert value_of(deep) is False
    with pytest.raises(Invalid, match="erreurs") as caught:
        parse({"not": deep}, CATALOGUE)
    assert next(iter(caught.value.fields.values())) == [
        "Cette condition est trop imbriquée : 12 niveaux au plus."
    ]
    leaf = {"fact": "age", "exists": True}
    assert value_of({"all": [leaf] * (MAX_NODES - 1)}) is True
    with pytest.raises(Invalid) as caught:
        parse({"all": [leaf] * MAX_NODES}, CATALOGUE)
    assert caught.value.fields == {"$": ["Cette condition est trop longue : 300 éléments au plus."]}


leaves = st.sampled_from(
    [
        {"fact": "channel", "is": "phone"},
        {"fact": "channel", "in": ["sms", "email"]},
        {"fact": "topic", "under": "autonomie"},
        {"fact": "age", "between": [18, 60]},
        {"fact": "age", "greater": 17.5},
        {"fact": "identified", "is": True},
        {"fact": "difficulty", "contains": "reading"},
        {"fact": "received", "before": "2026-05-15"},
        {"fact": "now", "after": "2026-05-15T08:00:00+02:00"},
        {"fact": "now", "matches": {"weekdays": ["monday", "friday"], "from": "22:00", "to": "06:00"}},
        {"fact": "zone", "exists": True},
    ]
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda items: {"all": items}, st.lists(inner, max_size=4)),
        st.builds(lambda items: {"any": items}, st.lists(inner, max_size=4)),
        st.builds(lambda item: {"not": item}, inner),
    ),
    max_leaves=8,
).map(lambda data: parse(data, CATALOGUE))
known = st.fixed_dictionaries(
    {},
    optional={
        "channel": st.sampled_from(["phone", "sms", "web"]),
        "topic": st.sampled_from(["autonomie", "autonomie/apa", "routes"]),
        "age": st.integers(0, 99),
        "identified": st.booleans(),
        "difficulty": st.lists(st.sampled_from(["reading", "moving"])),
        "received": st.dates(date(2026, 5, 10), date(2026, 5, 20)),
        "now": st.datetimes(datetime(2026, 5, 14), datetime(2026, 5, 17), timezones=st.just(PARIS)),  # noqa: DTZ001
        "zone": st.just("arras"),
    },
)


@given(trees)
def test_to_json__round_trip(expression: Expression) -> None:
    data = to_json(expression)
    assert parse(json.loads(json.dumps(data)), CATALOGUE) == expression
    assert to_json(parse(data, CATALOGUE)) == data


@given(trees, known)
def test_evaluate__laws_of_not(expression: Expression, facts: dict[str, Any]) -> None:
    value = evaluate(expression, facts).value
    assert evaluate(Not(Not(expression)), facts).value is value
    assert evaluate(Not(expression), facts).value is (None if value is None else not value)


@given(st.lists(trees, max_size=4), known)
def test_evaluate__laws_of_de_morgan(items: list[Expression], facts: dict[str, Any]) -> None:
    some, negated = tuple(items), tuple(Not(item) for item in items)
    assert evaluate(Not(AllOf(some)), facts).value is evaluate(AnyOf(negated), facts).value
    assert evaluate(Not(AnyOf(some)), facts).value is evaluate(AllOf(negated), facts).value


@given(st.lists(trees, max_size=4), known)
def test_evaluate__order_does_not_matter(items: list[Expression], facts: dict[str, Any]) -> None:
    some, reverse = tuple(items), tuple(reversed(items))
    assert evaluate(AllOf(some), facts).value is evaluate(AllOf(reverse), facts).value
    assert evaluate(AnyOf(some), facts).value is evaluate(AnyOf(reverse), facts).value


def _reads_existence(expression: Expression) -> bool:
    return "zone" in facts_of(expression)


@given(trees.filter(lambda tree: not _reads_existence(tree)), known, known)
def test_evaluate__learning_more_never_contradicts(
    expression: Expression, more: dict[str, Any], hidden: dict[str, Any]
) -> None:
    fewer = {name: value for name, value in more.items() if name not in hidden}
    before = evaluate(expression, fewer).value
    if before is not None:
        assert evaluate(expression, more).value is before


@given(trees, known)
def test_evaluate__every_node_has_its_sentence(expression: Expression, facts: dict[str, Any]) -> None:
    verdict = evaluate(expression, facts)
    words = {True: "Oui\u00a0: ", False: "Non\u00a0: ", None: "On ne sait pas\u00a0: "}
    stack = [verdict]
    while stack:
        node = stack.pop()
        assert node.sentence.startswith(words[node.value])
        assert node.sentence.endswith(".")
        stack.extend(node.children)
