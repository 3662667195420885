"""What the built-in import models are called, and what they read, on pages in English.

Their documents say so in French, at more length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.imports.submission.import_models import NamedModel
    from ecritures.web.words.writing import Writing

ENGLISH: Mapping[str, tuple[str, str]] = {
    "cegid-csv": ("Cegid, CSV", "Semicolons, decimal comma, dates DDMMYYYY; amount and D/C."),
    "cegid-ecrexcel": (
        "Cegid ECREXCEL",
        "Semicolons, UTF-8, decimal point, dates DD/MM/YYYY; debit and credit.",
    ),
    "charlemagne": (
        "Charlemagne",
        "Tabs, a line of headings, dates YYYYMMDD, amount and D/C, up to three analytic pairs.",
    ),
    "ciel": (
        "Ciel XIMPORT.TXT",
        "Fixed width of 137 to 142, the number of the movement first; comma or point.",
    ),
    "coala": (
        "Coala",
        (
            "Semicolons, decimal comma, dates DD/MM/YYYY: date, journal, document, account, debit,"
            " credit. For another order, see coala-2."
        ),
    ),
    "coala-2": (
        "Coala, second order",
        "Semicolons: date, journal, account, document, reference, debit, credit, E, third party.",
    ),
    "cogilog": ("Cogilog", "Tabs, dates DDMMYYYY; debit and credit with a comma or a point."),
    "csv": (
        "Plain CSV",
        (
            "Date, journal, account, label, debit and credit, under their usual names in French, in"
            " English or of the FEC; any delimiter."
        ),
    ),
    "dolibarr": (
        "Dolibarr, configurable export (CSV)",
        (
            "“CSV configurable” of the general ledger, without headings. Other exports of Dolibarr"
            " have their own models or are FECs."
        ),
    ),
    "ebp": (
        "EBP (ecritures.txt)",
        "Commas, label and document in quotes, decimal point, dates DDMMYY or DDMMYYYY.",
    ),
    "ebp-edi": (
        "EBP, EDI file (.edi)",
        "Six lines of headings, then accounts (C) and entries (E) between semicolons.",
    ),
    "epicea": (
        "Epicea (Legrain), journals (CSV)",
        "Semicolons and headings: journal, reference, date, account, third party, label, amounts.",
    ),
    "gestimum": (
        "Gestimum V3",
        "Commas, texts in quotes, decimal point, amount and D/C. For version 5, see gestimum-5.",
    ),
    "gestimum-5": (
        "Gestimum V5",
        "Commas, texts in quotes, dates DDMMYYYY, amount and D/C, in the order of one program.",
    ),
    "isacompta": (
        "ISACOMPTA, fixed-width exchange file",
        (
            "Records ECR (entry), MVT (movement), CPT (accounts) and JOU (journals); amounts with a"
            " point or a comma."
        ),
    ),
    "isacompta-csv": (
        "Agiris Isacompta, CSV",
        "Semicolons, Windows-1252, thirteen columns without headings; comma or point.",
    ),
    "isapaye": (
        "ISAPAYE, file of payroll entries (.ecr)",
        "Fixed-width records ECR (entry) and MVT (movement); amounts with a point.",
    ),
    "isuite": ("iSuite Expert (ACD)", "Semicolons, Windows-1252, dates DD/MM/YYYY."),
    "ldcompta": ("LD Compta 9 and 10", "Semicolons, records E (entries); the others are left out."),
    "myunisoft": (
        "MyUnisoft, CSV with debit and credit",
        "Semicolons, exact headings in any order, UTF-8; comma or point.",
    ),
    "myunisoft-montant": (
        "MyUnisoft, CSV with amount and side",
        "The second family of columns of the publisher’s file: amount and side.",
    ),
    "openconcerto": (
        "OpenConcerto",
        "Semicolons: date DD/MM/YYYY, journal, account, reference, label, debit, credit.",
    ),
    "paheko": (
        "Paheko, full or grouped accounting export (CSV)",
        "One line of an entry per row; in the grouped form, only its first line says the entry.",
    ),
    "paheko-simple": (
        "Paheko, simplified accounting export (CSV)",
        "A row is an entry of two lines: an account of debit, one of credit, and an amount.",
    ),
    "pennylane": (
        "Pennylane, table for importing entries",
        "The table of entries that Pennylane has one import (CSV). Its exports are FECs.",
    ),
    "quadra": (
        "QuadraCompta ASCII",
        (
            "Fixed-width records M (movements), C (accounts), R (due dates) and I (analytic);"
            " amounts in cents with D/C and a sign."
        ),
    ),
    "quickbooks": (
        "QuickBooks, “Journal” report in French (CSV)",
        "Lines of title, then the headings; date, type and number stand on the first line only.",
    ),
    "quickbooks-en": (
        "QuickBooks, “Journal” report in English (CSV)",
        "As quickbooks, with headings in English, dates MM/DD/YYYY and a decimal point.",
    ),
    "sage-i7": (
        "Sage i7, ECX file (XML)",
        "Journals, documents and lines as attributes, dates YYYY-MM-DD, decimal point.",
    ),
    "sage-mecg": (
        "Sage, “Sage format” of #MECG blocks (Sage 100, Sage 30)",
        "One field per line; each block opens with a tag, #MECG for an entry.",
    ),
    "sage-pnm": (
        "Sage PNM (Sage 100, Sage 30)",
        "Fixed width of 110 to 199, the name of the company first; analytic lines are details.",
    ),
    "winfic": (
        "WinFic, eWinfic, WinSis",
        "Fields of a fixed width between bars, decimal comma, 0,00 on the side without amount.",
    ),
    "xlsx": (
        "Plain XLSX or ODS sheet",
        "The columns of the model csv, under the same names, in the first sheet.",
    ),
}
"""Title and description of each."""


def model_title(one: NamedModel, writing: Writing) -> str:
    """Return what a model is called in the language of a reader."""
    return _said(one, writing)[0] or one.name


def model_description(one: NamedModel, writing: Writing) -> str:
    """Return what a model reads, in the language of a reader where it is a built-in one."""
    return _said(one, writing)[1]


def _said(one: NamedModel, writing: Writing) -> tuple[str, str]:
    own = one.model.title, one.model.description
    return own if writing.is_french or one.version is not None else ENGLISH[one.name]
