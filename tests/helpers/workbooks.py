"""Workbooks (XLSX, ODS) written by hand, so that they can say what no program would write."""

from __future__ import annotations

import io
import zipfile

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
ROOT = f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
NAMES = ["date", "journal", "compte", "libellé", "débit", "crédit"]
ENTRY = [
    NAMES,
    ["31/01/2024", "VT", "411000", "Facture", 10, ""],
    ["31/01/2024", "VT", "706000", "Facture", "", 10],
]


def zipped(parts, compression=zipfile.ZIP_DEFLATED):
    """An archive of these parts: name → text or bytes, or pairs of them."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in parts.items() if isinstance(parts, dict) else parts:
            archive.writestr(name, content)
    return target.getvalue()


def xlsx(rows, *, before="", strings=None, target="worksheets/sheet1.xml", more=()):
    """An XLSX of one sheet, from the XML of its rows."""
    sheet = f"<worksheet {MAIN}>{before}<sheetData>{rows}</sheetData></worksheet>"
    relation = f'<Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="{target}"/>'
    page = f'<sheet xmlns:r="{RELATIONS}" name="F" sheetId="1" r:id="rId1"/>'
    parts = [
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", f"<Relationships {PACKAGE}>{ROOT}</Relationships>"),
        ("xl/workbook.xml", f"<workbook {MAIN}><sheets>{page}</sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", f"<Relationships {PACKAGE}>{relation}</Relationships>"),
        (f"xl/{target}", sheet),
        *more,
    ]
    if strings is not None:
        parts.append(("xl/sharedStrings.xml", f"<sst {MAIN} {strings}</sst>"))
    return zipped(parts)


def xlsx_rows(rows=ENTRY):
    """The XML of rows of values, without a reference on any cell."""
    return "".join(f"<row>{''.join(map(_xlsx_cell, row))}</row>" for row in rows)


def _xlsx_cell(value):
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>' if value else "<c/>"
    return f"<c><v>{value}</v></c>"


def ods(rows):
    """An ODS of one sheet, from the XML of its rows."""
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    table = f'<table:table table:name="F">{rows}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": "<manifest:manifest/>",
            "content.xml": f"<office:document-content{names}>{body}</office:document-content>",
        }
    )


def ods_rows(rows=ENTRY):
    """The XML of rows of values."""
    return "".join(
        f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows
    )


def ods_cell(value, repeated=1):
    """The XML of one cell."""
    more = f' table:number-columns-repeated="{repeated}"' if repeated != 1 else ""
    if isinstance(value, str):
        text = f"<text:p>{value}</text:p>" if value else ""
        return f'<table:table-cell office:value-type="string"{more}>{text}</table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{value}"{more}/>'


def zip64(archive, entries=2000):
    """The archive with a ZIP64 record that tells of a larger directory than the classic one."""
    end = archive.rindex(b"PK\x05\x06")
    start = int.from_bytes(archive[end + 16 : end + 20], "little")
    directory = archive[start:end]
    size = len(directory) * entries
    record = b"PK\x06\x06" + (44).to_bytes(8, "little") + bytes(4) + bytes(8)
    record += entries.to_bytes(8, "little") * 2 + size.to_bytes(8, "little")
    record += start.to_bytes(8, "little")
    locator = b"PK\x06\x07" + bytes(4) + (start + size).to_bytes(8, "little")
    locator += (1).to_bytes(4, "little")
    return archive[:start] + directory * entries + record + locator + archive[end:]
