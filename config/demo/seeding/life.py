"""Playing the planned month through the services, resumable: an act done once is never done again."""

from __future__ import annotations

import copy
import logging
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Final

from django.db import DatabaseError, OperationalError, connection, transaction

from agents_ui.handlers import on_ticket_changed__tell_queues
from config.demo.life import generate
from config.demo.life_types import PlannedContact
from config.demo.seeding.acts import Act, acts_of_life
from config.demo.seeding.parallel import run_together
from config.demo.seeding.scenes import PROVIDER, Known, Scenes
from config.demo.seeding.stage import Stage
from grc.clock import clock_at
from grc.errors import GrcError
from grc.figures.count import figures_count_many
from grc.handlers import on_any__count_figures
from grc.selectors.reference import postal_codes_of_departement
from grc.services.intake import contacts_close_silent, receipt_answer, receipt_take
from grc.services.outbox import deliveries_run, deliveries_run_together, wake_paused
from grc.services.past_acts import dispatches_settle_past, receipts_of_provider
from grc.subscriptions import PublishedEvent, subscriber_name

logger = logging.getLogger(__name__)
SEED: Final = 62
DAYS: Final = 30
BATCH: Final = 25
"""Acts of one transaction: fewer waits for the disk, and nothing of an act is seen before its effects."""
SPEAK_EVERY: Final = 5.0
TURNS: Final = 5
TOGETHER: Final[dict[str, Callable[[Sequence[PublishedEvent]], None]]] = {
    subscriber_name(on_any__count_figures): figures_count_many,
    # Nobody watches the queues of a past month.
    subscriber_name(on_ticket_changed__tell_queues): lambda _: None,
}
"""Subscribers whose effects do not depend on the moment: given their events by batches."""
_SESSION: Final = "SET join_collapse_limit = 1; SET synchronous_commit = off"
_SESSION_AGAIN: Final = "RESET join_collapse_limit; RESET synchronous_commit"


def life_seed(stage: Stage, *, contacts: int, workers: int = 1) -> int:
    """Play what has not been played of a month of ``contacts`` contacts; gives how many acts were.

    ``workers``: processes that share the contacts; 1 plays them in this one. The instant of the first run is kept, so
    that a run taken up again plays the end of the same month.
    """
    played = receipts_of_provider(PROVIDER)
    name = f"life-{contacts}"
    plan = played.get(name)
    if plan is not None and plan.get("done"):
        return 0
    now = datetime.fromisoformat(plan["now"]) if plan else stage.now
    receipt = receipt_take(provider=PROVIDER, key=name, answer={"now": now.isoformat()})
    todo = [act for act in _acts(stage, now, contacts) if act.key not in played]
    known: dict[str, Known] = {}
    for key, answer in played.items():
        known.setdefault(key.partition("/")[0], {}).update(answer)
    lanes: list[list[Act]] = [[] for _ in range(workers)]
    for act in todo:
        lanes[lane_of(act.contact, workers)].append(act)
    if workers == 1:
        _play_lane(stage, todo, known)
    else:
        run_together([partial(_play_lane, stage, acts, known, lane) for lane, acts in enumerate(lanes)])
    with wake_paused(), _quick_session():
        _settle_present(now)
    receipt_answer(receipt=receipt, answer={"now": now.isoformat(), "done": True})
    return len(todo)


def lane_of(contact: PlannedContact, workers: int) -> int:
    """Who shares a number or a waiting room is played by the same process, in order."""
    shared = contact.visit.site if contact.visit is not None else contact.sender or contact.key
    return zlib.crc32(shared.encode()) % workers


def _play_lane(stage: Stage, acts: list[Act], known: dict[str, Known], lane: int = 0) -> None:
    refused: Counter[str] = Counter()
    scenes = Scenes(stage)
    with wake_paused(), _quick_session():
        for batch in _batches(stage, acts, speaks=lane == 0):
            _play_batch(scenes, batch, known, refused)
    if refused:
        stage.say(f"    actes refusés par les règles : {dict(refused)}")


@contextmanager
def _quick_session() -> Iterator[None]:
    """Thousands of rows read by their key: joins as they are written, and no wait for the disk at each commit.

    A power cut could lose the last acts, which a second run plays again.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SESSION)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(_SESSION_AGAIN)


def _acts(stage: Stage, now: datetime, contacts: int) -> list[Act]:
    content = stage.content
    planned = generate(
        content,
        now=now,
        # Of its own size, so that a larger month may be added to a smaller one.
        seed=contacts * 100 + SEED,
        contacts=contacts,
        days=DAYS,
        postal_codes=postal_codes_of_departement(content.host.departement),
    )
    return acts_of_life(planned, now=now, opening=content.openings["hotline"])


def _batches(stage: Stage, acts: list[Act], *, speaks: bool) -> Iterator[list[Act]]:
    spoken = time.monotonic()
    for start in range(0, len(acts), BATCH):
        yield acts[start : start + BATCH]
        if speaks and time.monotonic() - spoken > SPEAK_EVERY:
            spoken = time.monotonic()
            done = min(start + BATCH, len(acts))
            stage.say(f"    {100 * done // len(acts)} % (jusqu’au {acts[done - 1].at:%d/%m})")


def _play_batch(scenes: Scenes, batch: list[Act], known: dict[str, Known], refused: Counter[str]) -> None:
    """First without savepoints, a third of the statements; again with them if a rule refuses anything."""
    keys = {act.contact.key for act in batch}
    before = {key: copy.deepcopy(known[key]) for key in keys if key in known}
    try:
        with transaction.atomic(), _no_savepoints():
            _play_acts(scenes, batch, known, refused=None)
    except (GrcError, DatabaseError):
        _restore(known, keys, before)
        for turn in range(TURNS):
            try:
                with transaction.atomic():
                    _play_acts(scenes, batch, known, refused=refused)
                return
            except OperationalError:
                # Two processes waited for each other, and the base chose this one to begin again.
                _restore(known, keys, before)
                if turn == TURNS - 1:
                    raise


def _restore(known: dict[str, Known], keys: set[str], before: dict[str, Known]) -> None:
    for key in keys:
        known.pop(key, None)
    known.update(copy.deepcopy(before))


@contextmanager
def _no_savepoints() -> Iterator[None]:
    """Inside, whatever goes wrong undoes the whole batch: Django marks its transaction to be rolled back."""
    connection.features.uses_savepoints = False
    try:
        yield
    finally:
        connection.features.uses_savepoints = True


def _play_acts(
    scenes: Scenes, batch: list[Act], known: dict[str, Known], *, refused: Counter[str] | None
) -> None:
    with transaction.atomic():
        for act in batch:
            with clock_at(act.at):
                _play(scenes, act, known.setdefault(act.contact.key, {}), refused)
                _deliver()
        _deliver_together()
        contact_ids = {known[act.contact.key].get("contact") for act in batch}
        dispatches_settle_past(contact_ids=[one for one in contact_ids if one is not None], provider=PROVIDER)


def _play(scenes: Scenes, act: Act, known: Known, refused: Counter[str] | None) -> None:
    """One act and its receipt. The rules may refuse what the plan could not foresee: it is then left out.

    ``refused`` None: a refusal is raised.
    """
    if refused is None:
        scenes.play(act, known)
    else:
        before = copy.deepcopy(known)
        try:
            with transaction.atomic():
                scenes.play(act, known)
        except GrcError as error:
            known.clear()
            known.update(before)
            refused[f"{act.doing.value} {act.step.kind if act.step else ''} {error.code}".strip()] += 1
            logger.info("demo act %s refused: %s", act.key, error.code)
    receipt_take(provider=PROVIDER, key=act.key, answer=known)


def _settle_present(now: datetime) -> None:
    """Runs of messages that fell silent are over; what is still owed to subscribers is done."""
    contacts_close_silent(now=now)
    _deliver()
    _deliver_together()


def _deliver() -> None:
    """Everything due, in order, at the instant of the act."""
    while deliveries_run(besides=TOGETHER):
        pass


def _deliver_together() -> None:
    for subscriber, handler in TOGETHER.items():
        while deliveries_run_together(subscriber=subscriber, handler=handler):
            pass
