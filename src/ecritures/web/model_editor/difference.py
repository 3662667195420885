"""What differs between two documents of a model, setting by setting."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """A setting that differs; None: it is not there."""

    path: str
    before: str | None
    after: str | None


def compared(before: dict[str, Any], after: dict[str, Any]) -> tuple[list[Change], int]:
    """Return the settings that differ, by their path, and how many are the same."""
    old, new = dict(_settings(before, "")), dict(_settings(after, ""))
    changes = [
        Change(path, old.get(path), new.get(path))
        for path in dict.fromkeys([*old, *new])
        if old.get(path) != new.get(path)
    ]
    return changes, sum(1 for path in old if old[path] == new.get(path))


def _settings(part: Any, path: str) -> list[tuple[str, str]]:  # noqa: ANN401 - any document
    """Return path → value; lists of plain values are one setting."""
    if isinstance(part, dict) and part:
        return [
            one
            for name, child in part.items()
            for one in _settings(child, f"{path}.{name}" if path else str(name))
        ]
    if isinstance(part, list) and any(isinstance(child, dict | list) for child in part):
        return [one for at, child in enumerate(part) for one in _settings(child, f"{path}.{at}")]
    if isinstance(part, list):
        return [(path, ", ".join(map(str, part)))]
    return [(path, part if isinstance(part, str) else json.dumps(part))]
