"""A speech-to-text server, asked by POST of a sound: the transcription port of the core.

The shape of the request is the one most servers of speech models offer (``/v1/audio/transcriptions``: multipart
``file``, ``model``, ``language``, ``response_format``; answer ``{"text": "..."}``).
"""

from __future__ import annotations

from typing import Final

import httpx
from django.conf import settings

from grc.errors import ProviderError
from grc.ports import Sound

SECONDS: Final = 120.0
"""A message lasts two minutes at most; a processor without acceleration writes it down in about that time."""


class HttpTranscription:
    """Implements grc.ports.TranscriptionPort."""

    def transcribe(self, sound: Sound, *, language: str) -> str:
        headers = (
            {"Authorization": f"Bearer {settings.TRANSCRIPTION_TOKEN}"}
            if settings.TRANSCRIPTION_TOKEN
            else {}
        )
        try:
            answer = httpx.post(
                settings.TRANSCRIPTION_URL,
                headers=headers,
                files={"file": ("message.wav", sound.content, sound.content_type)},
                data={
                    "model": settings.TRANSCRIPTION_MODEL,
                    "language": language,
                    "response_format": "json",
                },
                timeout=httpx.Timeout(SECONDS, connect=5.0),
            )
        except httpx.HTTPError as error:
            raise ProviderError(
                "Le serveur de transcription est injoignable.", permanent=False, code="unreachable"
            ) from error
        if answer.status_code >= 500 or answer.status_code in (401, 403, 404, 429):
            raise ProviderError(
                "Le serveur de transcription ne répond pas comme attendu.",
                permanent=False,
                code=str(answer.status_code),
            )
        if answer.status_code != 200:
            raise ProviderError(
                "Le serveur de transcription refuse ce son.", permanent=True, code=str(answer.status_code)
            )
        return _text(answer)


def _text(answer: httpx.Response) -> str:
    try:
        body = answer.json()
    except ValueError:
        body = None
    words = body.get("text") if isinstance(body, dict) else None
    if not isinstance(words, str):
        raise ProviderError(
            "Le serveur de transcription a répondu autre chose qu’un texte.", permanent=True, code="shape"
        )
    return words
