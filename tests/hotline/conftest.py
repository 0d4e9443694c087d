"""The town and the product of the scenarios, made once; a world for each scenario."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from channels_in.receive import in_time
from tests.hotline.base import Base, base_make, base_remove
from tests.hotline.server import ProductServer
from tests.hotline.world import World


@pytest.fixture(scope="module")
def db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database for a whole file, without the transaction around each test that the usual fixture opens: the
    product's own threads must see what a scenario wrote. The name tells pytest-django to create the database."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="module")
def town(db: None) -> Iterator[Base]:
    base = base_make()
    yield base
    base_remove()


@pytest.fixture(scope="module")
def product(town: Base) -> Iterator[ProductServer]:
    """A loaded machine must change nothing of what is heard: the time within which a webhook is answered has its own
    tests, and is not that of a scenario."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(in_time, "ANSWER_SECONDS", 60.0)
        server = ProductServer()
        server.start()
        yield server
        server.stop()


@pytest.fixture
def world(town: Base, product: ProductServer) -> Iterator[World]:
    made = World(town, product)
    made.open()
    yield made
    try:
        made.close()
    finally:
        town.forget()
