"""The decision records: numbered once, each with a status, and linked to their successors."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

DECISIONS = Path(__file__).parents[2] / "docs" / "decisions"
RECORDS = sorted(DECISIONS.glob("*.md"))
LINK = re.compile(r"\]\((\d{4}-[\w-]+\.md)\)")


def status_of(record: Path) -> str:
    """The paragraph that begins with `Status:`."""
    paragraphs = record.read_text("utf-8").split("\n\n")
    return next((one for one in paragraphs if one.startswith("Status: ")), "")


def test_every_number_is_used_once_and_none_is_left_out():
    numbers = Counter(record.name[:4] for record in RECORDS)
    assert numbers == {f"{number:04}": 1 for number in range(1, len(RECORDS) + 1)}


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_a_record_has_its_number_a_title_and_a_status(record):
    assert record.read_text("utf-8").startswith(f"# {int(record.name[:4])}. ")
    assert re.match(r"Status: (accepted|superseded by \[)", status_of(record))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_the_links_between_records_resolve(record):
    links = LINK.findall(record.read_text("utf-8"))
    assert [name for name in links if not (DECISIONS / name).is_file()] == []


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_a_successor_links_back_to_what_it_supersedes(record):
    after = status_of(record).partition("superseded by ")[2]
    for name in LINK.findall(after)[:1]:
        assert re.search(rf"Supersedes [^.]*\({record.name}\)", status_of(DECISIONS / name))
