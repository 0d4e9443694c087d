"""What knowledge does when something happened elsewhere."""

from __future__ import annotations

from grc.events import EventName
from grc.subscriptions import PublishedEvent, subscribe
from knowledge.services.articles import articles_touch


def on_topic_changed__search_with_its_words(event: PublishedEvent) -> None:
    articles_touch(
        topic_code=str(event.payload["topic"]), organisation_id=int(event.payload["organisation_id"])
    )


def register() -> None:
    """Called once by knowledge.apps."""
    subscribe(EventName.TOPIC_CHANGED, on_topic_changed__search_with_its_words)
