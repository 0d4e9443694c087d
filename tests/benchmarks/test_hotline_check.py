"""The judge of the load: what it must see, on rows written by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from benchmarks.hotline_check import Offer, Place, offers_overlapping, passed_over

NINE = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


def offer(entry: int, agent: int, begin: float, end: float | None, outcome: str = "missed") -> Offer:
    return Offer(
        entry, agent, at(begin), at(end) if end is not None else None, outcome if end is not None else ""
    )


def test_offers_overlapping__two_at_once_for_a_caller_or_for_an_agent() -> None:
    assert offers_overlapping([offer(1, 1, 0, 10), offer(1, 2, 10, 20), offer(2, 1, 10, 12)]) == []
    assert offers_overlapping([offer(1, 1, 0, 10), offer(1, 2, 4, 20)]) == [(1, 2)]
    assert offers_overlapping([offer(1, 1, 0, 10), offer(2, 1, 4, 20)]) == [(2, 1)]
    assert offers_overlapping([offer(1, 1, 0, None), offer(2, 1, 100, 101)]) == [(2, 1)]


def test_offers_overlapping__accepted_once() -> None:
    assert offers_overlapping([offer(1, 1, 0, 5, "accepted"), offer(1, 2, 9, 12, "accepted")]) == [(1, 0)]


def test_passed_over__somebody_of_an_earlier_rank_waited() -> None:
    first, second = Place(1, 100, at(0), None), Place(2, 200, at(5), None)
    assert passed_over([first, second], [offer(2, 7, 20, 25)]) == [(1, 2)]
    assert passed_over([first, second], [offer(1, 7, 20, 25), offer(2, 8, 20, 25)]) == []
    assert passed_over([first, second], [offer(1, 7, 10, 15, "accepted"), offer(2, 8, 20, 25)]) == []


def test_passed_over__not_who_had_left_nor_just_come_nor_been_refused_by_this_agent() -> None:
    second = Place(2, 200, at(5), None)
    assert passed_over([Place(1, 100, at(0), at(12)), second], [offer(2, 7, 20, 25)]) == []
    assert passed_over([Place(1, 100, at(19), None), second], [offer(2, 7, 20, 25)]) == []
    refused = offer(1, 7, 6, 12, "declined")
    assert passed_over([Place(1, 100, at(0), None), second], [refused, offer(2, 7, 20, 25)]) == []
    assert passed_over([Place(1, 100, at(0), None), second], [refused, offer(2, 8, 20, 25)]) == [(1, 2)]
