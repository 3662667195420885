"""The models that come with the product: each reads its own sample, line by line."""

from __future__ import annotations

import re

import pytest

from ecritures.formats.layouts.builtin import builtin_model, builtin_names
from ecritures.formats.layouts.loading import document_of, load_model
from ecritures.formats.layouts.preview import bytes_of, check_samples
from ecritures.reading.check import CheckOptions, check_file
from ecritures.rules.catalogue import RULES
from helpers.reading import File, read

EXPECTED = {
    *("csv", "xlsx", "quadra", "sage-pnm", "sage-mecg", "ciel", "ebp", "isacompta"),
    *("isacompta-csv", "coala", "winfic", "charlemagne", "cogilog", "openconcerto", "ldcompta"),
    *("gestimum", "isuite", "cegid-ecrexcel", "cegid-csv", "myunisoft"),
    *("sage-i7", "isapaye", "ebp-edi", "dolibarr", "pennylane", "paheko", "paheko-simple"),
    *("quickbooks", "quickbooks-en", "epicea"),
}


def test_every_layout_that_france_exchanges_has_a_model():
    assert set(builtin_names()) >= EXPECTED


@pytest.fixture(params=builtin_names())
def model(request):
    found = builtin_model(request.param.upper())
    assert found is not None
    return found


@pytest.mark.heavy
def test_a_built_in_model_reads_its_sample(model):
    assert model.samples[0].expected.lines
    check_samples(model)


def test_a_built_in_model_says_what_it_is(model):
    assert model.title
    assert len(model.description) > 40


OF_OUR_OWN = {"csv", "xlsx"}


def test_a_built_in_model_says_how_sure_its_source_is(model):
    description = " ".join(model.description.split())
    grade = "sans objet" if model.name in OF_OUR_OWN else "[ABC]"
    assert re.search(rf"Source : .+ ; fiabilité : {grade}\.$", description)


def test_a_built_in_model_that_takes_any_decimal_mark_asks_where_there_is_none(model):
    is_open = model.amounts.decimal == "any" and model.name not in OF_OUR_OWN
    assert not is_open or model.amounts.unit == "ask"


def test_a_built_in_model_survives_being_written_down(model):
    assert load_model(document_of(model)) == model


@pytest.mark.heavy
def test_the_sample_can_be_posted_and_balances(model, tmp_path):
    sample = model.samples[0]
    if sample.text is None:
        return
    path = tmp_path / "sample"
    path.write_bytes(bytes_of(model, sample.text))
    report = check_file(path, CheckOptions(model=model, file_name="sample"))
    assert report.importable
    assert report.debit_cents == report.credit_cents > 0
    assert not [code for code in report.anomalies.counts if RULES[code].blocks]
    lines = sample.expected.lines
    numbers = {line["entry_number"] for line in lines if "entry_number" in line}
    dates = {line["entry_date"] for line in lines if "entry_date" in line}
    assert report.entries == len(numbers or dates)


LEFT_OUT = [
    ("ciel", 86, "RAPPRO", "matching (86-97)"),
    ("sage-pnm", 113, "À REVOIR", "reserve (113-138)"),
    ("sage-pnm", 105, "S", "entryType (105-105)"),
    ("quadra", 90, "12", "quantity (90-99)"),
]


@pytest.mark.parametrize(("name", "start", "value", "column"), LEFT_OUT)
def test_a_column_that_a_built_in_model_leaves_out_is_named_once(
    name, start, value, column, tmp_path
):
    model = builtin_model(name)
    assert model is not None
    lines = (model.samples[0].text or "").splitlines()
    written = [
        f"{one[: start - 1].ljust(start - 1)}{value}{one[start - 1 + len(value) :]}"
        for one in lines
        if one[:1] in "M V" or "VT" in one
    ]
    path = tmp_path / "file.txt"
    top = lines[: model.input.skip_lines]
    path.write_bytes(bytes_of(model, "".join(f"{one}\n" for one in [*top, *written])))
    report = check_file(path, CheckOptions(model=model, file_name="file.txt"))
    told = report.anomalies.frame().filter(code="MOD-COL-05")
    assert told.select("column", "value").rows() == [(column, value)]


MISSPELT = [
    ("sage-mecg", "#MECG\nVT", "#mecg\nVT"),
    ("quadra", "\nM706000", "\nm706000"),
    ("sage-pnm", "411000       X", "411000       x"),
    ("sage-pnm", "411000       X", "411000       Z"),
]


@pytest.mark.parametrize(("name", "mark", "odd"), MISSPELT)
def test_a_line_of_entry_with_another_mark_is_never_left_out_without_a_word(name, mark, odd):
    sample = builtin_model(name).samples[0].text

    reading = read(File(sample.replace(mark, odd, 1).encode(), told={"model": name}))

    [found] = reading.of("MOD-LIG-01")
    assert found.value.startswith(odd.split("\n")[0] or odd[1:]) or odd in found.value


def test_blanks_around_the_tag_of_a_block_do_not_matter():
    sample = builtin_model("sage-mecg").samples[0].text

    reading = read(File(sample.replace("#MECG", " #MECG ").encode(), told={"model": "sage-mecg"}))

    assert reading.importable
    assert not reading.counts.keys() & {"MOD-LIG-01", "MOD-LIG-13"}
