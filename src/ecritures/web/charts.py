"""Charts as inline SVG: geometry in attributes, the figures beside them and in the label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT, BASE, TOP = 300, 96, 74, 8


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart: its class (`b1` or `b2`) and its place."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A word under a chart, at its middle."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Two series side by side, by month."""

    bars: list[Bar]
    ticks: list[Tick]


@dataclass(frozen=True, slots=True)
class Line:
    """A balance over time: the path of its line, that of the area under it, and where zero is."""

    line: str
    area: str
    zero: float
    ticks: list[Tick]


def bars_of(first: Sequence[int], second: Sequence[int], names: Sequence[str]) -> Bars:
    """Return two series of cents side by side; negative ones have no height."""
    greatest = max([*first, *second, 1])
    step = WIDTH / max(len(names), 1)
    width = max(step / 2 - 2, 1)
    bars, ticks = [], []
    for rank, (one, other, name) in enumerate(zip(first, second, names, strict=True)):
        for kind, cents, x in (("b1", one, rank * step + 1), ("b2", other, rank * step + step / 2)):
            height = round(max(cents, 0) / greatest * (BASE - TOP), 1)
            bars.append(Bar(kind, round(x, 1), round(BASE - height, 1), round(width, 1), height))
        ticks.append(Tick(round(rank * step + step / 2, 1), name))
    return Bars(bars, ticks)


def line_of(values: Sequence[int], names: Sequence[str]) -> Line:
    """Return a balance in cents over time."""
    low, high = min([*values, 0]), max([*values, 0])
    span = (high - low) or 1
    step = WIDTH / max(len(values) - 1, 1)

    def height(cents: int) -> float:
        return round(BASE - (cents - low) / span * (BASE - TOP), 1)

    points = [(round(rank * step, 1), height(cents)) for rank, cents in enumerate(values)]
    if len(points) == 1:
        points.append((WIDTH, points[0][1]))
    zero = height(0)
    path = "L".join(f"{x} {y}" for x, y in points)
    area = f"M{path}L{points[-1][0]} {zero}L{points[0][0]} {zero}z" if points else ""
    place = WIDTH / max(len(names), 1)
    ticks = [Tick(round((rank + 0.5) * place, 1), name) for rank, name in enumerate(names)]
    return Line(f"M{path}" if points else "", area, zero, ticks)
