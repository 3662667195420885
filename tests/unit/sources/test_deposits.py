"""Keys of the storage and addresses of deposits: nothing leads out of a domain's own prefix."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta

import pytest

from ecritures.config.settings import Settings
from ecritures.core.errors import RefusedRequestError, SourceError, UnauthorizedError
from ecritures.sources.deposits import DepositSigner, checked_name, is_kept, kept_key, uri_key

PREFIX = "0b8f3f1e-8e0e-4b43-9a52-2d1a4a3c7a11"
NOW = datetime(2026, 11, 20, tzinfo=UTC)
BASE = "http://127.0.0.1:8000/"
KEY = f"{PREFIX}/142ae28e-bb2e-4a1d-a8a1-17d59e55b7ca/Écritures d'août #1.txt"


@pytest.mark.parametrize(
    "uri", ["x.txt", "142ae28e/x.txt", "a/b/c d é.txt", "a/x..txt", "a/x;y.txt"]
)
def test_a_plain_relative_path_stays_under_the_prefix(uri):
    assert uri_key(PREFIX, uri) == f"{PREFIX}/{uri}"


@pytest.mark.parametrize(
    "uri",
    [
        "..", "../x.txt", "a/../../x.txt", "a/..", "a/./x.txt", ".", "./x.txt", "...", "a/.../x",
        "/etc/passwd", "//x", "a//x.txt", "a/", "/", "", "C:\\x.txt", "a\\..\\x.txt", "..\\x.txt",
        "%2e%2e/x.txt", "%2E%2E%2Fx.txt", "a%2f..%2fx.txt", "a/%5c..%5cx.txt", "%252e%252e/x.txt",
        "%252e%252e%252fx.txt", "..%00/x.txt", "a/x.txt\0", "a/\x01x", "a/x\n", ".kept/x", "a/.k/x",
        "file:///etc/passwd/../x", "az://other/x", "a/" * 600 + "x",
    ],
)  # fmt: skip
def test_anything_else_is_refused(uri):
    with pytest.raises(RefusedRequestError) as refused:
        uri_key(PREFIX, uri)
    assert refused.value.sentence.code == "uri-refused"


@pytest.mark.parametrize(
    "name", ["x.txt", "X.TRA", "079555421FEC20241231.txt", "é è.csv", "a.b.xlsx", "x.tar.gz"]
)
def test_a_name_with_a_known_extension_is_accepted(name):
    assert checked_name(name) == name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("x.exe", "extension-refused"),
        ("txt", "extension-refused"),
        ("x.txt.", "extension-refused"),
        ("x.txt ", "extension-refused"),
        ("a/x.txt", "filename-refused"),
        ("../x.txt", "filename-refused"),
        ("..\\x.txt", "filename-refused"),
        ("%2e%2e%2fx.txt", "filename-refused"),
        (".txt", "filename-refused"),
        ("x\0.txt", "filename-unreadable"),
        ("x\n.txt", "filename-unreadable"),
        ("x" * 200 + ".txt", "filename-too-long"),
    ],
)
def test_any_other_name_is_refused(name, code):
    with pytest.raises(RefusedRequestError) as refused:
        checked_name(name)
    assert refused.value.sentence.code == code


@pytest.fixture
def signer():
    return DepositSigner()


def test_an_address_of_ours_is_known_again_whatever_its_host(signer):
    address = signer.address(BASE, KEY, NOW + timedelta(hours=24))
    assert signer.key_in(address, NOW) == KEY
    assert (
        signer.key_in(address.replace("http://127.0.0.1:8000", "https://x.example/deposits"), NOW)
        == KEY
    )


def test_the_signature_has_the_name_that_trace_collectors_hide(signer):
    address = signer.address(BASE, KEY, NOW + timedelta(hours=24))
    assert "&sig=" in address
    before = address.replace("&sig=", "&signature=")
    assert signer.key_in(before, NOW) == KEY


def test_an_expired_address_of_ours_is_refused_with_a_sentence(signer):
    address = signer.address(BASE, KEY, NOW + timedelta(hours=24))
    with pytest.raises(SourceError) as refused:
        signer.key_in(address, NOW + timedelta(hours=24))
    assert refused.value.sentence.code == "address-expired"


def test_a_changed_address_is_not_ours(signer):
    address = signer.address(BASE, KEY, NOW + timedelta(hours=24))
    assert DepositSigner().key_in(address, NOW) is None
    assert signer.key_in(address.replace(PREFIX, PREFIX[::-1]), NOW) is None
    assert signer.key_in(address.replace("expires=1", "expires=2"), NOW) is None
    assert signer.key_in(address[:-1], NOW) is None
    assert signer.key_in(address.partition("&")[0], NOW) is None
    assert signer.key_in(address.replace("deposits", "files"), NOW) is None
    assert signer.key_in("https://[", NOW) is None


@pytest.mark.parametrize("expires", ["", "x", "9" * 400, "-1"])
def test_a_request_with_a_forged_right_is_refused(signer, expires):
    with pytest.raises(UnauthorizedError):
        signer.check(KEY, expires, "0" * 64, NOW)
    with pytest.raises(UnauthorizedError):
        signer.check(KEY, expires, "é", NOW)


def test_the_secret_is_made_once_and_is_for_the_service_alone(tmp_path):
    settings = Settings(data_dir=tmp_path / "data")
    first, second = (DepositSigner.from_settings(settings) for _ in range(2))
    assert first == second
    assert "secret" not in repr(first)
    [path] = (tmp_path / "data").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_operator_may_give_the_secret(tmp_path):
    settings = Settings(data_dir=tmp_path / "data", deposit_secret="shared")
    assert DepositSigner.from_settings(settings).secret == b"shared"
    assert not (tmp_path / "data").exists()


def test_a_file_that_the_service_keeps_is_no_deposit():
    assert is_kept(kept_key(PREFIX, "1"))
    assert not is_kept(KEY)
