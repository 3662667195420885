"""An error in an entry never moves its lines into another one, and never hides.

For any file that balances: change the amount of one line in up to five entries, even so that the
changes cancel out; the lines are grouped as before, and each changed entry is off balance. It holds
for every kind of numbering but the running balance, which says that it cannot see such errors.
"""

from __future__ import annotations

import base64
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ecritures.config.settings import Settings
from ecritures.core.anomalies import Anomalies
from ecritures.core.grouping import Grouping, HowGrouped
from ecritures.core.lines import LINE_SCHEMA
from ecritures.formats.layouts.builtin import builtin_model, builtin_names
from ecritures.formats.layouts.guess import guess_model
from ecritures.formats.layouts.loading import load_model
from ecritures.formats.layouts.preview import bytes_of, try_model
from ecritures.formats.text.encoding import Encoding, judge_encoding
from ecritures.reading.check import CheckOptions, read_lines
from ecritures.rules.entries.grouping import EntryIndex

JOURNALS = ("VE", "HA", "BQ")
FIRST_DAY = date(2024, 1, 1)


def per_journal(entries):
    counts = dict.fromkeys(JOURNALS, 0)
    for one in entries:
        counts[one["journal"]] += 1
        yield str(counts[one["journal"]])


def common(entries):
    return (str(number) for number, _ in enumerate(entries, 1))


def prefixed(entries):
    numbers = zip(entries, per_journal(entries), strict=True)
    return (f"{one['journal']}{number:0>6}" for one, number in numbers)


def restarting(length):
    def numbers(entries):
        counts = {}
        for one in entries:
            scope = (one["journal"], one["day"].isoformat()[:length])
            counts[scope] = counts.get(scope, 0) + 1
            yield str(counts[scope])

    return numbers


def constant(number):
    return lambda entries: (number for _ in entries)


def one_used_twice(entries):
    """Each journal is numbered, but its last entry bears the number of its first one."""
    numbers = list(per_journal(entries))
    last = {one["journal"]: place for place, one in enumerate(entries)}
    return (
        "1" if last[one["journal"]] == place and place % 2 else number
        for place, (one, number) in enumerate(zip(entries, numbers, strict=True))
    )


def some_missing(entries):
    numbers = enumerate(per_journal(entries))
    return ("" if place % 3 == 0 else number for place, number in numbers)


NUMBERINGS = {
    "per journal": per_journal,
    "common": common,
    "prefixed": prefixed,
    "each year": restarting(4),
    "each month": restarting(7),
    "each day": restarting(10),
    "none": constant(""),
    "zero": constant("0"),
    "seven": constant("7"),
    "some missing": some_missing,
    "one used twice": one_used_twice,
    "per line": None,
}
FEC_FILES = sorted((Path(__file__).parents[3] / "data" / "fec-cases").glob("[GV]*/*FEC*.txt"))[::8]
SAMPLES = {}
"""What each sample is read into: once, not for every example."""
ORDERS = ("entries", "accounts", "days")


@st.composite
def entries_of_a_file(draw):
    """Entries that balance, in the order of their dates."""
    found = []
    day = FIRST_DAY
    for place in range(draw(st.integers(1, 14))):
        day += timedelta(days=draw(st.sampled_from((0, 0, 1, 20, 200))))
        amounts = draw(st.lists(st.integers(2, 50_000), min_size=1, max_size=3))
        found.append(
            {
                "journal": draw(st.sampled_from(JOURNALS)),
                "other_journal": draw(st.sampled_from(JOURNALS)),
                "day": day,
                "piece": draw(st.sampled_from(("", f"P{place}", f"P{place}", "R1"))),
                "amounts": amounts,
            }
        )
    return found


def lines_of(entries, numbers, order, *, over_journals):
    rows = []
    for one, number in zip(entries, numbers or [None] * len(entries), strict=True):
        shared = {"journal_code": one["journal"], "entry_number": number, "entry_date": one["day"]}
        shared |= {"piece_ref": one["piece"]}
        total = shared | {"debit_cents": sum(one["amounts"]), "credit_cents": 0}
        rows.append(total | {"account_number": "411"})
        for place, amount in enumerate(one["amounts"]):
            row = shared | {
                "debit_cents": 0,
                "credit_cents": amount,
                "account_number": f"70{place}",
            }
            rows.append(row | ({"journal_code": one["other_journal"]} if over_journals else {}))
    if order == "accounts":
        rows.sort(key=lambda row: row["account_number"])
    elif order == "days":
        rows.sort(key=lambda row: (row["entry_date"], row["journal_code"]))
    for place, row in enumerate(rows):
        row["line"] = place + 2
        row["entry_number"] = str(place + 1) if row["entry_number"] is None else row["entry_number"]
    texts = {name: "" for name, kind in LINE_SCHEMA.items() if kind == pl.String}
    return pl.DataFrame([texts | row for row in rows], schema=LINE_SCHEMA)


def find(lines, block=1000):
    index = EntryIndex()
    blocks = list(lines.iter_slices(block))
    for one in blocks:
        index.add(one)
    return index.find(lambda: blocks)


def change(draw, lines, entries):
    """Change amounts in some entries, on the same side and not to zero; return the entries too."""
    numbers = entries.of_lines(lines["line"])
    chosen = draw(
        st.lists(st.sampled_from(numbers.unique().to_list()), min_size=1, max_size=5, unique=True)
    )
    by = draw(st.integers(1, 500))
    sides = {name: lines[name].to_list() for name in ("debit_cents", "credit_cents")}
    changed = []
    for place, entry in enumerate(chosen):
        rows = (numbers == entry).arg_true().to_list()
        row = draw(st.sampled_from(rows))
        side = next((name for name in sides if sides[name][row]), None)
        if side is None:
            continue
        step = by if place % 2 == 0 else -by
        if sides[side][row] + step == 0:
            step = by
        sides[side][row] += step
        changed.append(entry)
    wrong = lines.with_columns(pl.Series(name, values) for name, values in sides.items())
    return wrong, changed


class Outcome(NamedTuple):
    """What some errors have changed.

    Attributes:
        before: How the entries were found without them, and the entry of each line.
        after: The same with them.
        unseen: The entries with an error that balance all the same.
    """

    before: tuple[HowGrouped, list[int]]
    after: tuple[HowGrouped, list[int]]
    unseen: set[int]


def with_errors(draw, lines, block=1000):
    """Find the entries of lines that balance, then once more with errors in some of them."""
    entries = find(lines, block)
    assume(entries.how.rule != Grouping.RUNNING_BALANCE)
    assume(entries.unbalanced.is_empty())
    wrong, changed = change(draw, lines, entries)
    found = find(wrong, block)
    before, after = ((one.how, one.of_lines(lines["line"]).to_list()) for one in (entries, found))
    return Outcome(before, after, set(changed) - set(found.unbalanced["entry"]))


@pytest.mark.parametrize("numbering", NUMBERINGS)
@settings(max_examples=40)
@given(data=st.data())
def test_of_generated_files(numbering, data):
    entries = data.draw(entries_of_a_file())
    make = NUMBERINGS[numbering]
    numbers = list(make(entries)) if make else None
    order = data.draw(st.sampled_from(ORDERS))
    over_journals = data.draw(st.booleans()) and numbering == "common"

    lines = lines_of(entries, numbers, order, over_journals=over_journals)
    outcome = with_errors(data.draw, lines, block=7)

    assert outcome.after == outcome.before
    assert outcome.unseen == set()


@pytest.mark.parametrize("name", builtin_names())
@settings(max_examples=25)
@given(data=st.data())
def test_of_the_samples_of_the_models(name, data, tmp_path_factory):
    frames = SAMPLES.get(name) or _samples(name, tmp_path_factory.mktemp("sample"))

    for lines in SAMPLES.setdefault(name, frames):
        if lines.height:
            outcome = with_errors(data.draw, lines)
            assert outcome.after == outcome.before
            assert outcome.unseen == set()


@pytest.mark.parametrize("path", FEC_FILES, ids=lambda path: path.parent.name)
@settings(max_examples=25)
@given(data=st.data())
def test_of_fec_files(path, data):
    if path not in SAMPLES:
        frames = list(read_lines(path, CheckOptions(), Settings(), Encoding()))
        SAMPLES[path] = pl.concat(frames)

    outcome = with_errors(data.draw, SAMPLES[path])

    assert outcome.after == outcome.before
    assert outcome.unseen == set()


CASES = sorted((Path(__file__).parents[3] / "data" / "entry-cases").glob("*.txt"))
"""Small files by the model that reads them; many have errors that cancel out."""
UNREADABLE = {"header-two-separators.fec", "quoted-texts.fec"}
PLACE = "attachments"
"""A column that no rule looks at: here, where a line stood in the file."""


def lines_of_case(path):
    if path not in SAMPLES:
        name = path.suffixes[0].removeprefix(".")
        model = None
        if name == "guess":
            model = load_model(guess_model(path).document)
        elif name != "fec":
            model = builtin_model(name)
        encoding = judge_encoding(iter([path.read_bytes()]), Anomalies(0))
        frames = list(read_lines(path, CheckOptions(model=model), Settings(), encoding))
        SAMPLES[path] = pl.concat(frames) if frames else pl.DataFrame(schema=LINE_SCHEMA)
    return SAMPLES[path]


def entries_by_place(entries, lines):
    """The entries, each as the places of its lines."""
    held = {}
    numbers = entries.of_lines(lines["line"])
    for place, number in zip(lines[PLACE], numbers, strict=True):
        held.setdefault(number, set()).add(place)
    return sorted(map(sorted, held.values()))


@pytest.mark.heavy
def test_nearly_all_cases_can_be_read():
    assert {path.stem for path in CASES if not lines_of_case(path).height} == UNREADABLE


READABLE = [path for path in CASES if path.stem not in UNREADABLE]


@pytest.mark.parametrize("path", READABLE, ids=lambda path: path.stem)
@settings(max_examples=25)
@given(data=st.data())
def test_of_cases_where_errors_stay_in_their_entries(path, data):
    lines = lines_of_case(path)
    entries = find(lines)
    wrong, _ = change(data.draw, lines, entries)
    found = find(wrong)

    balance = pl.col("debit_cents").sum() - pl.col("credit_cents").sum()
    numbers = entries.of_lines(lines["line"])
    off = wrong.with_columns(entry=numbers).group_by("entry").agg(balance.alias("off"))
    assert (found.how, found.of_lines(lines["line"]).to_list()) == (entries.how, numbers.to_list())
    assert set(found.unbalanced["entry"]) == set(off.filter(pl.col("off") != 0)["entry"])


@pytest.mark.parametrize("path", READABLE, ids=lambda path: path.stem)
@settings(max_examples=25)
@given(data=st.data())
def test_the_order_of_lines_within_an_entry_changes_nothing(path, data):
    lines = lines_of_case(path)
    lines = lines.with_columns(pl.int_range(pl.len()).cast(pl.String).alias(PLACE))
    entries = find(lines)
    runs = list(lines.group_by(entries.of_lines(lines["line"]).rle_id(), maintain_order=True))
    order = [data.draw(st.permutations(range(run.height))) for _, run in runs]
    shuffled = pl.concat(run[places] for (_, run), places in zip(runs, order, strict=True))
    shuffled = shuffled.with_columns(lines["line"])

    found = find(shuffled)

    assert entries_by_place(found, shuffled) == entries_by_place(entries, lines)
    assert found.how.rule == entries.how.rule


def _samples(name, folder):
    """Return the lines of the samples of a model, each whole."""
    model = builtin_model(name)
    found = []
    for place, sample in enumerate(model.samples):
        path = folder / str(place)
        content = sample.base64 and base64.b64decode(sample.base64)
        path.write_bytes(content or bytes_of(model, sample.text))
        found.append(try_model(model, path).lines)
    return found
