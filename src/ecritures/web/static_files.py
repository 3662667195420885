"""The style sheet, the scripts and the font: read once, served under an address that names them.

The address holds a digest of all of them, so browsers may keep them for ever.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter, HTTPException, Response

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parent / "static"
SHEETS = ("tokens", "base", "layout", "parts", "figures", "screens", "narrow", "print")
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
_YEAR_SECONDS = 31_536_000

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class StaticFiles:
    """The files by name, and the digest that their addresses hold."""

    files: Mapping[str, bytes]
    digest: str

    def address(self, name: str) -> str:
        """Return the address of a file.

        Raises:
            KeyError: There is none of that name.
        """
        self.files[name]
        return f"/static/{self.digest}/{name}"


@cache
def static_files() -> StaticFiles:
    """Return every file; the style sheets are one."""
    sheets = [(FOLDER / "css" / f"{name}.css").read_bytes() for name in SHEETS]
    files = {path.name: path.read_bytes() for path in FOLDER.iterdir() if path.suffix in _TYPES}
    files["page.css"] = b"".join(sheets)
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + files[name])
    return StaticFiles(files, digest.hexdigest()[:12])


@router.get("/static/{digest}/{name}")
async def static_file(digest: str, name: str) -> Response:
    """Return a file; of another version: the one there is, not to be kept."""
    found = static_files()
    if name not in found.files:
        raise HTTPException(404)
    kept = f"public, max-age={_YEAR_SECONDS}, immutable" if digest == found.digest else "no-cache"
    headers = {"cache-control": kept}
    return Response(found.files[name], media_type=_TYPES[Path(name).suffix], headers=headers)
