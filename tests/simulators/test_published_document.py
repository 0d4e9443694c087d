"""The excerpt that the tests carry says the same as the whole document that Twilio publishes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve()
EXCERPT = HERE.parent / "data" / "twilio_api_v2010_excerpt.json"
WHOLE = HERE.parents[3] / "shared" / "data" / "twilio" / "twilio_api_v2010.json"
# What only people read; each is a word of OpenAPI unless it stands among the names of properties.
PROSE = frozenset({"description", "summary", "example", "examples", "tags", "title", "security", "x-twilio"})

pytestmark = pytest.mark.skipif(
    not WHOLE.is_file(), reason="../shared absent : le document complet de Twilio n’est pas à côté du dépôt"
)


def _bare(node: Any, *, names: bool = False) -> Any:
    if isinstance(node, list):
        return [_bare(one) for one in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _bare(value, names=key == "properties" and not names)
        for key, value in node.items()
        if names or key not in PROSE
    }


def _read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def test_excerpt__each_operation_is_the_published_one() -> None:
    excerpt, whole = _read(EXCERPT)["paths"], _read(WHOLE)["paths"]
    assert len(excerpt) >= 16
    different = [
        f"{method} {path}"
        for path, operations in excerpt.items()
        for method, operation in operations.items()
        if _bare(operation) != _bare(whole.get(path, {}).get(method))
    ]
    assert different == []


def test_excerpt__each_schema_is_the_published_one_and_none_is_missing() -> None:
    excerpt, whole = _read(EXCERPT), _read(WHOLE)["components"]["schemas"]
    schemas = excerpt["components"]["schemas"]
    assert [name for name, schema in schemas.items() if _bare(schema) != _bare(whole.get(name))] == []
    named = set(_references(excerpt))
    assert len(named) > 20
    assert named - {f"#/components/schemas/{name}" for name in schemas} == set()


def _references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [found for one in node for found in _references(one)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
    return own + [found for value in node.values() for found in _references(value)]
