"""The whole seeding, step after step. Running it again changes nothing that is already so."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from config.demo.content_loader import load_content
from config.demo.folder import DEMONSTRATION_LINE
from config.demo.seeding.credentials import credentials_seed
from config.demo.seeding.life import life_seed
from config.demo.seeding.organisations import organisations_seed
from config.demo.seeding.people import agents_seed, citizens_seed
from config.demo.seeding.stage import Say, Stage
from config.demo.seeding.territories import assignments_seed, communes_seed, zones_seed
from config.demo.seeding.topics import topics_seed
from grc.reference.rows import ReferenceData
from grc.reference.shipped import load_shipped
from knowledge.services.articles import articles_import

SCALES: Final = {"small": 310, "departement": 5_000}
"""Contacts planned for each size: a few texts join a conversation, so that about 300 and 4,800 are kept."""


def seed(
    *,
    now: datetime,
    say: Say,
    credentials: Path | None,
    contacts: int,
    demo_line: str = "",
    reference: ReferenceData | None = None,
    workers: int = 1,
) -> Stage:
    """Fill the base. ``credentials`` None: no login is made. ``demo_line``: number of the line open at all hours.

    ``reference``: the geographic code, the shipped one of all France by default. ``workers``: processes that
    play the life; more than one wants a base that no transaction of this one holds.
    """
    content = load_content()
    stage = Stage(content=content, now=now, demo_line=demo_line or DEMONSTRATION_LINE, say=say)
    say("  Communes de France")
    communes_seed(stage, reference or load_shipped())
    say("  Organismes, équipes, sites et lignes")
    organisations_seed(stage)
    say("  Thèmes, sujets et délais")
    topics_seed(stage)
    say("  Territoires et affectations")
    zones_seed(stage)
    assignments_seed(stage)
    say("  Agents et personnes")
    agents_seed(stage)
    citizens_seed(stage)
    say("  Fiches")
    articles_import(actor=stage.actor, organisation_id=stage.host.pk, articles=content.articles, at=now)
    if credentials is not None:
        say("  Comptes et jetons")
        credentials_seed(stage, credentials)
    say(f"  {contacts} contacts sur trente jours")
    played = life_seed(stage, contacts=contacts, workers=workers)
    say(f"    {played} actes joués" if played else "    déjà là")
    return stage
