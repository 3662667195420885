"""Entries imported, exported in any layout and imported elsewhere are the same entries.

So are those that come as a FEC and as JSON.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st

from ecritures.app.actions import lettering
from ecritures.app.actions.closing import DossierRequest
from ecritures.config.settings import Settings
from ecritures.database import Database, tables
from ecritures.database.migrate import migrate
from ecritures.directory.domains import create_domain
from ecritures.directory.dossiers import create_dossier
from ecritures.directory.keys import Caller
from ecritures.exports.choices import Charset, Drafts, Layout, Separator
from ecritures.imports.request import Status
from helpers.exporting import Exporting, entries_of
from helpers.fec import COLUMNS, fec, line
from helpers.importing import Importing
from helpers.ledgers import Books
from helpers.loop_json import body
from helpers.postgresql import postgresql_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecritures.directory.domains import Domain

EXAMPLES = int(os.environ.get("ECRITURES_ROUND_TRIPS", "6"))
EXTRA = ["DateRglt", "ModeRglt", "NatOp", "IdClient", "Chantier"]
GROUPED = {"groupBy": "journal-number"}


def is_plain(text: str) -> bool:
    """Whether nobody would take the text in ISO 8859-15 for UTF-8, as "Â¥" may be."""
    try:
        text.encode("iso-8859-15").decode()
    except UnicodeDecodeError:
        return True
    return text.isascii()


LABELS = st.text(
    st.characters(codec="iso-8859-15", exclude_categories=["C", "Z"], exclude_characters="|"),
    min_size=1,
    max_size=12,
).filter(is_plain)
CODES = st.sampled_from(["", "F1", "F-002", "Élan"])
DAYS = st.sampled_from(["20240105", "20240229", "20240630", "20241231"])


def text(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100},{abs(cents) % 100:02d}"


@st.composite
def entry_rows(draw: Any, number: int) -> list[dict[str, str]]:
    """The lines of an entry: whole, with a draft's or a file's validation, currency, lettering."""
    journal, opening = draw(st.sampled_from([("HA", 0), ("VE", 0), ("AN", 1)]))
    day = "20240101" if opening else draw(DAYS)
    shared = {
        "JournalCode": journal, "JournalLib": f"Journal {journal}", "EcritureDate": day,
        "PieceDate": draw(DAYS), "PieceRef": draw(st.sampled_from(["P1", "2024/7", "à clé"])),
        "ValidDate": draw(st.sampled_from(["", "20240131", "20240731", "20241231"])),
        "EcritureLib": draw(LABELS),
    }  # fmt: skip
    amounts = draw(st.lists(st.integers(-50_000, 10**9).filter(bool), min_size=1, max_size=3))
    sides = [(one, 0) for one in amounts] + [(0, sum(amounts))]
    rows = []
    for debit, credit in sides:
        third, letter = draw(CODES), draw(st.sampled_from(["", "AA", "BC"]))
        currency = draw(st.sampled_from([("", ""), ("-12,345", "USD"), ("7", "JPY")]))
        more = {name: draw(st.sampled_from(["", "X", 'a "b"'])) for name in EXTRA}
        more["DateRglt"] = draw(st.sampled_from(["", day]))
        label = {"EcritureLib": draw(LABELS)} if draw(st.booleans()) else {}
        rows.append(
            line(
                f"{journal}-{number:03d}", "607000" if debit else "401000", text(debit),
                text(credit), **shared | label | more, CompAuxNum=third,
                CompAuxLib=third and f"Tiers {third}", EcritureLet=letter,
                DateLet=letter and "20240801", Montantdevise=currency[0], Idevise=currency[1],
            )
        )  # fmt: skip
    return rows


@st.composite
def files(draw: Any) -> list[dict[str, str]]:
    """The lines of a file."""
    entries = [draw(entry_rows(number)) for number in range(1, draw(st.integers(1, 8)) + 1)]
    return [row for rows in draw(st.permutations(entries)) for row in rows]


OPTIONS = st.fixed_dictionaries(
    {
        "layout": st.sampled_from(list(Layout)),
        "separator": st.sampled_from(list(Separator)),
        "encoding": st.sampled_from([Charset.UTF_8, Charset.LATIN_9]),
    }
)


@dataclass
class Firm:
    """A firm whose dossiers are made as they are needed."""

    database: Database
    domain: Domain
    folder: Path
    numbers: Iterator[int]

    def importing(self) -> Importing:
        """Imports into a new dossier."""
        code = f"D{next(self.numbers)}"
        made = create_dossier(self.database, self.domain, code=code, name="", siren="079555421")
        caller = Caller("", self.domain.id, self.domain.code, None)
        return Importing(Settings(data_dir=self.folder), self.database, made, caller)

    def post(self, into: Importing, content: bytes, kind: str = "fec", **options: Any) -> str:
        """Import a file."""
        url = f"https://files.example/{next(self.numbers)}.txt"
        state = into.post(content, url=url, kind=kind, options=GROUPED | options)
        assert state.status is Status.DONE, (state.message, content.decode(errors="replace"))
        return state.id


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def firm(request):
    folder = Path(tempfile.mkdtemp(prefix="ecritures-exports-"))
    folder.chmod(0o755)
    try:
        if request.param == "postgresql":
            with postgresql_server(folder / "cluster") as server:
                yield from _firm(folder, server.url(server.create_database()))
        else:
            yield from _firm(folder, Settings(data_dir=folder).effective_database_url)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _firm(folder, url):
    database = Database(url).for_all_domains()
    migrate(database)
    yield Firm(database, create_domain(database, "CABINET"), folder, itertools.count())
    database.close()


def _match_two(firm: Firm, source: Importing, import_id: str) -> None:
    """Match the first two lines of one account without a third party, if there are."""
    books = Books(firm.database, source.dossier)
    batch, found = books.batch_of(import_id), {}
    for row in books.rows(tables.lines, tables.lines.c.batch_id == batch):
        if row.third_party_id is None:
            found.setdefault(row.account_id, []).append(f"{batch}:{row.line}")
    two = next((lines[:2] for lines in found.values() if len(lines) > 1), None)
    if two:
        own = firm.database.for_domain(firm.domain.id)
        lettering.match(DossierRequest(own, source.caller, source.dossier.code), two, None)


def _trip(
    firm: Firm, rows: list[dict[str, str]], options: dict[str, Any], *, match: bool
) -> tuple[Counter[Any], Counter[Any]]:
    """Import, export and import elsewhere; return the entries here and there."""
    source, target = firm.importing(), firm.importing()
    import_id = firm.post(source, fec(rows, columns=[*COLUMNS, *EXTRA]))
    if match:
        _match_two(firm, source, import_id)
    export = Exporting(firm.database, source.dossier, firm.folder / "out")

    made = export(drafts=Drafts.INCLUDE, extra_columns=True, **options)

    assert made.complete, list(made.findings)
    assert made.debit_cents == made.credit_cents
    assert made.lines == len(rows)
    firm.post(target, made.path.read_bytes(), openings="allow")
    again = replace(export, dossier=target.dossier)
    made_again = again(drafts=Drafts.INCLUDE, extra_columns=True, **options)
    assert (made_again.debit_cents, made_again.lines) == (made.debit_cents, made.lines)
    here, there = (entries_of(firm.database, one.dossier) for one in (source, target))
    return here, there


def test_entries_are_the_same_after_a_round_trip(firm):
    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(files(), OPTIONS, st.booleans())
    def trip(rows, options, match):
        here, there = _trip(firm, rows, options, match=match)
        assert there == here

    trip()


@pytest.mark.parametrize("layout", list(Layout))
def test_every_layout_makes_the_trip(firm, layout):
    @hypothesis.settings(
        max_examples=2, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(files())
    def trip(rows):
        here, there = _trip(firm, rows, {"layout": layout}, match=False)
        assert there == here

    trip()


NOT_IN_JSON = ("CompAuxLib", "ValidDate", *EXTRA)


def _iso(day: str) -> str:
    return day and f"{day[:4]}-{day[4:6]}-{day[6:]}T00:00:00.000Z"


def _side(row: dict[str, str], name: str) -> dict[str, str]:
    side = {"amount": row[name].replace(",", ".")}
    if row["Idevise"]:
        foreign = row["Montantdevise"].replace(",", ".")
        side |= {"currency": row["Idevise"], "currencyAmount": foreign}
    return side


def _as_json_takes_it(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Leave out what importJson does not take: lettering that does not net to zero."""
    rows = [row | dict.fromkeys(NOT_IN_JSON, "") for row in rows]
    balances: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        balances[_lettered(row)] += _cents(row["Debit"]) - _cents(row["Credit"])
    none = {"EcritureLet": "", "DateLet": ""}
    return [row | (none if balances[_lettered(row)] else {}) for row in rows]


def _lettered(row: dict[str, str]) -> tuple[str, ...]:
    return row["CompteNum"], row["CompAuxNum"], row["EcritureLet"]


def _cents(amount: str) -> int:
    return round(Decimal(amount.replace(",", ".")) * 100)


def _line_of_json(row: dict[str, str]) -> dict[str, Any]:
    """The line of importJson that says the same as one of a FEC."""
    return {
        "journal": row["JournalCode"], "journalLib": row["JournalLib"],
        "reference": row["EcritureNum"], "date": _iso(row["EcritureDate"]),
        "compte": row["CompteNum"], "compteLib": row["CompteLib"], "tiers": row["CompAuxNum"],
        "refPiece": row["PieceRef"], "dateJustif": _iso(row["PieceDate"]),
        "libelle": row["EcritureLib"], "debit": _side(row, "Debit"),
        "credit": _side(row, "Credit"), "codeLettrage": row["EcritureLet"],
        "dateLettrage": _iso(row["DateLet"]), "type": "1",
    }  # fmt: skip


def test_a_fec_and_a_json_of_the_same_entries_give_the_same_ledger(firm):
    @hypothesis.settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(files())
    def compare(rows):
        rows = _as_json_takes_it(rows)
        of_fec, of_json = firm.importing(), firm.importing()
        firm.post(of_fec, fec(rows, columns=COLUMNS))
        sent = body([_line_of_json(row) for row in rows], codeIbs=of_json.dossier.code)
        firm.post(of_json, sent, kind="json")
        here, there = (entries_of(firm.database, one.dossier) for one in (of_fec, of_json))
        assert there == here

    compare()
