"""How far an import is, as its page shows it: one bar a phase, lines, the time left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecritures.web.words.import_words import PHASES, phase_name

if TYPE_CHECKING:
    from ecritures.imports.queries import ImportState
    from ecritures.web.words.writing import Writing

CHECK = PHASES.index("check")


@dataclass(frozen=True, slots=True)
class PhaseBar:
    """One phase.

    Attributes:
        name: As in `PHASES`.
        text: Its name, and how many lines.
        value: How much of it is done.
        end: How much it is in all.
        place: `done`, `now` or empty: still to come.
    """

    name: str
    text: str
    value: int
    end: int
    place: str


def bars_of(state: ImportState, writing: Writing) -> list[PhaseBar]:
    """Return the phases of an import that runs or waits."""
    at = PHASES.index(state.phase) if state.phase in PHASES else -1
    known = _known_lines(state)
    total = max(known or state.lines_expected or 0, state.lines_done)
    found = []
    for rank, name in enumerate(PHASES):
        text = phase_name(name, writing)
        if rank < at:
            found.append(PhaseBar(name, text, 1, 1, "done"))
        elif rank > at:
            found.append(PhaseBar(name, text, 0, 1, ""))
        else:
            done, end = (state.lines_done, total) if rank == CHECK and total else (0, 0)
            if state.lines_done and rank == CHECK:
                text = writing.text(
                    "{phase}, {done} lignes sur {total}"
                    if known
                    else "{phase}, {done} lignes sur {total} environ",
                    "{phase}, {done} lines of {total}"
                    if known
                    else "{phase}, {done} lines of about {total}",
                    phase=text,
                    done=state.lines_done,
                    total=total,
                )
            found.append(PhaseBar(name, text, done, end, "now"))
    return found


def _known_lines(state: ImportState) -> int:
    """Return how many lines the preview of a file has read; 0: there was none."""
    return 0 if state.dry_run or not state.plan else state.report.get("lines", 0)


def progress_view(state: ImportState, writing: Writing) -> dict[str, object]:
    """Return what the page of an import changes when it has gone on."""
    bars = bars_of(state, writing)
    return {
        "texts": {one.name: one.text for one in bars},
        "places": {one.name: one.place for one in bars},
        "lines": [state.lines_done, _known_lines(state) or state.lines_expected or 0],
        "phase": phase_name(state.phase, writing) if state.phase in PHASES else "",
        "bars": {one.name: [one.value, one.end] for one in bars if one.end},
    }
