"""Identifiers of things that have numbers of ours, in the form of UUIDs that can be read back.

An identifier is a UUID of version 8, whose bits are free: the kind of thing (4 bits), its firm
(24), its dossier (32), and two numbers (31 each).
"""

from __future__ import annotations

import uuid
from enum import IntEnum


class Thing(IntEnum):
    """What an identifier names."""

    ACCOUNT = 1
    JOURNAL = 2
    ESTABLISHMENT = 3
    ENTRY = 4
    LINE = 5
    SECTION = 6
    AXIS = 7


_NUMBER = (1 << 31) - 1


def object_id(thing: Thing, domain_id: int, dossier_id: int, first: int, second: int) -> str:
    """Return the identifier of a thing: always the same, and no other has it."""
    place = thing << 56 | domain_id << 32 | dossier_id
    head = place >> 12 << 16 | 8 << 12 | place & 0xFFF
    return str(uuid.UUID(int=head << 64 | 0b10 << 62 | first << 31 | second))


def numbers_of(text: str, thing: Thing, domain_id: int, dossier_id: int) -> tuple[int, int] | None:
    """Return the two numbers of an identifier; None if it names nothing of the kind there."""
    try:
        given = uuid.UUID(text).int
    except ValueError:
        return None
    numbers = given >> 31 & _NUMBER, given & _NUMBER
    same = object_id(thing, domain_id, dossier_id, *numbers)
    return numbers if uuid.UUID(same).int == given else None
