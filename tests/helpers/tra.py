"""Small TRA files: fields put at their places, lines padded to their width."""

from __future__ import annotations

from ecritures.formats.tra.places import (
    DOCUMENT,
    ENTRY,
    EXTENDED_WIDTH,
    HEADER,
    MARK,
    RECORDS,
    STANDARD_WIDTH,
)

RIGHT = ("MONTANT", "NUMERO", "TAUX", "QTE", "LIBREMONTANT")


def put(places, width, values, *, zeros=False):
    """A line of blanks with these values at their places; numbers on the right."""
    line = list(" " * width)
    for name, text in values.items():
        place = places[name]
        padded = text.ljust(place.length)
        if name.startswith(RIGHT):
            padded = text.rjust(place.length, "0" if zeros and text else " ")
        line[place.start - 1 : place.end] = padded[: place.length]
    return "".join(line[:width])


def header(content="JRL", form="STD", product="S5", origin="CLI", version="011"):
    """The first line."""
    values = {"product": product, "origin": origin, "content": content, "form": form}
    start = MARK + put(HEADER, 147, values | {"version": version})[3:]
    return start.rstrip()


def record(name, **values):
    """A record of parameters."""
    places = RECORDS[name]
    width = max(place.end for place in places.values())
    return (MARK + name + put(places, width, values)[6:]).rstrip()


LINE = {
    "JOURNAL": "VTE",
    "DATECOMPTABLE": "15012024",
    "TYPEPIECE": "OD",
    "TYPEECRITURE": "N",
    "CODEMONTANT": "E--",
    "REFINTERNE": "F1",
    "LIBELLE": "Facture 1",
    "NUMEROPIECE": "1",
}
MORE = {
    "DATECREATION": "15012024",
    "ECRANOUVEAU": "N",
    "TVAENCAISSEMENT": "-",
    "ETATLETTRAGE": "RI",
    "VALIDE": "-",
}


def line(account, sens, amount, *, form="STD", zeros=False, width=None, **values):
    """A line of entry."""
    extended = form == "ETE"
    filled = {**LINE, **(MORE if extended else {}), "GENERAL": account, "SENS": sens}
    filled |= {"MONTANT1": amount} | values
    width = width or (EXTENDED_WIDTH if extended else STANDARD_WIDTH)
    full = EXTENDED_WIDTH if extended or set(values) & set(MORE) else max(width, STANDARD_WIDTH)
    return put(ENTRY, full, filled, zeros=zeros)[:width]


def document(name, *, account="707000"):
    """The line of a document of the line of entry before, which has that account."""
    return line(account, "", "", TYPECPTE="G")[: DOCUMENT.start - 1] + name.ljust(DOCUMENT.length)


JOURNAL = record("JAL", code="VTE", label="Ventes", nature="VTE")


def pair(first=None, second=None, **values):
    """A balanced entry of two lines, each with its own changes."""
    one = {"account": "411000", "sens": "D", "amount": "120,00"} | values | (first or {})
    two = {"account": "707000", "sens": "C", "amount": "120,00"} | values | (second or {})
    return [line(**one), line(**two)]


def tra(lines, *, head=None, records=(JOURNAL,), end="\r\n", encoding="utf-8"):
    """The bytes of a file."""
    whole = [header() if head is None else head, *records, *lines]
    return "".join(f"{one}{end}" for one in whole).encode(encoding)
