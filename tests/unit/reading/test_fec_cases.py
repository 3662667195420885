"""Files with one defect each, and what is owed to each (tests/data/fec-cases).

`manifest.json` says what the defect is, and what the law and the tax office's tool say of it;
`expected.json` gives, for each code that the file must raise, how many times and where first.
"""

from __future__ import annotations

import json

import pytest

from helpers.paths import DATA
from helpers.reading import File, read

pytestmark = pytest.mark.heavy

FOLDER = DATA / "fec-cases"
CASES = {case["id"]: case for case in json.loads((FOLDER / "manifest.json").read_text("utf-8"))}
EXPECTED = json.loads((FOLDER / "expected.json").read_text("utf-8"))
OF_SOME_LINES = [name for name, case in CASES.items() if case["changed_lines"] is not None]

JUSTIFIABLE = {"B04-number-gap"}  # a gap may be explained: a warning, although a breach
NOT_CONFORMING = {
    "irregular": {  # off balance, or with entries of another year
        *("B01-unbalanced-entry", "B02-two-unbalanced-compensated", "B13-entry-two-journals"),
        *("D11-next-year", "D12-year1850", "D13-year2150", "X07-unbalanced"),
    },
    "unclear": {"A23-inner-space-sign"},  # with its sign read, the entry is off balance
    "conforming": set(),
    "breach": {name for name, case in CASES.items() if case["law"] == "breach"} - JUSTIFIABLE,
}
OF_NO_DEFECT = {  # what is reported of a file that conforms
    "G11-negative-balanced": {"FEC-MNT-07"},
    "G12-trailing-sign": {"FEC-MNT-07"},
    "L04-no-lettering": {"FEC-LET-03"},
    "V16-bnct-empty-comptenum": {"FEC-CPT-05"},  # lawful, and yet it cannot be posted
    "X02-good-utf8": {"FEC-LET-03", "FEC-ORD-03"},
    "X14-bnct": {"FEC-LET-03", "FEC-ORD-03"},
}
CONSEQUENCES = {  # lines told beside the changed ones, each of the entry or code that they touch
    "S17-mixed-separator": {7, 19},
    "S19-separator-in-field": {16},
    "S21-short-line": {16},
    "S25-empty-line-end": {242},  # the manifest counts the end of the last line as a line
    "V03-empty-ecriturenum": {18},
    "V20-bnct-with-18-cols": {1},
    "B02-two-unbalanced-compensated": {33},
    "B08-two-dates-in-entry": {25},
    "B13-entry-two-journals": {165},
}


@pytest.fixture(scope="module", params=CASES)
def case(request):
    return CASES[request.param]


@pytest.fixture(scope="module")
def reading(case):
    path = FOLDER / case["file"]
    told = {"regime": case["regime"], "as_dgfip": True}
    return read(File(path.read_bytes(), path.name, told))


def test_every_case_has_its_file_and_what_it_is_expected_to_raise():
    files = {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*FEC*.*") if path.is_file()}
    files |= {str(path.relative_to(FOLDER)) for path in FOLDER.glob("N0*/*")}

    assert {case["file"] for case in CASES.values()} == files
    assert list(CASES) == list(EXPECTED)


def test_the_exact_codes_and_the_first_place_of_each(case, reading):
    first = {}
    for one in reading.found:
        first.setdefault(one.code, one.line)

    told = {code: [count, first[code]] for code, count in reading.counts.items()}

    assert told == EXPECTED[case["id"]]


def test_the_law_s_verdict(case, reading):
    assert reading.conforming == (case["id"] not in NOT_CONFORMING[case["law"]])


def test_what_is_wrong_is_told_and_nothing_is_told_of_what_conforms(case, reading):
    if case["law"] == "conforming":
        assert set(reading.counts) == OF_NO_DEFECT.get(case["id"], set())
    elif case["id"] != "C22-account-two-labels":  # on one line alone: nothing disagrees
        assert reading.counts.keys() - {"FEC-ORD-03", "FEC-LET-03"}


@pytest.mark.parametrize("case", OF_SOME_LINES, indirect=True)
def test_the_place_is_a_changed_line_or_the_file_as_a_whole(case, reading):
    lines = {one.line for one in reading.found}

    assert lines <= {*case["changed_lines"], None} | CONSEQUENCES.get(case["id"], set())


def test_the_official_tool_s_verdict(case, reading):
    assert reading.official == case["official_tool"]
