"""`ecritures check --fix`: write a repaired copy, and report the changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecritures.core.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from ecritures.cli.support.output import Output
    from ecritures.config.settings import Settings

SHOWN_MAX = 10


def repair(path: Path, output: Path, settings: Settings) -> dict[str, Any]:
    """Write the copy; return the changes, as in `check --json`.

    Raises:
        RefusedRequestError: The copy would replace the file, or the file is not flat text.
        SourceError: The copy cannot be written.
    """
    from ecritures.formats.repair.copy import write_repaired

    try:
        repairs = write_repaired(
            path,
            output,
            details_max=settings.anomaly_details_max,
            block_bytes=settings.block_bytes,
            line_bytes_max=settings.line_bytes_max,
        )
    except OSError as error:
        raise SourceError(
            "copy-unwritable",
            f"La copie {output} ne s'écrit pas ({error.strerror}) : donnez un autre nom.",
            f"Copy {output} cannot be written ({error.strerror}): choose another name.",
        ) from error
    return {
        "counts": dict(repairs.counts),
        "details": repairs.frame().to_dicts(),
        "output": str(output),
    }


def repairs_wanted(path: Path, counts: Mapping[str, int], settings: Settings) -> list[str]:
    """Return the repairs that a copy would have, of those that answer what was found.

    Of a large file, its beginning shows them.

    Args:
        path: The file.
        counts: What was found in it, by code.
        settings: Limits and sizes.
    """
    from ecritures.formats.repair.copy import count_repairs
    from ecritures.formats.text.reader import UnreadableTextError
    from ecritures.rules.catalogue import RULES

    wanted = {kind for code in counts for kind in RULES[code].repairs}
    if not wanted:
        return []
    sizes = {"block_bytes": settings.block_bytes, "line_bytes_max": settings.line_bytes_max}
    try:
        made = count_repairs(path, **sizes)
    except (OSError, UnreadableTextError):
        return []
    return [kind for kind in made if kind in wanted]


def repairs_for_people(repairs: dict[str, Any], out: Output) -> Iterable[str]:
    """Summarize the changes, then show the first ones."""
    from ecritures.formats.repair.changes import KINDS

    output = repairs["output"]
    if not repairs["counts"]:
        yield out.say(
            f"Rien qui se répare sans risque ; copie : {output}",
            f"Nothing that can be repaired safely; copy: {output}",
        )
        return
    yield out.say(f"Copie réparée : {output}", f"Repaired copy: {output}")
    for kind, count in repairs["counts"].items():
        fr, en = KINDS[kind]
        yield f"  {out.say(f'{fr} : {count}', f'{en}: {count}')}"
    shown = [one for one in repairs["details"] if one["repair"] != "line-ends"][:SHOWN_MAX]
    for one in shown:
        place = f"{out.say('ligne', 'line')} {one['line']}"
        column = f", {one['column']}" if one["column"] else ""
        yield f"  - {place}{column} : « {one['before'] or ''} » → « {one['after'] or ''} »"
    rest = sum(repairs["counts"].values()) - len(shown)
    if rest:
        yield out.say(
            f"  … et {rest} de plus : --json les donne.", f"  … and {rest} more: --json lists them."
        )
