import pytest

from grc.errors import Conflict, GrcError, Invalid, NotAllowed, NotFound, ProviderError, RateLimited


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotAllowed(), "not_allowed"),
        (NotFound(), "not_found"),
        (Conflict(), "conflict"),
        (Invalid(), "invalid"),
        (ProviderError("Le service est indisponible.", permanent=False), "provider_error"),
        (RateLimited(retry_after=60), "rate_limited"),
    ],
)
def test_error__carries_a_sentence_and_a_code(error: GrcError, code: str) -> None:
    assert isinstance(error, GrcError)
    assert error.code == code
    assert error.sentence == str(error)
    assert error.sentence.endswith(".")


def test_invalid__keeps_the_sentences_by_field() -> None:
    error = Invalid(fields={"body": ["Écrivez un message."]}, code="empty")
    assert error.fields == {"body": ["Écrivez un message."]}
    assert error.code == "empty"


def test_provider_error__says_whether_it_is_permanent() -> None:
    assert ProviderError("Numéro inconnu.", permanent=True).permanent is True


def test_rate_limited__tells_when_and_how_else() -> None:
    error = RateLimited(retry_after=3600, other_ways=["Appelez le 03 21 216 216."])
    assert error.retry_after == 3600
    assert error.other_ways == ("Appelez le 03 21 216 216.",)
