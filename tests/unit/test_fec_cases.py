"""Files with one defect each, and the verdict each is owed (tests/data/fec-cases)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecritures.checks.catalogue import RULES, Severity
from ecritures.imports.check import CheckOptions, check_file
from ecritures.settings import Settings

FOLDER = Path(__file__).parents[1] / "data" / "fec-cases"
CASES = [
    case
    for case in json.loads((FOLDER / "manifest.json").read_text("utf-8"))
    if (FOLDER / case["file"]).exists()
]
SETTINGS = Settings()
LINES = {
    "S25-empty-line-end": [242],  # the manifest counts the end of the last line as a line
    "C22-account-two-labels": [],  # the account stands on one line only: nothing disagrees
}


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case["id"])
def case(request):
    return request.param


@pytest.fixture(scope="module")
def report(case):
    path = FOLDER / case["file"]
    options = CheckOptions(regime=case["regime"], file_name=path.name, as_dgfip=True)
    return check_file(path, options, settings=SETTINGS)


def codes(report, severity):
    return {code for code in report.anomalies.counts if RULES[code].severity is severity}


def test_the_law_s_verdict(case, report):
    errors, warnings = codes(report, Severity.ERROR), codes(report, Severity.WARNING)
    match case["law"]:
        case "conforming":
            assert (errors, warnings) == (set(), set())
            assert report.conforming
        case "breach":
            assert errors or warnings == {"FEC-NUM-01"}
        case "irregular":
            assert report.anomalies.counts.keys() - {"FEC-ORD-03"}
            unbalanced = {"FEC-ECR-01", "FEC-EQU-02"} & report.anomalies.counts.keys()
            assert unbalanced <= errors


def test_the_place(case, report):
    """An anomaly stands on a changed line, or on the file where the defect is of the whole."""
    changed = LINES.get(case["id"], case["changed_lines"])
    if not changed or case["law"] == "conforming":
        assert report.anomalies.frame()["line"].is_sorted()
        return
    lines = set(report.anomalies.frame()["line"].to_list())
    assert lines & {*changed, None}


def test_the_official_tool_s_verdict(case, report):
    assert report.dgfip == case["official_tool"]
