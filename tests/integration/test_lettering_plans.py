"""An import says what it does to the lettering of the ledger."""

from __future__ import annotations

from ecritures.app.actions.imports import confirm_import
from helpers.fec import fec, line


def invoice(number, debit, credit="0,00", code="", **changes):
    return [
        line(number, "411000", debit, credit, CompAuxNum="C1", CompAuxLib="Client",
             EcritureLet=code, DateLet="20240630" if code else "", **changes),
        line(number, "706000", credit, debit, **changes),
    ]  # fmt: skip


PAIR = [*invoice(1, "100,00", code="AA"), *invoice(2, "0,00", "100,00", code="AA")]


def post(importing, rows, name="1", **more):
    return importing.post(fec(rows), url=f"https://files.example/{name}.txt", **more)


def test_the_groups_of_a_file_are_counted(importing):
    dry = post(importing, [*PAIR, *invoice(3, "1,00", code="AB")], dry_run=True)
    assert dry.plan["impact"]["lettering"] == {
        "kept": 2,
        "broken": 0,
        "reused": 0,
        "reusedCodes": [],
    }
    done = post(importing, [*PAIR, *invoice(3, "1,00", code="AB")])
    assert done.plan["impact"]["lettering"] == {"kept": 2, "broken": 0}
    assert done.plan["planDigest"] == dry.plan["planDigest"]


def test_a_code_that_other_lines_have_is_told(importing):
    post(importing, PAIR)
    dry = post(importing, invoice(3, "50,00", code="AA"), "2", dry_run=True)
    reused = [{"account": "411000", "thirdParty": "C1", "code": "AA"}]
    lettering = dry.plan["impact"]["lettering"]
    assert (lettering["reused"], lettering["reusedCodes"]) == (1, reused)
    assert "Codes de lettrage déjà pris" in dry.message.fr


def test_a_replacement_counts_the_groups_that_lose_a_line(importing):
    post(importing, [*PAIR, *invoice(3, "5,00"), *invoice(4, "6,00"), *invoice(5, "7,00")])
    kept = [*PAIR[:2], *invoice(3, "5,00"), *invoice(4, "6,00"), *invoice(5, "7,00")]
    done = post(importing, kept, "2", options={"replace": {"fiscalYear": "2024"}})
    assert done.plan["impact"]["entries"]["removed"] == 1
    assert done.plan["impact"]["lettering"] == {"kept": 0, "broken": 1}
    assert "Lettrages qui perdent une ligne : 1." in done.message.fr


def test_a_confirmed_dry_run_says_the_same_unless_the_ledger_has_changed(importing, database):
    rest = [*invoice(3, "5,00"), *invoice(4, "6,00"), *invoice(5, "7,00")]
    year = {"replace": {"fiscalYear": "2024"}}
    post(importing, [*PAIR, *rest])
    dry = post(importing, [*PAIR[:2], *rest], "2", dry_run=True, options=year)
    confirm_import(database, dry.id)
    assert importing.run(dry.id).plan["impact"]["lettering"] == {"kept": 0, "broken": 1}

    dry = post(importing, rest, "3", dry_run=True, options=year)
    assert dry.plan["impact"]["lettering"]["broken"] == 0
    post(importing, invoice(9, "0,00", "100,00", code="AA", EcritureDate="20250102"), "4")
    confirm_import(database, dry.id)
    assert importing.run(dry.id).plan["impact"]["lettering"] == {"kept": 0, "broken": 1}
