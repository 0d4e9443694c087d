"""The reception of the tests, with Twilio's tokens set."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from tests.channels_in.reception import BASE, TOKEN, Reception, reception_make


@pytest.fixture
def twilio(settings: Settings) -> Settings:
    settings.TWILIO_ENABLED = True
    settings.TWILIO_ACCOUNT_SID = "AC" + "0123456789abcdef" * 2
    settings.TWILIO_AUTH_TOKENS = [TOKEN]
    settings.TWILIO_VOICE = "Polly.Lea"
    settings.PUBLIC_BASE_URL = BASE
    return settings


@pytest.fixture
def reception(db: None, twilio: Settings) -> Reception:
    return reception_make()
