"""How the fault of an XML document begins, where a byte is the fault; the byte follows."""

from __future__ import annotations

CONTROL = "control character "
NOT_UTF8 = "not UTF-8: byte "
