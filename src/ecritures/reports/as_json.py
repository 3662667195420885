"""The whole report as one JSON document, the answer of `check --json`, written as a stream."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from ecritures.core.sentences import Language
    from ecritures.reports.content import AnomalyView, Content


def document(content: Content, language: Language) -> dict[str, Any]:
    """Return the document in memory."""
    return {
        **content.summary,
        "anomalyDetails": dict(sorted(content.kept.items())),
        "anomalies": list(content.views(language)),
    }


def write(content: Content, language: Language, target: BinaryIO) -> None:
    """Write the document, one detail per line, with one in memory at a time."""
    head = {**content.summary, "anomalyDetails": dict(sorted(content.kept.items()))}
    target.write(_line(head)[:-1] + b',\n"anomalies": [')
    mark = b"\n"
    for view in content.views(language):
        target.write(mark + _line(view))
        mark = b",\n"
    target.write(b"\n]}\n")


def _line(value: dict[str, Any] | AnomalyView) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
