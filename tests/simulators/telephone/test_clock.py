"""Driven time, and the real one where keys interrupt speech."""

from datetime import UTC, datetime

from simulators.telephone.clock import DrivenClock, rfc2822
from tests.simulators.telephone.conftest import CALLER, LINE, Product, start_phone


def test_driven_clock__fires_in_order_and_only_when_due() -> None:
    clock, fired = DrivenClock(), list[str]()
    clock.call_later(5, lambda: fired.append("five"))
    clock.call_later(2, lambda: fired.append("two"))
    clock.call_later(3, lambda: fired.append("never")).cancel()
    clock.move_to(4)
    assert fired == ["two"]
    assert clock.next_due(10) == 5
    clock.move_to(5)
    assert fired == ["two", "five"]
    assert clock.seconds() == 5


def test_rfc2822__as_twilio_writes_dates() -> None:
    assert rfc2822(datetime(2019, 5, 24, 17, 44, 46, tzinfo=UTC)) == "Fri, 24 May 2019 17:44:46 +0000"


def test_real_time__a_key_interrupts_the_speech_of_a_gather(product: Product) -> None:
    long = "Pour la voirie, tapez 1. " * 200
    product.documents["/voice"] = f'<Gather numDigits="1" action="/choice"><Say>{long}</Say></Gather>'
    product.documents["/choice"] = '<Gather timeout="600"><Say>Voirie.</Say></Gather>'
    phone = start_phone(product, fast=False)
    try:
        call = phone.call(CALLER, LINE)
        phone.press(call["sid"], "1")
        assert phone.heard(call["sid"])[-1] == "Voirie."
        assert product.to("/choice")[0].params["Digits"] == "1"
    finally:
        phone.stop()


def test_real_time__the_driver_may_skip_a_speech(product: Product) -> None:
    long = "Toutes nos lignes sont occupées. " * 200
    product.documents["/voice"] = f'<Say>{long}</Say><Gather timeout="600"/>'
    phone = start_phone(product, fast=False)
    try:
        call = phone.call(CALLER, LINE)
        assert call["expecting"] is None
        assert phone.time_out(call["sid"])["expecting"] is not None
    finally:
        phone.stop()


def test_driven_clock__begins_when_told_and_tells_each_move_before_what_is_due() -> None:
    begins, seen = datetime(2026, 11, 16, 9, 0, tzinfo=UTC), list[str]()
    clock = DrivenClock(begins, lambda moment: seen.append(f"{moment:%H:%M:%S}"))
    clock.call_later(5, lambda: seen.append("due"))
    assert clock.now() == begins
    clock.move_to(4)
    clock.move_to(65)
    assert seen == ["09:00:04", "09:01:05", "due"]
    assert clock.now() == datetime(2026, 11, 16, 9, 1, 5, tzinfo=UTC)
