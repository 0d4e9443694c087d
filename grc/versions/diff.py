"""Pure. Two JSON values compared: one difference per place, however deep.

Lists are compared item by item where `identities` names the property that tells their items apart (`choices` by
`key`), else as a whole. Order of names does not count; order of items does, and is a difference of its own.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Path = tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """`path`: names from the root, an item of a list by its identity. `before`, `after`: None where absent."""

    path: Path
    before: Any
    after: Any

    @property
    def added(self) -> bool:
        return self.before is None

    @property
    def removed(self) -> bool:
        return self.after is None


def differences(
    before: Any, after: Any, *, identities: Mapping[str, str] | None = None, whole: Collection[str] = ()
) -> tuple[Difference, ...]:
    """Every difference, in the order of names; empty when both say the same. `whole`: names not looked into."""
    return tuple(_compare((), before, after, _Manner(identities or {}, whole)))


@dataclass(frozen=True)
class _Manner:
    identities: Mapping[str, str]
    whole: Collection[str]


def _compare(path: Path, before: Any, after: Any, manner: _Manner) -> Iterator[Difference]:
    if before == after:
        return
    name = path[-1] if path else ""
    if name in manner.whole:
        yield Difference(path, before, after)
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for inner in sorted({*before, *after}):
            yield from _compare((*path, inner), before.get(inner), after.get(inner), manner)
        return
    identity = manner.identities.get(name, "")
    old, new = _by_identity(before, identity), _by_identity(after, identity)
    if old is None or new is None:
        yield Difference(path, before, after)
        return
    yield from _compare(path, old, new, manner)
    if [one for one in old if one in new] != [one for one in new if one in old]:
        yield Difference((*path, "order"), [*old], [*new])


def _by_identity(value: Any, identity: str) -> dict[str, Any] | None:
    """The items of a list by their identity; None when it is not such a list, or two items share one."""
    if not identity or not isinstance(value, list | tuple):
        return {} if identity and value is None else None
    named = {str(item[identity]): item for item in value if isinstance(item, Mapping) and identity in item}
    return named if len(named) == len(value) else None
