"""Delimited lines: quotes that are data, and quotes that do not close."""

from __future__ import annotations

import itertools

import pytest

from ecritures.core.anomalies import Anomalies
from ecritures.formats.definition import ReadOptions
from ecritures.formats.layouts.builtin import builtin_model
from ecritures.formats.layouts.definition import open_model_reader
from ecritures.formats.layouts.preview import try_model
from ecritures.formats.text.encoding import Encoding

HEAD = "date;journal;compte;libellé;débit;crédit\n"


def tried_with(tmp_path, *texts):
    path = tmp_path / "file"
    lines = (f"31/01/2024;VT;411000;{text};1,00;\n" for text in texts)
    path.write_text(HEAD + "".join(lines))
    return try_model(builtin_model("csv"), path, lines_max=len(texts))


def labels(tmp_path, *texts):
    tried = tried_with(tmp_path, *texts)
    return tried.lines["label"].to_list(), tried.anomalies.frame()


def test_a_quote_within_a_value_is_data_beside_quoted_values_too(tmp_path):
    path = tmp_path / "file"
    path.write_text(f'{HEAD}31/01/2024;"V;T";411000;TUBE 12" PVC;"1,00";\n')
    tried = try_model(builtin_model("csv"), path)
    assert tried.lines.select("journal_code", "label").row(0) == ("V;T", 'TUBE 12" PVC')
    assert tried.anomalies.counts == {}


def test_a_quote_that_does_not_close_leaves_its_line_out_and_no_other(tmp_path):
    found, anomalies = labels(tmp_path, "a", '"b', "c", '"d"', "\"e'")
    assert found == ["a", "c", "d"]
    assert anomalies.select("code", "line").rows() == [("MOD-LIG-04", 3), ("MOD-LIG-04", 6)]


@pytest.mark.heavy
def test_no_quotes_stop_the_reading(tmp_path):
    mixed = ["".join(chars) for chars in itertools.product("a\";' ", repeat=4)]
    for at in range(0, len(mixed), 25):
        texts = mixed[at : at + 25]
        tried = tried_with(tmp_path, *texts)
        assert tried.lines.height + tried.anomalies.total >= len(texts)


EVEN = [f"{day:02}/01/2024;VT;411000;ligne {day};{day},00;" for day in range(1, 29)]


def read_in_blocks(path, size):
    anomalies = Anomalies(100)
    how = ReadOptions(block_bytes=size)
    reader = open_model_reader(path, builtin_model("csv"), Encoding(), how, anomalies)
    lines = [row for block in reader.blocks() for row in block.lines.rows()]
    found = anomalies.frame().select("code", "line", "value", "expected").rows()
    return lines, found


@pytest.mark.heavy
@pytest.mark.parametrize(
    "odd",
    [
        [],
        [""],
        [";;;;;"],
        [" ; ;;;; "],
        ['15/01/2024;VT;411000;"a;b";1,00;'],
        ["15/01/2024;VT;411000;a;b;1,00;"],
        ["15/01/2024;VT;411000"],
        ["15/01/2024;VT;411000;a;1,00;;"],
        ["Total;;;;378,00;"],
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_small_blocks_give_what_one_block_gives(tmp_path, odd, end):
    path = tmp_path / "file"
    path.write_bytes(end.join([HEAD.strip(), *EVEN[:14], *odd, *EVEN[14:], ""]).encode())
    whole = read_in_blocks(path, 1 << 20)
    assert len(whole[0]) >= len(EVEN)
    assert read_in_blocks(path, 400) == whole
    assert read_in_blocks(path, 800) == whole
