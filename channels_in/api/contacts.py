"""Contacts: what reached us, and what came of it."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from channels_in.api import schemas
from channels_in.api.access import caller
from channels_in.api.shapes import contact_shape
from channels_in.api.tickets import ERRORS, next_address
from grc.selectors.contact_story import contact_story
from grc.selectors.contacts import contacts_of_provider_id, contacts_recent
from grc.services.audit import audit_read

router = Router(tags=["Contacts"])


class ContactQuery(Schema):
    """``provider_id``: CA… (a call) or SM… (the contact of a message)."""

    provider_id: str = ""
    channel: str = ""
    after: int | None = None
    limit: int = Field(50, ge=1, le=200)


@router.get("/contacts", response={200: schemas.ContactPage, **ERRORS}, summary="Lister")
def contacts_list(request: HttpRequest, query: Query[ContactQuery]) -> schemas.ContactPage:
    """Latest first."""
    actor = caller(request)
    if query.provider_id:
        rows = contacts_of_provider_id(actor=actor, provider_id=query.provider_id)
        more = False
    else:
        rows = contacts_recent(actor=actor, channel=query.channel, before=query.after, limit=query.limit + 1)
        more = len(rows) > query.limit
        rows = rows[: query.limit]
    if rows:
        # What is shown whole is read: the one looked for by its number, or a page of them.
        one = rows[0] if len(rows) == 1 else None
        audit_read(
            actor=actor,
            entity="contact" if one else "contact_list",
            entity_id=one.pk if one else None,
            citizen_id=one.citizen_id if one else None,
            purpose="api",
        )
    return schemas.ContactPage(
        items=[contact_shape(actor, contact_story(actor=actor, contact_id=row.pk)) for row in rows],
        next=next_address(request, str(rows[-1].pk)) if more else None,
    )


@router.get("/contacts/{contact_id}", response={200: schemas.ContactOut, **ERRORS}, summary="Lire un contact")
def contact_read(request: HttpRequest, contact_id: int) -> schemas.ContactOut:
    actor = caller(request)
    story = contact_story(actor=actor, contact_id=contact_id)
    audit_read(
        actor=actor,
        entity="contact",
        entity_id=contact_id,
        citizen_id=story.contact.citizen_id,
        purpose="api",
    )
    return contact_shape(actor, story)
