"""The report as a workbook: summary, anomalies, rules. Texts stay texts; no formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

from xlsxwriter import Workbook

from ecritures.core.sentences import pick
from ecritures.reports.overview import facts
from ecritures.reports.text_table import Cell, anomaly_head, anomaly_rows
from ecritures.reports.words import remedy, severity_word, title
from ecritures.rules.catalogue import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ecritures.core.sentences import Language
    from ecritures.reports.content import Content

ROWS_MAX = 1_000_000  # a sheet holds 1 048 576
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_ANOMALY_WIDTHS = (8, 13, 14, 10, 16, 28, 22, 16, 60, 60, 12, 12)


def write(content: Content, language: Language, target: BinaryIO) -> None:
    """Write the workbook."""
    with Workbook(target, _OPTIONS) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        _summary(book.add_worksheet(pick(language, "Résumé", "Summary")), content, language, bold)
        _anomalies(book.add_worksheet("Anomalies"), content, language, bold)
        _rules(book.add_worksheet(pick(language, "Règles", "Rules")), language, bold)


def _summary(sheet: Any, content: Content, language: Language, bold: Any) -> None:  # noqa: ANN401 - untyped library
    _widths(sheet, (34, 60, 14, 14, 16, 60))
    row = 0
    for name, value in facts(content, language):
        _row(sheet, row, [name], bold)
        _cell(sheet, row, 1, value)
        row += 1
    head = [
        ("Code", "Code"), ("Titre", "Title"), ("Total", "Total"), ("Détails", "Details"),
        ("Gravité", "Severity"), ("Remède", "Remedy"),
    ]  # fmt: skip
    _row(sheet, row + 1, [pick(language, *names) for names in head], bold)
    for place, one in enumerate(content.codes(), row + 2):
        rule = one.rule
        _row(
            sheet,
            place,
            [
                *(rule.code, title(rule, language), one.count, one.kept),
                *(severity_word(rule.severity, language), remedy(rule, language)),
            ],
        )


def _anomalies(sheet: Any, content: Content, language: Language, bold: Any) -> None:  # noqa: ANN401 - untyped library
    _widths(sheet, _ANOMALY_WIDTHS)
    head = anomaly_head(language)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, min(content.kept_total, ROWS_MAX), len(head) - 1)
    _row(sheet, 0, head, bold)
    for place, row in enumerate(anomaly_rows(content, language), 1):
        if place > ROWS_MAX:
            rest = content.kept_total - ROWS_MAX
            _row(sheet, place, [pick(language, f"… et {rest} de plus", f"… and {rest} more")])
            break
        _row(sheet, place, row)


def _rules(sheet: Any, language: Language, bold: Any) -> None:  # noqa: ANN401 - untyped library
    _widths(sheet, (13, 14, 10, 60, 60, 28))
    head = [
        ("Code", "Code"), ("Gravité", "Severity"), ("Bloque", "Blocks"), ("Titre", "Title"),
        ("Remède", "Remedy"), ("Source", "Source"),
    ]  # fmt: skip
    sheet.freeze_panes(1, 0)
    _row(sheet, 0, [pick(language, *names) for names in head], bold)
    for place, rule in enumerate(RULES.values(), 1):
        blocks = pick(language, "oui", "yes") if rule.blocks else ""
        _row(
            sheet,
            place,
            [
                *(rule.code, severity_word(rule.severity, language), blocks),
                *(title(rule, language), remedy(rule, language), rule.source),
            ],
        )


def _widths(sheet: Any, widths: Iterable[int]) -> None:  # noqa: ANN401 - untyped library
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)


def _row(sheet: Any, row: int, cells: Sequence[Cell], style: Any = None) -> None:  # noqa: ANN401 - untyped library
    for column, cell in enumerate(cells):
        _cell(sheet, row, column, cell, style)


def _cell(sheet: Any, row: int, column: int, cell: Cell, style: Any = None) -> None:  # noqa: ANN401 - untyped library
    if isinstance(cell, str):
        sheet.write_string(row, column, cell, style)
    elif cell is not None:
        sheet.write_number(row, column, cell, style)
