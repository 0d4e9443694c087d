"""Celery only runs sooner what the provider keeps for us."""

from __future__ import annotations

import logging

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from channels_in.phone.catch_up import calls_catch_up
from channels_in.sms.catch_up import messages_catch_up
from grc.errors import ProviderError, RateLimited

logger = logging.getLogger(__name__)


@shared_task(name="channels_in.catch_up", ignore_result=True)
def catch_up() -> None:
    """What was sent to us while we could not answer, and the calls whose end we were not told."""
    if not settings.TWILIO_ENABLED:
        return
    try:
        texts = messages_catch_up(now=timezone.now())
        ended, unheard = calls_catch_up(now=timezone.now())
    except (ProviderError, RateLimited) as error:
        logger.warning("nothing caught up this time: %s", error.code)
        return
    if texts or ended or unheard:
        logger.warning("caught up: %s texts, %s ends of calls, %s calls", texts, ended, unheard)
