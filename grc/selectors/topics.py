"""Finding a topic by what a person says."""

from __future__ import annotations

from django.db.models import Q

from grc.models import Topic
from grc.reference.names import fold

# Words that say nothing of the subject; one would match every topic.
_EMPTY = frozenset(
    "a ai au aux avec ce ces cette comment dans de des du elle en est et il je j l la le les ma mais me mes mon "  # noqa: SIM905
    "n ne nous on ou par pas plus pour qu que qui s sa se ses si son sur suis ta te tu un une veux vous y d c".split()
)


def topics_found(*, organisation_id: int, words: str, limit: int = 8) -> list[Topic]:
    """Topics whose label or words answer best what was typed; themes alone are not proposed unless they have no child.

    Each word counts when it begins a word of the topic; when nothing does, near spellings are tried (trigrams).
    """
    wanted = [word for word in fold(words).split() if word not in _EMPTY and len(word) > 1]
    if not wanted:
        return []
    leaves = Topic.objects.filter(
        organisation_id=organisation_id, closed_on__isnull=True, children__isnull=True
    )
    begins = Q()
    for word in wanted:
        begins |= Q(search_text__startswith=word) | Q(search_text__contains=f" {word}")
    scored = []
    for topic in leaves.filter(begins).distinct():
        text = f" {topic.search_text}"
        score = sum(text.count(f" {word}") > 0 for word in wanted)
        in_label = sum(f" {word}" in f" {fold(topic.label)}" for word in wanted)
        scored.append((-score, -in_label, topic.position, topic.sort_label, topic))
    scored.sort(key=lambda row: row[:4])
    found = [row[4] for row in scored[:limit]]
    if not found and len(wanted[0]) >= 4:
        found = list(
            leaves.filter(search_text__trigram_word_similar=" ".join(wanted)).order_by("position")[:limit]
        )
    return found
