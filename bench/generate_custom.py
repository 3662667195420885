"""The lines of `generate_fec.py` in other layouts: delimited, fixed width, sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIELDS = 18


def write_delimited(fec: Path, path: Path) -> None:
    """Write `date;journal;account;label;debit;credit`, with piece and third party."""
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write("date;journal;account;label;debit;credit;piece;thirdParty\r\n")
        for f in _fields(fec):
            day = f"{f[3][6:8]}/{f[3][4:6]}/{f[3][:4]}"
            row = (day, f[0], f[4], f[10].replace(";", ","), f[11], f[12], f[8], f[6])
            out.write(";".join(row) + "\r\n")


def write_quadra(fec: Path, path: Path) -> None:
    """Write M records of 251 characters."""
    with path.open("w", encoding="windows-1252", newline="") as out:
        for f in _fields(fec):
            day = f"{f[3][6:8]}{f[3][4:6]}{f[3][2:4]}"
            debit, credit = (int(amount.replace(",", "")) for amount in f[11:13])
            start = f"M{f[4]:<8}{f[0]:<2}000{day}F{f[10][:20]:<20}{'D' if debit else 'C'}+"
            middle = f"{debit + credit:012}{'':8}000000"
            line = f"{start}{middle:<64}EUR{f[0]:<3}{'':3}{f[10][:30]:<30}"
            out.write(f"{line:<231}{f[8]:<20}\r\n")


def write_sage_pnm(fec: Path, path: Path) -> None:
    """Write records of 138 characters under the name of the company."""
    with path.open("w", encoding="windows-1252", newline="") as out:
        out.write("ATELIER LUMEN\r\n")
        for f in _fields(fec):
            day, side, amount = _pnm_values(f)
            third = f"{'X' if f[6] else ' '}{f[6]:<13.13}"
            start = f"{f[0]:<3.3}{day}FC{f[4]:<13.13}{third}{f[8]:<13.13}{f[10]:<25.25}"
            out.write(f"{start}{'':7}{side}{amount:>20}N{f[2]:>7.7}{'':26}\r\n")


def _pnm_values(f: list[str]) -> tuple[str, str, str]:
    side = "D" if f[11] != "0,00" else "C"
    amount = (f[11] if side == "D" else f[12]).replace(",", ".")
    return f"{f[3][6:8]}{f[3][4:6]}{f[3][2:4]}", side, amount


def write_isacompta(fec: Path, path: Path) -> None:
    """Write an ECR record for each entry, and a MVT record for each of its lines."""
    entry = None
    with path.open("w", encoding="windows-1252", newline="") as out:
        for f in _fields(fec):
            if entry != (entry := (f[0], f[2])):
                day = f"{f[3][6:8]}{f[3][4:6]}{f[3][:4]}"
                out.write(f"ECR   {f[0]:<2.2}{day}{f[2]:<8.8}{f[10]:<30.30}{'':232}\r\n")
            debit, credit = (amount.replace(",", ".") for amount in f[11:13])
            start = f"MVT     {f[4]:<8.8}{f[10]:<30.30}"
            out.write(f"{start}{debit:>13}{credit:>13}{'':40}\r\n")


def write_xlsx(fec: Path, path: Path) -> None:
    """Write the lines as a sheet."""
    import xlsxwriter  # noqa: PLC0415 - only for this file

    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        head = ("date", "journal", "account", "label", "debit", "credit", "piece", "thirdParty")
        sheet.write_row(0, 0, head)
        for number, f in enumerate(_fields(fec), 1):
            amounts = (float(amount.replace(",", ".")) for amount in f[11:13])
            day = f"{f[3][6:8]}/{f[3][4:6]}/{f[3][:4]}"
            sheet.write_row(number, 0, (day, f[0], f[4], f[10], *amounts, f[8], f[6]))


def _fields(fec: Path) -> Iterator[list[str]]:
    with fec.open(encoding="utf-8", newline="") as lines:
        next(lines)
        for line in lines:
            yield line.rstrip("\r\n").split("|", FIELDS)
