"""How a model says that things are written: its settings as a form, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecritures.web.model_editor.columns import (
    FIELDS,
    columns_of,
    key_of,
    place_by_position,
    record_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.formats.layouts.sample import SampleTable

DATE_FORMATS = (
    "JJ/MM/AAAA", "JJ/MM/AA", "AAAA-MM-JJ", "AAAAMMJJ", "JJMMAAAA", "JJMMAA", "AAMMJJ",
    "JJ-MM-AAAA", "JJ.MM.AAAA", "MM/JJ/AAAA",
)  # fmt: skip
MAPPED = ("journalCode", "accountNumber", "thirdPartyNumber", "siret")
TESTS = ("empty", "equals", "startsWith", "endsWith", "contains", "matches")
CONDITIONS_MAX = 20
_PLACES: dict[str, tuple[str, str]] = {
    "name": ("Nom du modèle", "Name of the model"),
    "title": ("Titre", "Title"),
    "dates": ("Dates", "Dates"),
    "amounts.decimal": ("Décimales", "Decimals"),
    "amounts.thousands": ("Milliers", "Thousands"),
    "amounts.unit": ("Unité", "Unit"),
    "amounts.directions": ("Débit et crédit", "Debit and credit"),
    "amounts": ("Montants", "Amounts"),
    "grouping": ("Écritures", "Entries"),
    "accounts.thirdParties": ("Tiers", "Third parties"),
    "accounts.replace": ("Racines", "Roots"),
    "accounts": ("Comptes et tiers", "Accounts and third parties"),
    "input.encoding": ("Encodage", "Encoding"),
    "input.skipLines": ("Lignes à sauter en tête", "Lines to skip at the top"),
    "input.dialect.delimiter": ("Séparateur", "Separator"),
    "input": ("Fichier", "File"),
    "fields": ("Colonnes", "Columns"),
    "lines": ("Lignes d’écriture", "Lines of entry"),
}


def settings_of(document: dict[str, Any]) -> dict[str, str]:
    """Return the settings of a document as the values of a form."""
    source, dates = document.get("input", {}), document.get("dates", {})
    amounts, accounts = document.get("amounts", {}), document.get("accounts", {})
    dialect = source.get("dialect", {})
    sides = amounts.get("directions") or {}
    journal = document.get("fields", {}).get("journalCode", {}).get("from")
    pad = accounts.get("pad") or {}
    values = {
        "name": document.get("name", ""),
        "title": document.get("title", ""),
        "dates": ", ".join(map(str, dates.get("formats", ["AAAAMMJJ"]))),
        "decimal": amounts.get("decimal", ","),
        "thousands": amounts.get("thousands", ""),
        "unit": amounts.get("unit", "euros"),
        "positive": amounts.get("positive", "debit"),
        "debit-words": ", ".join(map(str, sides.get("debit", ["D"]))),
        "credit-words": ", ".join(map(str, sides.get("credit", ["C"]))),
        "journal": journal.get("constant", "") if isinstance(journal, dict) else "",
        "grouping": document.get("grouping") or "",
        "encoding": source.get("encoding", "auto"),
        "skip": str(source.get("skipLines", 0)),
        "delimiter": dialect.get("delimiter", ";"),
        "header": "yes" if dialect.get("header", True) else "no",
        "third-parties": _rules(accounts.get("thirdParties"), "startsWith", "general"),
        "roots": _rules(accounts.get("replace"), "root", "by"),
        "pad": str(pad.get("length", "")),
    }
    for name in MAPPED:
        table = document.get("fields", {}).get(name, {}).get("map") or {}
        pairs = table.get("table", {}).items()
        values[f"map:{name}"] = "\n".join(f"{found} = {written}" for found, written in pairs)
    return {name: str(value) for name, value in values.items()}


def place_name(path: str) -> tuple[str, str] | None:
    """Return what the page calls the place of an error; None: only the document has it."""
    parts = path.split(".")
    field = next((FIELDS[one] for one in parts if one in FIELDS), None)
    if parts[0] == "lines" and len(parts) > 1 and parts[1].isdecimal():
        number = int(parts[1]) + 1
        more = (f", {field[0]}", f", {field[1]}") if field else ("", "")
        return f"Ligne {number}{more[0]}", f"Line {number}{more[1]}"
    if field is not None and parts[0] == "fields":
        return field
    known = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((_PLACES[one] for one in known if one in _PLACES), None)


def conditions_of(document: dict[str, Any]) -> list[tuple[str, str, str]] | None:
    """Return column, test and value of the lines left out; None: it is not said so simply."""
    keep = record_of(document).get("keep")
    if keep is None:
        return []
    left_out = keep.get("not") if isinstance(keep, dict) and set(keep) == {"not"} else None
    if not isinstance(left_out, dict):
        return None
    several = left_out.get("any", [left_out])
    rows = []
    for one in several if isinstance(several, list) else ():
        tests = [test for test in TESTS if isinstance(one, dict) and test in one]
        if len(tests) != 1 or set(one) != {"column", tests[0]} or one.get("empty") is False:
            return None
        value = "" if tests[0] == "empty" else str(one[tests[0]])
        rows.append((str(one["column"]), tests[0], value))
    return rows


def set_settings(document: dict[str, Any], form: dict[str, str], table: SampleTable | None) -> None:
    """Change the settings that a form has changed; the others stay as the document has them."""
    shown = settings_of(document)
    form = form | {
        f"{side}-words": f"{shown[f'{side}-words']}, {form[f'say-{side}']}"
        for side in ("debit", "credit")
        if form.get(f"say-{side}")
    }
    changed = {
        name: value
        for name, was in shown.items()
        if (value := form.get(name, was).replace("\r\n", "\n").strip()) != was.strip()
    }
    for name in ("name", "title", "grouping"):
        if name in changed:
            _put(document, name, changed[name])
    if "dates" in changed:
        document.setdefault("dates", {})["formats"] = _words(changed["dates"])
    _set_amounts(document, changed, form, shown)
    _set_source(document, changed, table)
    _set_accounts(document, changed)
    fields = document.setdefault("fields", {})
    if "journal" in changed:
        journal = fields.get("journalCode", {})
        if not isinstance(journal.get("from"), str):
            _put(fields, "journalCode", {"from": {"constant": changed["journal"]}}
                 if changed["journal"] else None)  # fmt: skip
    for name in MAPPED:
        if f"map:{name}" in changed and name in fields:
            pairs = dict(_pairs(changed[f"map:{name}"]))
            kept = {"by": "exact", "unknown": "keep"} | (fields[name].get("map") or {})
            _put(fields[name], "map", kept | {"table": pairs} if pairs else None)


def set_conditions(document: dict[str, Any], form: Mapping[str, str], table: SampleTable) -> None:
    """Say which lines are left out: `where:0`, `test:0`, `value:0`… by row."""
    if conditions_of(document) is None or "where:0" not in form:
        return
    columns = {column.name: column for column in columns_of(document, table)}
    rows: list[dict[str, Any]] = []
    for at in range(CONDITIONS_MAX):
        name, test = form.get(f"where:{at}", ""), form.get(f"test:{at}", "")
        if not name or test not in TESTS:
            continue
        key = key_of(document, table, columns[name]) if name in columns else name
        value = True if test == "empty" else form.get(f"value:{at}", "")
        if value:
            rows.append({"column": key, test: value})
    left_out = rows[0] if len(rows) == 1 else {"any": rows}
    _put(record_of(document), "keep", {"not": left_out} if rows else None)


def _set_amounts(
    document: dict[str, Any],
    changed: Mapping[str, str],
    form: Mapping[str, str],
    shown: Mapping[str, str],
) -> None:
    amounts = document.setdefault("amounts", {})
    for name in ("decimal", "unit", "positive"):
        if name in changed:
            amounts[name] = changed[name]
    # A space may stand between thousands: it must not be stripped.
    if (thousands := form.get("thousands", shown["thousands"])) != shown["thousands"]:
        amounts["thousands"] = thousands
    if {"debit-words", "credit-words"} & changed.keys():
        sides = {side: changed.get(f"{side}-words", shown[f"{side}-words"])
                 for side in ("debit", "credit")}  # fmt: skip
        amounts["directions"] = {side: _words(words) for side, words in sides.items()}
    if not amounts:
        document.pop("amounts")


def _set_source(
    document: dict[str, Any], changed: Mapping[str, str], table: SampleTable | None
) -> None:
    source = document.setdefault("input", {})
    if "encoding" in changed:
        source["encoding"] = changed["encoding"]
    if changed.get("skip", "").isdecimal():
        source["skipLines"] = int(changed["skip"][:6])
    if "delimiter" in changed:
        source.setdefault("dialect", {})["delimiter"] = changed["delimiter"]
    if "header" in changed:
        if changed["header"] == "no" and table is not None:
            place_by_position(document, table)
        source.setdefault("dialect", {})["header"] = changed["header"] == "yes"


def _set_accounts(document: dict[str, Any], changed: Mapping[str, str]) -> None:
    accounts = document.setdefault("accounts", {})
    if "third-parties" in changed:
        rules = accounts.get("thirdParties", [])
        others = [one for one in rules if not isinstance(one, dict) or "startsWith" not in one]
        by_root = [{"startsWith": begin, "general": to} for begin, to in
                _pairs(changed["third-parties"])]  # fmt: skip
        _put(accounts, "thirdParties", by_root + others)
    if "roots" in changed:
        _put(accounts, "replace", [{"root": a, "by": b} for a, b in _pairs(changed["roots"])])
    if "pad" in changed:
        length = int(changed["pad"][:4]) if changed["pad"].isdecimal() else 0
        kept = accounts.get("pad") or {"with": "0"}
        _put(accounts, "pad", {"length": length} | {k: v for k, v in kept.items() if k != "length"}
             if length else None)  # fmt: skip
    if not accounts:
        document.pop("accounts")


def _rules(rules: Any, found: str, written: str) -> str:  # noqa: ANN401 - any document
    rows = rules if isinstance(rules, list) else []
    return "\n".join(
        f"{one[found]} = {one.get(written, '')}"
        for one in rows
        if isinstance(one, dict) and found in one
    )


def _pairs(text: str) -> list[tuple[str, str]]:
    """Return what is found and what is written, from lines like `CL = 411000`."""
    parts = (line.partition("=") for line in text.splitlines() if line.strip())
    return [(found.strip(), written.strip()) for found, _, written in parts if found.strip()]


def _words(text: str) -> list[str]:
    return [word for one in text.split(",") if (word := one.strip())]


def _put(part: dict[str, Any], name: str, value: Any) -> None:  # noqa: ANN401 - any document
    if value:
        part[name] = value
    else:
        part.pop(name, None)


def fields_elsewhere(document: dict[str, Any]) -> list[str]:
    """Return the fields that are more than a column: those are edited as text."""
    journal = document.get("fields", {}).get("journalCode", {}).get("from")
    is_constant = isinstance(journal, dict) and set(journal) == {"constant"}
    return [
        name
        for name, spec in document.get("fields", {}).items()
        if name in FIELDS
        and not isinstance(spec.get("from"), str)
        and not (name == "journalCode" and is_constant)
    ]
