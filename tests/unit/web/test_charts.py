"""Charts fit their frame, whatever the figures."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ecritures.web.charts import BASE, TOP, WIDTH, bars_of, line_of

CENTS = st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=24)


@given(CENTS)
def test_bars_stay_in_their_frame(values):
    names = ["J"] * len(values)
    chart = bars_of(values, values[::-1], names)
    assert len(chart.bars) == 2 * len(values)
    for bar in chart.bars:
        assert 0 <= bar.height <= BASE - TOP
        assert 0 <= bar.x <= WIDTH
        assert bar.y + bar.height <= BASE + 0.1


@given(CENTS)
def test_a_line_goes_from_side_to_side_and_zero_is_in_sight(values):
    chart = line_of(values, ["J"] * len(values))
    assert chart.line.startswith("M0")
    assert TOP <= chart.zero <= BASE
    points = chart.line[1:].split("L")
    assert float(points[-1].split()[0]) == WIDTH


def test_the_greatest_bar_is_as_high_as_the_frame():
    bars = bars_of([100, 50], [25, -10], ["J", "F"]).bars
    assert [one.height for one in bars] == [BASE - TOP, (BASE - TOP) / 4, (BASE - TOP) / 2, 0]


def test_nothing_is_an_empty_chart():
    assert bars_of([], [], []).bars == []
    assert line_of([], []).line == ""
