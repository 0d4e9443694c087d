"""The demonstration's articles and topics in the database of a test, through the services that publish them."""

from __future__ import annotations

from config.demo.content_loader import load_content
from grc.models import Organisation, Topic
from grc.reference.names import fold, sort_key
from grc.types import system_actor
from knowledge.services.articles import articles_import
from tests.factories import AT, organisation_make


def demo_articles_publish() -> Organisation:
    """The host organisation with its topics and 25 published articles."""
    content = load_content()
    organisation = organisation_make("departement-62")
    Topic.objects.bulk_create(
        Topic(
            organisation=organisation,
            code=topic.code,
            label=topic.label,
            sort_label=sort_key(topic.label),
            theme=topic.theme,
            path=[topic.theme, topic.code],
            words=list(topic.words),
            search_text=fold(topic.label),
        )
        for topic in content.topics
    )
    articles_import(
        actor=system_actor("Import"), organisation_id=organisation.pk, articles=content.articles, at=AT
    )
    return organisation
