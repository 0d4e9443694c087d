"""``python manage.py fallback_documents FOLDER``: what callers and texters get when even our process is off."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from twilio.twiml.messaging_response import MessagingResponse

from channels_in.phone.fallback import last_document
from channels_in.phone.twilio import voice
from channels_in.sms.words import TROUBLE


class Command(BaseCommand):
    help = (
        "Écrit dans un dossier les documents de secours du téléphone et des SMS, à poser chez n’importe quel hébergeur "
        "de fichiers et à donner à l’opérateur comme adresses de secours (méthode GET)."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DOSSIER", help="où écrire (créé s’il manque)")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        texts = MessagingResponse()
        texts.message(TROUBLE)
        documents = {
            "voice-fallback.xml": last_document(voice=voice(), hours=settings.ORGANISATION_HOURS),
            "messaging-fallback.xml": str(texts),
        }
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, text in documents.items():
                (folder / name).write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"Impossible d’écrire dans {folder} : {error.strerror}.") from error
        for name in documents:
            self.stdout.write(f"{folder / name}")
