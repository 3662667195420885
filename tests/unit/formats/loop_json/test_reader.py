"""What is read of a request of importJson, however it is spelled, spaced, or cut into parts."""

from __future__ import annotations

import json
import random
from datetime import date

import polars as pl
import pytest

from ecritures.core.anomalies import Anomalies
from ecritures.formats.definition import ReadOptions
from ecritures.formats.registry import find_format, open_reader
from ecritures.formats.text.encoding import Encoding
from ecritures.reading.check import check_file
from ecritures.reading.loop_request import judge_request
from helpers.loop_json import body, document, line, pair

UUID = "142ae28e-bb2e-4a1d-a8a1-17d59e55b7ca"
STRICT = "2024-01-14T00:00:00.000Z"


@pytest.fixture
def read(tmp_path):
    """Return the lines of a request, and what was found in it."""

    def run(content, block_bytes=16 << 20):
        path = tmp_path / "x.json"
        path.write_bytes(content)
        options, anomalies = ReadOptions(block_bytes=block_bytes), Anomalies()
        blocks = list(open_reader(path, Encoding(), options, anomalies).blocks())
        return pl.concat([one.lines for one in blocks]), anomalies

    return run


def test_every_field_has_its_place(read):
    more = {
        "compteLib": "Clients", "tiers": " CDUPONT ", "dateJustif": STRICT, "codeLettrage": "AA",
        "dateLettrage": "2024-02-28", "SIRET": "07955542100027", "commentaire": 'à "revoir"',
        "dateOperation": STRICT, "dateEcheance": "2024-02-29", "datePointage": "2024-03-01",
        "codePointage": UUID, "modePaiement": 5, "typeMouvement": "7", "type": 7, "typeLot": "1",
        "lot": UUID, "ecritureMere": UUID, "ecritureOrigine": UUID, "debCutOff": STRICT,
        "finCutOff": STRICT,
        "debit": {"amount": 120, "currency": "USD", "currencyAmount": 130.5, "currencyRate": "1.1"},
    }  # fmt: skip
    back = line("411000", 0, 120, tiers="CDUPONT", codeLettrage="AA", reference="2")
    lines, anomalies = read(body([*pair(more), back, line("512000", 120, reference="2")]))
    found = lines.row(0, named=True)
    extra = json.loads(found.pop("extra"))
    assert found == {
        "line": 1, "journal_code": "VTE", "journal_label": "Ventes", "entry_number": "1",
        "entry_date": date(2024, 1, 15), "account_number": "411000", "account_label": "Clients",
        "third_party_number": "CDUPONT", "third_party_label": "", "piece_ref": "F1",
        "piece_date": date(2024, 1, 14), "label": "Facture 1", "debit_cents": 12000,
        "credit_cents": 0, "lettering": "AA", "lettering_date": date(2024, 2, 28),
        "validation_date": None, "currency_amount": 1305, "currency_scale": 1, "currency": "USD",
        "siret": "07955542100027", "splits": "", "attachments": "",
    }  # fmt: skip
    assert extra == {
        "dateOperation": "2024-01-14", "dateEcheance": "2024-02-29", "datePointage": "2024-03-01",
        "commentaire": 'à "revoir"', "modePaiement": "5", "typeLot": "1", "codePointage": UUID,
        "lot": UUID, "ecritureMere": UUID, "ecritureOrigine": UUID, "debCutOff": "2024-01-14",
        "finCutOff": "2024-01-14", "currencyRate": "1.1", "type": "7",
    }  # fmt: skip
    assert anomalies.counts == {}


def test_only_the_whole_request_says_which_lettering_is_taken(read):
    dated = {"dateLettrage": "2024-02-28"}
    made = pair({"codeLettrage": "AA"} | dated) + pair({"codeLettrage": "BB"} | dated)
    made += [line("411000", 0, 120, codeLettrage="BB", reference="2"), line("512000", 120)]
    for block_bytes in (1, 16 << 20):
        lines, anomalies = read(body(made), block_bytes)
        assert lines["lettering"].to_list() == ["", "", "BB", "", "BB", ""]
        assert lines["lettering_date"].is_not_null().to_list() == [False, False, True, *[False] * 3]
        assert anomalies.counts == {"JSON-LET-01": 1}


@pytest.mark.heavy
def test_every_size_of_part_reads_the_same(read):
    made = [one for n in range(30) for one in pair(reference=str(n), libelle=f'{n} "[{{\\é')]
    content = body(made)
    whole, _ = read(content)
    for block_bytes in (1, 200, 1000, 5000):
        assert read(content, block_bytes)[0].equals(whole)


def test_blanks_and_a_mark_of_byte_order_change_nothing(read):
    whole, _ = read(body())
    spaced = json.dumps(document(), indent=3, ensure_ascii=True).replace("\n", "\r\n\t")
    assert read(f" \n{spaced}\n".encode())[0].equals(whole)
    assert read(f"\ufeff{spaced}".encode())[0].equals(whole)


def test_the_order_of_keys_changes_nothing(read):
    made = document(options={"separatorDecimal": ","}, lines=pair(amount="1,50"))
    data = dict(reversed(made["data"].items()))
    turned = json.dumps({"DATA": data, "codeibs": "D"}).encode()
    assert read(turned)[0].equals(read(json.dumps(made).encode())[0])


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        ("120", 12000), ("120.5", 12050), ("-3.10", -310), ("1.2e2", 12000), ("1E-2", 1),
        ("0.30000000000000004", 30), ("1234567.1000000001", 123456710), ('"7"', 700),
        ('"+7.25"', 725), ("120.000", 12000), ("0", 0), ("-0.0", 0),
        ("999999999999.99", 10**14 - 1),
    ],
)  # fmt: skip
def test_amounts_are_exact(read, written, cents):
    content = body().replace(b'"amount": 120', b'"amount": ' + written.encode())
    lines, anomalies = read(content)
    assert lines["debit_cents"].to_list() == [cents, 0]
    assert set(anomalies.counts) <= {"JSON-MNT-04"}


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        (None, "2024-01-15"), (None, "2024-01-15T00:00:00.000Z"), (None, "2024-01-15 00:00:00"),
        ("AAAA-MM-JJThh:mm:ss.nnnZ", "2024-01-15T00:00:00.000Z"), ("JJ/MM/AAAA", "15/01/2024"),
        ("DD.MM.YYYY HH:mm", "15.01.2024 00:00"), ("YYYYMMDD", "20240115"),
        ("JJ/MM/AAAA", "2024-01-15"),
    ],
)  # fmt: skip
def test_dates_are_read_as_announced_or_in_iso(read, pattern, written):
    lines, anomalies = read(body(pair(date=written), options={"formatDate": pattern}))
    assert lines["entry_date"].to_list() == [date(2024, 1, 15)] * 2
    assert anomalies.counts == {}


def test_a_request_is_known_by_its_first_bytes(tmp_path):
    path = tmp_path / "x"
    for content, name in ((body(), "json"), (b' \n[{"a": 1}]', "json"), (b"[x", "fec")):
        path.write_bytes(content)
        assert find_format(path, ReadOptions()).name == name
    path.write_bytes(body())
    assert find_format(path, ReadOptions(kind="fec")).name == "fec"


@pytest.mark.heavy
def test_damage_never_raises(tmp_path):
    chance = random.Random(1)  # noqa: S311 - any chance does
    good = bytearray(body([*pair(), *pair(reference="2")], options={"newFolio": True}))
    path = tmp_path / "x.json"
    for _ in range(150):
        damaged = bytearray(good)
        for _ in range(chance.randrange(1, 4)):
            at = chance.randrange(len(damaged))
            damaged[at : at + chance.randrange(3)] = bytes(
                chance.choice(b'{}[]",:\\\x00\xff0e-') for _ in range(chance.randrange(3))
            )
        path.write_bytes(damaged)
        report = check_file(path)
        assert report.anomalies.counts or report.lines


def spoilt(value, bad):
    """Yield a document once for each text and key, of lists the first ones', with it spoilt."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield value | {name + bad: one}
            yield from ({**value, name: changed} for changed in spoilt(one, bad))
    elif isinstance(value, list):
        yield from ([new, *value[1:]] for new in spoilt(value[0], bad))
    else:
        yield bad


@pytest.mark.heavy
@pytest.mark.parametrize("bad", ["\0", "\ud800"], ids=ascii)
def test_what_is_no_text_is_reported_wherever_it_is(tmp_path, bad):
    """The judge of a request takes it, too, and nothing that is shown holds it."""
    path = tmp_path / "x.json"
    options = {"separatorDecimal": ".", "multiPeriode": True, "defaultCompte": UUID}
    splits = {"AXE1": [{"section": "A", "libelle": "a", "pourcentage": 100}]}
    more = {"dateJustif": STRICT, "SIRET": "07955542100027", "axeAna": splits}
    whole = document(
        pair(more), options=options, context={"from": STRICT, "to": STRICT}, SIRET="07955542100027"
    )
    for content in (*spoilt(whole, bad), document(pair(dateJustif=bad))):
        path.write_text(json.dumps(content), "utf-8")
        anomalies = Anomalies()
        list(open_reader(path, Encoding(), ReadOptions(), anomalies).blocks())
        shown = anomalies.frame().rows()
        assert "\0" not in "".join(str(one) for row in shown for one in row)
        judge_request(path, 1 << 20, 1 << 20)
