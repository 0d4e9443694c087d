"""What one asks before opening anything: topics, who is competent."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from channels_in.api import schemas
from channels_in.api.access import caller
from channels_in.api.shapes import competence_shape, topic_shape
from channels_in.api.tickets import ERRORS
from grc.selectors.directory import host_organisation, topics_open
from routing.selectors.competence import competence

router = Router(tags=["Référentiels"])


@router.get("/topics", response={200: schemas.TopicPage, **ERRORS}, summary="Thèmes et sujets")
def topics_list(request: HttpRequest) -> schemas.TopicPage:
    """Those of the organisation of the token's agent, else of the host, in reading order."""
    organisation_id = caller(request).organisation_id or host_organisation().pk
    topics = topics_open(organisation_id=organisation_id)
    return schemas.TopicPage(items=[topic_shape(topic) for topic in topics], next=None)


@router.get(
    "/competence",
    response={200: schemas.CompetenceOut, **ERRORS},
    summary="Qui est compétent, pour un sujet et une commune",
)
def competence_read(request: HttpRequest, topic: str, commune: str) -> schemas.CompetenceOut:
    """``commune``: INSEE code, present or former. 200 too when nobody here is competent: ``team`` is then null."""
    found = competence(actor=caller(request), topic_code=topic, commune_code=commune, now=timezone.now())
    return competence_shape(found)
