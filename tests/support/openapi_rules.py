"""What a request to Twilio's REST API may be: the published OpenAPI document, read as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[1] / "simulators" / "data" / "twilio_api_v2010_excerpt.json"
FORM = "application/x-www-form-urlencoded"
Parameters = Mapping[str, Any]


@cache
def _paths() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    document = json.loads(FILE.read_text("utf-8"))
    made = []
    for path, operations in document["paths"].items():
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))
        made.append((re.compile(pattern), operations))
    return made


@cache
def _schemas() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text("utf-8"))["components"]["schemas"]
    return found


def problems(method: str, path: str, *, query: Parameters, form: Parameters) -> list[str]:
    """Why the published document does not know this request; empty when it does."""
    matching = [operations for pattern, operations in _paths() if pattern.fullmatch(path)]
    operation = next((one[method.lower()] for one in matching if method.lower() in one), None)
    if operation is None:
        return [f"{method} {path} : opération inconnue du document publié"]
    known = {one["name"]: one for one in operation.get("parameters", []) if one["in"] == "query"}
    schema = operation.get("requestBody", {}).get("content", {}).get(FORM, {}).get("schema", {})
    found = [f"{method} {path} : paramètre {name} inconnu" for name in query if name not in known]
    found += [
        f"{method} {path} : {name} : {why}"
        for name, value in query.items()
        if name in known
        for why in _refused(known[name]["schema"], value)
    ]
    return found + [f"{method} {path} : {why}" for why in _form(schema, form)]


def _form(schema: dict[str, Any], form: Parameters) -> Iterator[str]:
    properties = schema.get("properties", {})
    given = {name: value for name, value in form.items() if value is not None}
    for name in schema.get("required") or []:
        if name not in given:
            yield f"{name} manque"
    for name, value in given.items():
        if name not in properties:
            yield f"{name} est inconnu"
            continue
        for why in _refused(properties[name], value):
            yield f"{name} : {why}"


def _refused(schema: dict[str, Any], value: Any) -> Iterator[str]:
    if "$ref" in schema:
        schema = _schemas()[schema["$ref"].rpartition("/")[2]]
    kind = schema.get("type")
    if kind == "array":
        items = value if isinstance(value, (list, tuple)) else [value]
        for item in items:
            yield from _refused(schema["items"], item)
        return
    text = str(value)
    if kind == "integer" and re.fullmatch(r"-?\d+", text) is None:
        yield f"« {text} » n’est pas un entier"
    if kind == "boolean" and text.lower() not in {"true", "false"}:
        yield f"« {text} » n’est ni true ni false"
    if "enum" in schema and text not in schema["enum"]:
        yield f"« {text} » n’est pas de {schema['enum']}"
    if schema.get("format") == "uri" and re.fullmatch(r"https?://\S+", text) is None:
        yield f"« {text} » n’est pas une adresse absolue"
    if "pattern" in schema and re.search(schema["pattern"], text) is None:
        yield f"« {text} » n’a pas la forme {schema['pattern']}"
