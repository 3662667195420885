"""Reads one file as an import does, in a process of its own; prints what became of it as JSON.

Called with the file's path and a JSON object: what is known of the file, and its memory.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from ecritures.config.settings import Settings
from ecritures.core.errors import SourceError
from ecritures.formats.fec.fixed_description import FixedField
from ecritures.formats.layouts.builtin import builtin_model
from ecritures.formats.layouts.loading import load_model
from ecritures.reading.check import CheckOptions, check_file
from ecritures.sources.unpack import UnpackLimits, unpack

ADDRESS_SPACE_BYTES = 8 << 30  # a guard for the machine; what is judged is the memory in use


def read(path: Path, told: dict) -> dict:
    """Unpack, read and judge a file."""
    settings = Settings()
    try:
        found, name = unpack(
            path, told.get("file_name") or "", UnpackLimits.from_settings(settings)
        )
    except SourceError as error:
        return {"codes": [error.sentence.code], "importable": False, "details": 0}
    model = told.get("model")
    if model is not None:
        model = builtin_model(model) if isinstance(model, str) else load_model(model)
    options = CheckOptions(
        format=told.get("format"),
        file_name=name or None,
        siren=told.get("siren"),
        model=model,
        description=tuple(FixedField(*field) for field in told.get("description", ())),
    )
    report = check_file(found, options, settings=settings)
    frame = report.anomalies.frame()
    return {
        "codes": sorted(report.anomalies.counts),
        "importable": report.importable,
        "details": frame.estimated_size(),
    }


def main() -> None:
    """Read the file of the command line."""
    path, told = Path(sys.argv[1]), json.loads(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE_BYTES, ADDRESS_SPACE_BYTES))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcome = read(path, told)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps(outcome | {"mib": (peak - before) >> 10}))  # noqa: T201 - its answer


if __name__ == "__main__":
    main()
