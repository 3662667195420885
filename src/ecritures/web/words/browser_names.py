"""What people call a browser and its system, from what it calls itself."""

from __future__ import annotations

_BROWSERS = (
    *(("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome")),
    *(("Safari", "Safari"), ("curl", "curl")),
)
"""The first that is found is meant: most call themselves Safari too."""

_SYSTEMS = (
    *(("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android")),
    *(("Mac OS", "macOS"), ("Linux", "Linux")),
)


def browser_name(agent: str) -> str:
    """Return the browser and the system, as `Firefox, Linux`; otherwise what it says itself."""
    found = (
        next((name for part, name in known if part in agent), "") for known in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(filter(None, found)) or agent[:40]
