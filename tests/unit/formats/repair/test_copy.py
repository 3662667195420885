"""A copy that is repaired once more stays as it is, however lines end and headers repeat."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecritures.core.errors import RefusedRequestError
from ecritures.formats.repair.changes import KINDS
from ecritures.formats.repair.copy import TRIED_BYTES, count_repairs, write_repaired
from ecritures.reading.check import check_file
from ecritures.rules.catalogue import RULES
from helpers.fec import COLUMNS, NAME, entries, fec
from rule_tables import RULES as ROWS_OF_RULES

HEADER = "|".join(COLUMNS)
QUOTED = "|".join(f'"{name}"' for name in COLUMNS)
ROWS = fec(entries(2)).decode().split("\r\n")[1:-1]
LINES = [
    *(HEADER, HEADER, QUOTED, HEADER.replace("|", "\t"), f"{HEADER}|", *ROWS, "", "  "),
    *(HEADER.replace("EcritureLet", "EcrtureLet"), HEADER.replace("|", "| ")),
    *(ROWS[0].replace(" à ", mark) for mark in "\r\n"),
    *(ROWS[0].replace("20240115", "15/01/2024"), ROWS[1].replace("120,00", "120.00")),
    *(f"{ROWS[0]}|", ROWS[0].replace("Achats", '"Achats"')),
]
ENDS = ["\r\n", "\r\n", "\n", "\r", "\r\r\n", ""]


@pytest.fixture(scope="module")
def repair(tmp_path_factory):
    folder = tmp_path_factory.mktemp("copy")

    def run(content, **sizes):
        path, output = folder / NAME, folder / "out.txt"
        path.write_bytes(content)
        repairs = write_repaired(path, output, **sizes)
        assert sorted(one.name for one in folder.iterdir()) == [NAME, "out.txt"]
        return output.read_bytes(), repairs

    return run


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
@pytest.mark.parametrize("second", [HEADER, QUOTED])
def test_a_header_after_a_line_end_of_another_kind_is_left_out(repair, second, end):
    dated = ROWS[0].replace("20240115", "15/01/2024")
    content = "\r\n".join([HEADER + end + second, dated, ROWS[1], ""]).encode()

    once, _ = repair(content)

    assert once == "\r\n".join([HEADER, *ROWS[:2], ""]).encode()
    assert repair(once)[1].counts == {}


def test_nothing_is_told_of_a_line_feed_that_is_left(repair):
    cut = ROWS[0].replace(" à ", "\n")
    content = "\r\n".join([HEADER, f"{cut}\n{ROWS[1]}|x\n{ROWS[2]}", ROWS[3], ""]).encode()

    once, repairs = repair(content)

    assert once == content
    assert repairs.counts == {}


@settings(max_examples=60)
@given(
    first=st.sampled_from([HEADER, QUOTED, HEADER.replace("|", "\t")]),
    rest=st.lists(st.tuples(st.sampled_from(ENDS), st.sampled_from(LINES)), max_size=7),
    size=st.sampled_from([50, 250, 1 << 20]),
)
def test_repairing_twice_changes_nothing_more(repair, first, rest, size):
    content = (first + "".join(end + line for end, line in rest)).encode()

    once, _ = repair(content, block_bytes=size)
    twice, repairs = repair(once, block_bytes=size)

    assert twice == once
    assert repairs.counts == {}


PIECES = st.sampled_from(
    ["|", '"', '""', " ", "1.5", "1 234,50", "2024-01-02", "é", "\0", "\n", "\r", "\r\n", "\ufeff",
     "Debit", fec(entries(1)).decode(), fec([]).decode(), fec([]).decode().replace("|", '"|"')]
)  # fmt: skip


@pytest.mark.heavy
@given(st.lists(PIECES, max_size=12).map("".join))
def test_repairing_any_text_twice_changes_nothing_more(repair, text):
    try:
        once, _ = repair(fec([]) + text.encode())
    except RefusedRequestError:  # it is no flat FEC
        return
    twice, repairs = repair(once)

    assert twice == once
    assert repairs.counts == {}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_text_of_wide_characters_is_converted(repair, encoding):
    lines = entries(EcritureLib="Séjour à Œting")

    copy, repairs = repair(fec(lines, encoding=encoding), block_bytes=200)

    assert copy == fec(lines)
    assert repairs.counts["encoding"] == 1


REPAIRABLE = {code: rule.repairs for code, rule in RULES.items() if rule.repairs}


@pytest.mark.heavy
@pytest.mark.parametrize("code", REPAIRABLE)
def test_what_a_rule_says_can_be_repaired_is_repaired(code, tmp_path):
    path, output = tmp_path / NAME, tmp_path / "out.txt"
    for row in ROWS_OF_RULES:
        if row.code != code:
            continue
        path.write_bytes(row.raised_by.content)
        counted = count_repairs(path)
        assert counted.keys() == write_repaired(path, output).counts.keys()
        if counted.keys() & set(REPAIRABLE[code]):
            assert code not in check_file(output).anomalies.counts


def test_a_rule_names_repairs_that_there_are():
    named = {kind for rule in RULES.values() for kind in rule.repairs}
    assert named <= KINDS.keys()


def test_what_is_no_flat_text_has_no_repairs(tmp_path):
    path = tmp_path / NAME
    path.write_bytes(b"<?xml version='1.0'?><comptabilite/>")
    assert not count_repairs(path)


@pytest.mark.heavy
def test_the_beginning_of_a_large_file_shows_what_can_be_repaired(tmp_path):
    path = tmp_path / NAME
    path.write_bytes(fec(entries(20_000, PieceDate="2024-01-15")))
    assert path.stat().st_size > 2 * TRIED_BYTES

    counted = count_repairs(path)

    assert 0 < counted["dates"] < 40_000
    assert counted.keys() == write_repaired(path, tmp_path / "out.txt").counts.keys()
