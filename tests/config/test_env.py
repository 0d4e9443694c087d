"""The strict readers of variables: what is missing or malformed is named, with what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.env import BadEnvironment, Environment, database_config


def test_raw__empty_is_absent() -> None:
    env = Environment({"TOKEN": "  ", "OTHER": " value "})
    assert env.raw("TOKEN") is None
    assert env.raw("ABSENT") is None
    assert env.raw("OTHER") == "value"


def test_raw__from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("in the file\n", encoding="utf-8")
    assert Environment({"TOKEN_FILE": str(secret)}).raw("TOKEN") == "in the file"


def test_raw__the_file_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(BadEnvironment, match=r"^TOKEN_FILE : le fichier .*/nowhere n'existe pas\.$"):
        Environment({"TOKEN_FILE": str(tmp_path / "nowhere")}).raw("TOKEN")


def test_raw__both_ways_at_once_are_refused() -> None:
    with pytest.raises(BadEnvironment, match=r"^TOKEN et TOKEN_FILE sont tous deux définis"):
        Environment({"TOKEN": "a", "TOKEN_FILE": "/b"}).raw("TOKEN")


def test_text__missing_without_a_default() -> None:
    with pytest.raises(BadEnvironment, match=r"^TOKEN est obligatoire et n'est pas défini\.$"):
        Environment({}).text("TOKEN")
    assert Environment({}).text("TOKEN", "") == ""


@pytest.mark.parametrize(
    ("written", "read"),
    [("1", True), ("True", True), ("OUI", True), ("on", True), ("0", False), ("non", False), ("no", False)],
)
def test_flag__words(written: str, read: bool) -> None:
    assert Environment({"FLAG": written}).flag("FLAG", default=not read) is read


def test_flag__another_word_is_refused() -> None:
    with pytest.raises(BadEnvironment, match=r"^FLAG : attendu 1 ou 0 \(true ou false\), reçu « maybe »\.$"):
        Environment({"FLAG": "maybe"}).flag("FLAG", default=False)


@pytest.mark.parametrize("written", ["eight", "-1", "1.5", "201", "1e2", "²"])
def test_integer__out_of_bounds_or_no_integer(written: str) -> None:
    with pytest.raises(BadEnvironment, match=r"^SIZE : attendu un entier entre 0 et 200, reçu"):
        Environment({"SIZE": written}).integer("SIZE", default=8, minimum=0, maximum=200)


def test_integer__default_and_bounds() -> None:
    assert Environment({}).integer("SIZE", default=8) == 8
    assert Environment({"SIZE": "200"}).integer("SIZE", default=8, maximum=200) == 200


def test_names__blanks_are_dropped() -> None:
    assert Environment({"HOSTS": " a.fr, ,b.fr,"}).names("HOSTS") == ["a.fr", "b.fr"]
    assert Environment({}).names("HOSTS", ["localhost"]) == ["localhost"]


def test_url__another_scheme_is_refused_without_showing_the_address() -> None:
    with pytest.raises(BadEnvironment) as caught:
        Environment({"REDIS_URL": "http://:secret@host/0"}).url("REDIS_URL", ("redis", "unix"))
    assert str(caught.value) == "REDIS_URL : attendu une adresse en redis, unix, reçu « http »."


@pytest.mark.parametrize(
    ("values", "on"), [({}, False), ({"A": "", "B": " "}, False), ({"A": "1", "B": "2"}, True)]
)
def test_group__whole_or_absent(values: dict[str, str], on: bool) -> None:
    assert Environment(values).group("A", "B") is on


def test_group__half_is_refused() -> None:
    with pytest.raises(BadEnvironment, match=r"^A défini sans B, C : ce groupe va ensemble"):
        Environment({"A": "1"}).group("A", "B", "C")


def test_database_config__address() -> None:
    assert database_config("postgresql://us%40er:p%2Fw@db.example:5433/grc?sslmode=require") == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "grc",
        "USER": "us@er",
        "PASSWORD": "p/w",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


def test_database_config__socket_folder() -> None:
    read = database_config("postgres://grc@/grc?host=/run/postgresql")
    assert (read["HOST"], read["PORT"], read["OPTIONS"]) == ("/run/postgresql", "", {})


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("mysql://host/grc", "DATABASE_URL : attendu postgresql://…, reçu « mysql »."),
        ("postgresql://host/", "DATABASE_URL : le nom de la base manque après la dernière barre oblique."),
    ],
)
def test_database_config__refused(address: str, sentence: str) -> None:
    with pytest.raises(BadEnvironment) as caught:
        database_config(address)
    assert str(caught.value) == sentence


def test_pairs__complete_the_default_and_refuse_the_rest() -> None:
    env = Environment({"VOICES": "en=Amy, de = Vicki", "WRONG": "en"})
    assert env.pairs("VOICES", {"en": "Emma", "es": "Lucia"}) == {"en": "Amy", "es": "Lucia", "de": "Vicki"}
    assert env.pairs("ABSENT", {"en": "Emma"}) == {"en": "Emma"}
    with pytest.raises(BadEnvironment, match="clé=valeur"):
        env.pairs("WRONG", {})
