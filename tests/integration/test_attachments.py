"""Documents that come with a file are kept with the entries that it posts."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import timedelta

import pytest
import sqlalchemy as sa

from ecritures.app.exporting import make_export
from ecritures.core.errors import RefusedRequestError
from ecritures.database.tables import attachments, deposits
from ecritures.exports.choices import Drafts
from ecritures.exports.wanted import Wanted
from ecritures.imports.request import Status
from ecritures.ledger.proof.verify import verify_ledger
from ecritures.sources.failures import forbidden, http_status_for_now
from ecritures.worker.housekeeping import tidy
from helpers import loop_json, workbooks
from helpers.exporting import Exporting, entries_of, found_in
from helpers.fec import entries, fec
from helpers.ledgers import Books
from helpers.tra import document, header, line, pair, tra

pytestmark = pytest.mark.fake_clock

TRA_AT, JSON_AT = "https://files.example/ecritures.zip", "https://files.example/ecritures.json"
INVOICE_AT = "https://files.example/docs/F%201.pdf?sig=secret"
PDF, SCAN = b"%PDF invoice", b"\xff\xd8 scan"


@pytest.fixture
def books(database, dossier):
    return Books(database.for_domain(dossier.domain_id), dossier)


def zipped(lines, head=None, **documents):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("ventes.TRA", tra(lines, head=head))
        for name, content in documents.items():
            archive.writestr(name.replace("_", "."), content)
    return packed.getvalue()


def post_tra(importing, content, **request):
    return importing.post(content, kind="tra", url=TRA_AT, **request)


def post_json(importing, address=INVOICE_AT, **request):
    content = loop_json.body(loop_json.pair({"fichier": {"uri": address}}))
    return importing.post(content, kind="json", url=JSON_AT, **request)


def rows_of(books):
    """Entry, line, name and bytes of the documents, by number."""
    table = attachments.c
    query = sa.select(table.entry, table.line, table.name, table.bytes)
    with books.database.read() as connection:
        return [tuple(one) for one in connection.execute(query.order_by(table.batch_id, table.id))]


def contents_of(importing, books):
    """What the storage holds of them, by name."""
    with books.database.read() as connection:
        query = sa.select(attachments.c.name, attachments.c.stored_key, attachments.c.sha256)
        rows = connection.execute(query.where(attachments.c.stored_key.is_not(None))).all()
    found = {}
    for row in rows:
        found[row.name] = b"".join(importing.deps.storage.open(row.stored_key).blocks)
        assert hashlib.sha256(found[row.name]).hexdigest() == row.sha256
    return found


def is_intact(books):
    dossier = books.dossier
    verdict = verify_ledger(books.database, dossier.domain_id, dossier.id, full=True)
    return verdict.first_break is None


def test_the_documents_of_a_zip_go_with_the_lines_that_name_them(importing, books):
    lines = [*pair(), document("C:\\docs\\F1.pdf"), *pair(NUMEROPIECE="2")]
    state = post_tra(importing, zipped(lines, F1_pdf=PDF, scan_jpg=SCAN))
    assert state.status is Status.DONE, state.message
    assert state.report["anomalyCounts"] == {}
    assert rows_of(books) == [(1, 4, "F1.pdf", len(PDF)), (None, None, "scan.jpg", len(SCAN))]
    assert contents_of(importing, books) == {"F1.pdf": PDF, "scan.jpg": SCAN}
    assert is_intact(books)


def test_documents_of_one_name_in_two_folders_go_each_with_its_line(importing, books):
    first, second = document("a\\doc.pdf"), document("D:\\b\\doc.pdf")
    content = zipped(
        [*pair(), first, *pair(NUMEROPIECE="2"), second],
        **{"a/doc_pdf": PDF, "b/doc_pdf": SCAN, "c/DOC_PDF": b"third"},
    )
    assert post_tra(importing, content).status is Status.DONE
    assert rows_of(books) == [
        (1, 4, "doc.pdf", len(PDF)),
        (2, 7, "doc.pdf", len(SCAN)),
        (None, None, "DOC.PDF", len(b"third")),
    ]


def test_a_name_that_stands_for_two_documents_is_called_ambiguous(importing, books):
    archive = {"a/doc_pdf": PDF, "b/doc_pdf": SCAN}
    state = post_tra(importing, zipped([*pair(), document("doc.pdf")], **archive))
    assert state.message.code == "documents-ambiguous"
    assert "dans plusieurs dossiers" in state.message.fr
    assert "absentes" not in state.message.fr
    assert rows_of(books) == [
        (1, 4, "doc.pdf", None),
        (None, None, "doc.pdf", len(PDF)),
        (None, None, "doc.pdf", len(SCAN)),
    ]


def test_two_documents_of_one_name_and_content_are_one(importing, books):
    archive = {"a/doc_pdf": PDF, "b/doc_pdf": PDF}
    state = post_tra(importing, zipped([*pair(), document("doc.pdf")], **archive))
    assert state.message is None
    assert rows_of(books) == [(1, 4, "doc.pdf", len(PDF)), (None, None, "doc.pdf", len(PDF))]


def test_the_documents_of_entries_that_are_skipped_stay_with_the_import(importing, books):
    lines = [*pair(), document("F1.pdf")]
    post_tra(importing, zipped(pair()))
    content = zipped([*lines, *pair(NUMEROPIECE="2"), document("F2.pdf")], F1_pdf=PDF, F2_pdf=SCAN)
    state = post_tra(importing, content, options={"duplicateEntries": "skip"})
    assert state.status is Status.DONE, state.message
    assert rows_of(books) == [(2, 7, "F2.pdf", len(SCAN)), (None, None, "F1.pdf", len(PDF))]
    assert "gardées avec l'import : 1 (F1.pdf)" in state.message.fr
    assert is_intact(books)


def test_so_do_those_of_an_import_whose_entries_are_all_skipped(importing, books):
    post_tra(importing, zipped(pair()))
    content = zipped([*pair(), document("F1.pdf")], F1_pdf=PDF)
    state = post_tra(importing, content, options={"duplicateEntries": "skip"})
    assert state.status is Status.DONE, state.message
    assert rows_of(books) == [(None, None, "F1.pdf", len(PDF))]


@pytest.mark.parametrize("kind", ["O", "V"])
def test_a_document_of_a_line_that_is_not_kept_is_nobody_s_voucher(importing, books, kind):
    left = line("707000", "C", "120,00", TYPECPTE=kind, NUMEROPIECE="9")
    state = post_tra(importing, zipped([*pair(), left, document("F1.pdf")], F1_pdf=PDF))
    assert state.status is Status.DONE, state.message
    assert rows_of(books) == [(None, None, "F1.pdf", len(PDF))]
    assert state.report["anomalyCounts"]["TRA-PIE-02"] == 1


def test_a_document_that_names_another_account_is_nobody_s_voucher(importing, books):
    other = document("F1.pdf").replace("707000", "512000")
    state = post_tra(importing, zipped([*pair(), other], F1_pdf=PDF))
    assert rows_of(books) == [(None, None, "F1.pdf", len(PDF))]
    assert state.report["anomalyCounts"]["TRA-PIE-02"] == 1


def test_a_replacement_takes_no_documents_of_entries_that_stay(importing, books):
    lines = [*pair(), document("F1.pdf")]
    post_tra(importing, zipped(lines, F1_pdf=PDF))
    content = zipped([*lines, *pair(NUMEROPIECE="2")], F1_pdf=PDF)
    replace = {"mode": "replace", "replace": {"fiscalYear": "2024"}}
    replaced = post_tra(importing, content, options=replace)
    assert replaced.status is Status.DONE, replaced.message
    assert rows_of(books) == [(1, 4, "F1.pdf", len(PDF))]


def test_the_documents_beside_a_fec_go_with_the_import(importing, books):
    packed = workbooks.zipped({"079555421FEC20241231.txt": fec(entries(2)), "F-1.pdf": PDF})

    state = importing.post(packed, url="https://files.example/fec.zip")

    assert state.status is Status.DONE
    assert state.report["attachments"] == 1
    assert rows_of(books) == [(None, None, "F-1.pdf", len(PDF))]
    assert contents_of(importing, books) == {"F-1.pdf": PDF}
    assert is_intact(books)


def test_a_document_that_is_not_in_the_archive_is_told_and_named(importing, books):
    state = post_tra(importing, zipped([*pair(), document("F1.pdf")], F2_pdf=PDF))
    assert state.status is Status.DONE, state.message
    assert state.message.code == "documents-absent"
    assert "absentes de l'archive : 1 (F1.pdf)" in state.message.fr
    assert rows_of(books) == [(1, 4, "F1.pdf", None), (None, None, "F2.pdf", len(PDF))]
    assert is_intact(books)


def test_the_document_of_an_address_is_fetched_before_the_entry_is_posted(importing, books):
    importing.answer(PDF, url=INVOICE_AT)
    state = post_json(importing)
    assert state.status is Status.DONE, state.message
    assert rows_of(books) == [(1, 1, "F 1.pdf", len(PDF))]
    assert contents_of(importing, books) == {"F 1.pdf": PDF}
    assert is_intact(books)
    assert len(importing.attempts) == 1


def test_an_import_waits_for_a_document_that_cannot_be_fetched_now(importing, books):
    importing.answer(http_status_for_now("files.example", 429, None), PDF, url=INVOICE_AT)
    state = post_json(importing)
    assert state.status is Status.WAITING
    assert rows_of(books) == []
    assert importing.run_to_the_end().status is Status.DONE
    assert contents_of(importing, books) == {"F 1.pdf": PDF}


def test_a_document_that_is_refused_ends_the_import_and_says_which(importing, books):
    importing.answer(forbidden("https://files.example/docs/F%201.pdf", 403), url=INVOICE_AT)
    state = post_json(importing)
    assert state.status is Status.ENDED_WITH_ERROR
    assert state.message.fr.startswith("Pièce jointe F 1.pdf : ")
    assert "secret" not in state.message.fr
    assert rows_of(books) == []


def test_a_dry_run_fetches_nothing(importing):
    state = post_json(importing, dry_run=True)
    assert (state.status, state.report["documentLines"]) == (Status.DONE, 1)
    assert importing.deps.downloader.asked == [JSON_AT]


def test_a_document_that_is_too_large_is_refused(importing):
    importing.configure(attachment_bytes_max=4)
    importing.answer(PDF, url=INVOICE_AT)
    message = post_json(importing).message
    assert message.code == "attachment-too-big"
    assert "4 octets" in message.fr


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"", "attachment-empty"),
        (b"\n<!DOCTYPE html><title>Sign in</title>", "attachment-web-page"),
    ],
)
def test_what_a_server_sends_instead_of_a_document_is_not_kept(importing, books, answer, code):
    importing.answer(answer, url=INVOICE_AT)
    state = post_json(importing)
    assert (state.status, state.message.code) == (Status.ENDED_WITH_ERROR, code)
    assert "F 1.pdf" in state.message.fr
    assert rows_of(books) == []


def test_an_empty_document_of_an_archive_is_not_kept(importing, books):
    state = post_tra(importing, zipped([*pair(), document("C:\\docs\\F1.pdf")], F1_pdf=b""))
    assert (state.status, state.message.code) == (Status.ENDED_WITH_ERROR, "attachment-empty")
    assert rows_of(books) == []


def test_a_web_page_that_is_meant_as_one_is_kept(importing, books):
    importing.answer(b"<html>receipt</html>", url="https://files.example/docs/receipt.html")
    assert post_json(importing, "https://files.example/docs/receipt.html").status is Status.DONE
    assert contents_of(importing, books) == {"receipt.html": b"<html>receipt</html>"}


def test_documents_follow_undo_restore_and_replacement(importing, books):
    lines = [*pair(), document("F1.pdf"), *pair(NUMEROPIECE="2")]
    first = post_tra(importing, zipped(lines, F1_pdf=PDF))
    books.undo(first.id)
    books.restore(first.id)
    again = post_tra(
        importing,
        zipped([*pair(), document("F2.pdf"), *pair(NUMEROPIECE="2")], F2_pdf=SCAN),
        options={"replace": {"fiscalYear": "2024"}},
    )
    assert again.plan["impact"]["entries"]["changed"] == 1
    assert again.plan["impact"]["entries"]["unchanged"] == 1
    assert [row[2] for row in rows_of(books)] == ["F1.pdf", "F2.pdf"]
    assert is_intact(books)


def test_unused_documents_leave_the_storage_and_used_ones_stay(importing, books, clock):
    importing.answer(PDF, url=INVOICE_AT)
    state = post_json(importing)
    with books.database.read() as connection:
        kept = connection.execute(sa.select(deposits.c.stored_key)).scalars().all()
    assert kept == [state.stored_key]
    clock.advance(timedelta(days=40))
    tidy(importing.deps)
    assert contents_of(importing, books) == {"F 1.pdf": PDF}


def test_a_purge_takes_them_out_of_the_storage_and_keeps_their_names(importing, books, clock):
    importing.answer(PDF, url=INVOICE_AT)
    state = post_json(importing)
    books.undo(state.id)
    clock.advance(timedelta(days=91))
    tidy(importing.deps)
    assert contents_of(importing, books) == {}
    assert rows_of(books) == [(1, 1, "F 1.pdf", len(PDF))]
    assert is_intact(books)


def test_what_is_posted_again_has_its_documents(importing, books):
    valid = {"form": "ETE", "VALIDDATE": "31012024"}
    packed = zipped([*pair(**valid), document("F1.pdf")], head=header("DOS", "ETE"), F1_pdf=PDF)
    first = post_tra(importing, packed, options={"fileValidation": "binding"})
    assert first.status is Status.DONE, first.message
    again = post_tra(
        importing,
        zipped(pair({"LIBELLE": "Autre"}, **valid), head=header("DOS", "ETE")),
        options={"replace": {"fiscalYear": "2024"}, "definitive": "reverse"},
    )
    assert again.status is Status.DONE, again.message
    books.undo(again.id, definitive="reverse")
    assert [row[2] for row in rows_of(books)] == ["F1.pdf", "F1.pdf"]
    assert is_intact(books)


def test_a_tra_gives_them_back_in_an_archive(importing, books, tmp_path):
    lines = [*pair(), document("F1.pdf"), *pair(NUMEROPIECE="2"), document("scan.jpg")]
    first = post_tra(importing, zipped(lines, F1_pdf=PDF, scan_jpg=SCAN, note_txt=b"note"))
    wanted = Wanted(form="tra", attachments=True)
    (tmp_path / "out").mkdir()
    exported = make_export(
        books.database, books.dossier, wanted, tmp_path / "out", storage=importing.deps.storage
    )
    assert (exported.path.suffix, exported.complete) == (".zip", True)
    held, rows = entries_of(books.database, books.dossier), rows_of(books)
    books.undo(first.id)
    again = post_tra(importing, exported.path.read_bytes())
    assert again.status is Status.DONE, again.message
    assert entries_of(books.database, books.dossier) == held
    names = [(row[0], row[2], row[3]) for row in rows_of(books)]
    assert sorted(names[len(rows) :], key=str) == sorted(names[: len(rows)], key=str)


def test_documents_of_one_name_are_told_apart_in_an_archive(importing, books, tmp_path):
    for number, content in (("1", PDF), ("2", SCAN)):
        lines = [*pair(NUMEROPIECE=number), document("F1.pdf")]
        post_tra(importing, zipped(lines, F1_pdf=content))
    (tmp_path / "out").mkdir()
    exported = make_export(
        *(books.database, books.dossier, Wanted(form="tra", attachments=True), tmp_path / "out"),
        storage=importing.deps.storage,
    )
    with zipfile.ZipFile(exported.path) as archive:
        assert archive.read("F1.pdf") == PDF
        assert archive.read("F1 (2).pdf") == SCAN


def test_other_forms_say_how_many_they_leave(importing, books, tmp_path):
    post_tra(importing, zipped([*pair(), document("F1.pdf")], F1_pdf=PDF))
    exporting = Exporting(books.database, books.dossier, tmp_path / "out")
    assert found_in(exporting("tra")) == {("documents-left", ""): 1}
    assert found_in(exporting(drafts=Drafts.INCLUDE))["documents-left", ""] == 1
    with pytest.raises(RefusedRequestError):
        exporting("csv", attachments=True)
