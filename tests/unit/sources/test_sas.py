"""A signed address, read before it is used."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ecritures.core.errors import SourceError
from ecritures.sources.sas import read_sas

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BLOB = "https://account.blob.core.windows.net/c/a/079555421FEC20241231.txt"


def sas(**query):
    found = read_sas(
        f"{BLOB}?sv=2020-08-04&sig=SECRET" + "".join(f"&{k}={v}" for k, v in query.items())
    )
    assert found is not None
    return found


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T11:59:59Z",
        "2026-11-20T11:59Z",
        "2026-11-20",
        "2026-11-20T11%3A59%3A59.9999999Z",
        "2021-07-17T07:28:50Z",
    ],
)
def test_one_that_has_expired_is_refused_with_its_date(text):
    with pytest.raises(SourceError) as refused:
        sas(se=text, sp="r").check(NOW)
    assert type(refused.value) is SourceError
    assert refused.value.sentence.code == "address-expired"
    assert text[:10] in refused.value.sentence.fr
    assert "SECRET" not in refused.value.sentence.fr


@pytest.mark.parametrize("permissions", ["w", "cw", "dl", ""])
def test_one_that_does_not_allow_reading_is_refused(permissions):
    address = f"{BLOB}?sv=2020-08-04&se=2027-01-01&sp={permissions or '%20'}&sig=SECRET"
    with pytest.raises(SourceError) as refused:
        read_sas(address).check(NOW)
    assert refused.value.sentence.code == "address-not-readable"


@pytest.mark.parametrize(
    ("lasts", "codes"),
    [
        (timedelta(hours=1), ["address-expires-soon"]),
        (timedelta(hours=23, minutes=54), ["address-expires-soon"]),
        (timedelta(hours=23, minutes=56), []),  # signed for a day, some minutes ago
        (timedelta(hours=24), []),
        (timedelta(days=30), []),
    ],
)
def test_one_that_lasts_less_than_a_day_is_accepted_with_a_warning(lasts, codes):
    found = sas(se=f"{NOW + lasts:%Y-%m-%dT%H:%M:%SZ}", sp="racwd")
    found.check(NOW)
    assert [warning.code for warning in found.warnings(NOW)] == codes


def test_it_ends_with_the_key_that_signed_it():
    found = sas(se="2027-01-01T00:00:00Z", ske="2026-11-20T13:00:00Z")
    assert found.expires_at == NOW + timedelta(hours=1)


def test_its_beginning_is_told():
    assert sas(st="2026-11-20T15:00:00Z").starts_at == NOW + timedelta(hours=3)


def test_what_it_does_not_tell_or_cannot_be_read_is_left_to_the_server():
    for found in (sas(si="policy"), sas(se="soon", st="0001-01-01T00:00:00%2B14:00")):
        assert (found.expires_at, found.starts_at, found.permissions) == (None, None, None)
        found.check(NOW)
        assert found.warnings(NOW) == []


@pytest.mark.parametrize(
    "address", [BLOB, f"{BLOB}?sig=x", f"{BLOB}?se=2020-01-01&sp=w", "https://[", "", "a?sig&sv"]
)
def test_another_address_is_not_read(address):
    assert read_sas(address) is None
