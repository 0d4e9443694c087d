"""Calling the API as a program does."""

from __future__ import annotations

from typing import Any

from django.test import Client

from grc.enums import Role
from grc.models import Agent, Organisation, Team
from tests import factories as make


class Program:
    """A token and the calls made with it; ``get`` and ``post`` give (status, decoded JSON or None)."""

    def __init__(self, token: str) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {token}"})

    def get(self, path: str, **query: Any) -> tuple[int, Any]:
        response = self.client.get(f"/api/v1{path}", query)
        return response.status_code, response.json() if response.content else None

    def post(self, path: str, body: Any = None) -> tuple[int, Any]:
        response = self.client.post(f"/api/v1{path}", body or {}, content_type="application/json")
        return response.status_code, response.json() if response.content else None


def program(agent: Agent | None, *scopes: str) -> Program:
    return Program(make.token_make(agent, scopes=scopes))


def program_with(organisation: Organisation, role: Role | None, *teams: Team) -> Program:
    return program(make.agent_make(organisation, role=role, member_of=teams))
