"""The icons of the pages: lines on a grid of 16, drawn in the colour of the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHAPES: Mapping[str, str] = {
    "aged": '<path d="M3 13.5V9.5M6.4 13.5v-6M9.7 13.5V5M13 13.5v-11"/>',
    "balance": '<path d="M8 2.5v11M5 13.5h6M3 4.5h10M3.5 4.5 1.8 9.2h3.4z'
    'M12.5 4.5l-1.7 4.7h3.4z"/>',
    "bad": '<path d="M5.2 2.5h5.6l2.7 2.7v5.6l-2.7 2.7H5.2l-2.7-2.7V5.2zM8 5.2v3.4M8 10.9v.1"/>',
    "book": '<path d="M8 4.2C6.6 3.2 4.7 2.9 2.5 3v9.5c2.2-.1 4.1.2 5.5 1.2 1.4-1 3.3-1.3 5.5-1.2V3'
    'c-2.2-.1-4.1.2-5.5 1.2zM8 4.2v9.5"/>',
    "calendar": '<path d="M2.5 4h11v9.5h-11zM2.5 7h11M5.5 2.3v3M10.5 2.3v3"/>',
    "chart": '<path d="M2.5 2.5v11h11M5 10.5l2.7-3.2 2 1.7L13 4.8"/>',
    "clock": '<circle cx="8" cy="8" r="5.8"/><path d="M8 4.8V8l2.2 1.6"/>',
    "cross": '<path d="m4 4 8 8M12 4l-8 8"/>',
    "door": '<path d="M6.5 2.5H3v11h3.5M7 8h6.5M10.8 5.2 13.5 8l-2.7 2.8"/>',
    "down": '<path d="m4 6 4 4 4-4"/>',
    "download": '<path d="M8 2.5v8M4.6 7.2 8 10.6l3.4-3.4M3 13.5h10"/>',
    "dossier": '<path d="M2 5a1.2 1.2 0 0 1 1.2-1.2h2.9l1.5 1.7h5.2A1.2 1.2 0 0 1 14 6.7v5.1'
    'a1.2 1.2 0 0 1-1.2 1.2H3.2A1.2 1.2 0 0 1 2 11.8z"/>',
    "entry": '<path d="M3.5 2.5h9v11h-9zM5.7 5.5h4.6M5.7 8h4.6M5.7 10.5h2.6"/>',
    "eye": '<path d="M1.8 8S4 3.8 8 3.8 14.2 8 14.2 8 12 12.2 8 12.2 1.8 8 1.8 8z"/>'
    '<circle cx="8" cy="8" r="1.9"/>',
    "history": '<path d="M2.6 6.2A5.6 5.6 0 1 1 2.5 9M2.3 3.3v3h3M8 5v3.2l2.2 1.3"/>',
    "home": '<path d="M2.5 7 8 2.5 13.5 7v6.5h-4v-4h-3v4h-4z"/>',
    "import": '<path d="M8 2v7.5M4.8 6.4 8 9.6l3.2-3.2M2.5 10.5v3h11v-3"/>',
    "info": '<circle cx="8" cy="8" r="5.8"/><path d="M8 7.4v3.4M8 5.1v.1"/>',
    "journal": '<path d="M4 2.5h8.5v11H4A1.5 1.5 0 0 1 2.5 12V4A1.5 1.5 0 0 1 4 2.5z'
    'M5.5 2.5v11M8 5.5h2.5"/>',
    "key": '<circle cx="5.2" cy="10.8" r="2.7"/><path d="m7.2 8.8 5.6-5.6M10.6 5.4l1.9 1.9"/>',
    "keyboard": '<path d="M2 4.5h12v7H2zM4.5 7h.01M7 7h.01M9.5 7h.01M11.7 7h.01M5 9.4h6"/>',
    "lettering": '<path d="M2.5 4.5H9M2.5 11.5H9M9 4.5h1.2A3.3 3.3 0 0 1 13.5 8'
    'a3.3 3.3 0 0 1-3.3 3.5H9M4.5 8h4"/>',
    "link": '<path d="M6.7 9.3a2.6 2.6 0 0 0 3.7 0l2.2-2.2a2.6 2.6 0 0 0-3.7-3.7l-.7.7'
    'M9.3 6.7a2.6 2.6 0 0 0-3.7 0L3.4 8.9a2.6 2.6 0 0 0 3.7 3.7l.7-.7"/>',
    "lock": '<path d="M3.5 7.2h9v6.3h-9zM5.3 7.2V5a2.7 2.7 0 0 1 5.4 0v2.2"/>',
    "menu": '<path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11"/>',
    "mend": '<path d="m10.3 3.2 2.5 2.5-7.3 7.3-3 .5.5-3z"/>',
    "model": '<path d="M2.5 3h11v10h-11zM2.5 6.2h11M6.2 6.2V13M9.9 6.2V13"/>',
    "more": '<path d="M3.5 8h.01M8 8h.01M12.5 8h.01" stroke-width="2.2"/>',
    "ok": '<path d="m3 8.5 3.3 3.2L13 4.8"/>',
    "pause": '<path d="M5.5 3.5v9M10.5 3.5v9"/>',
    "plus": '<path d="M8 3v10M3 8h10"/>',
    "print": '<path d="M4.5 6V2.5h7V6M4.5 11h-2V6h11v5h-2M4.5 9.5h7v4h-7z"/>',
    "retry": '<path d="M13.2 6.2A5.6 5.6 0 1 0 13.5 9M13.7 3.3v3h-3"/>',
    "right": '<path d="m6 3.5 4.5 4.5L6 12.5"/>',
    "run": '<path d="M13.5 8A5.5 5.5 0 1 1 8 2.5"/>',
    "search": '<circle cx="7" cy="7" r="4.3"/><path d="m10.3 10.3 3.4 3.4"/>',
    "section": '<path d="M8 2.5v4M8 6.5 3.5 10v3.5M8 6.5l4.5 3.5V13.5M8 6.5v7"/>',
    "settings": '<path d="M2.5 5h5M11.5 5h2M2.5 11h2M8.5 11h5"/><circle cx="9.5" cy="5" r="1.8"/>'
    '<circle cx="6.5" cy="11" r="1.8"/>',
    "undo": '<path d="M5.5 3 2.5 6l3 3M2.8 6h6.4a3.8 3.8 0 0 1 0 7.6H6"/>',
    "warn": '<path d="M8 2.6 14.2 13H1.8zM8 6.6v3M8 11.2v.1"/>',
}

ICONS = frozenset(_SHAPES)
_DRAWN = {name: Markup(shape) for name, shape in _SHAPES.items()}  # noqa: S704 - our own
_SVG = Markup('<svg class="icon{}" viewBox="0 0 16 16" aria-hidden="true">{}</svg>')


def icon(name: str, colour: str = "") -> Markup:
    """Return an icon as inline SVG, hidden from screen readers: a word stands beside it.

    Args:
        name: One of `ICONS`.
        colour: `ok`, `warn`, `bad` or `accent`; empty: that of the text.
    """
    extra = f" c-{colour}" if colour else ""
    return _SVG.format(extra, _DRAWN[name])
