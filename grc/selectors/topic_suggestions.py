"""Which topics a person's own words are about, among those an organisation knows."""

from __future__ import annotations

from grc.models import Topic
from grc.topic_words import TopicMatch, TopicWords, topics_ranked


def topic_suggestions(*, organisation_id: int, text: str, limit: int = 5) -> tuple[TopicMatch, ...]:
    """Topics of a text, best first, each with its confidence and the words recognised as the reason.

    :func:`grc.topic_words.topic_clear` says whether the first may be taken without asking.
    """
    rows = Topic.objects.filter(organisation_id=organisation_id, closed_on__isnull=True).order_by("id")
    topics = [
        TopicWords(code, theme, label, tuple(words))
        for code, theme, label, words in rows.values_list("code", "theme", "label", "words")
    ]
    return topics_ranked(text[:4000], topics, limit=limit)
