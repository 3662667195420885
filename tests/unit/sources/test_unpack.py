"""The accounting file of an archive."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile

import pytest

from ecritures.core.errors import SourceError
from ecritures.sources.unpack import UnpackLimits, unpack, unpack_others
from helpers.workbooks import zip64

LIMITS = UnpackLimits(bytes_max=64 << 20, ratio_max=200, files_max=20)
FEC = "079555421FEC20241231.txt"
CONTENT = b"JournalCode|JournalLib\nVE|Ventes\n"


@pytest.fixture
def packed(tmp_path):
    def write(content: bytes, name: str = "x", limits: UnpackLimits = LIMITS):
        path = tmp_path / "source"
        path.write_bytes(content)
        found, inner = unpack(path, name, limits)
        return found.read_bytes(), inner

    return write


def zipped(files, compression=zipfile.ZIP_DEFLATED) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return kept.getvalue()


def refusal(packed, content, **options):
    with pytest.raises(SourceError) as refused:
        packed(content, **options)
    assert type(refused.value) is SourceError
    return refused.value.sentence.code


def test_a_file_that_is_no_archive_is_left_as_it_is(packed):
    assert packed(CONTENT, FEC) == (CONTENT, FEC)
    assert packed(b"", "a.zip") == (b"", "a.zip")


def test_gzip_is_known_by_its_first_bytes(packed):
    assert packed(gzip.compress(CONTENT), f"{FEC}.gz") == (CONTENT, FEC)
    assert packed(gzip.compress(CONTENT) * 2, FEC) == (CONTENT * 2, FEC)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_only_file_of_a_zip_is_taken_whatever_its_name(packed, method):
    assert packed(zipped({"dossier/anything": CONTENT}, method)) == (CONTENT, "anything")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_that_cannot_be_unpacked_in_bounded_memory_is_refused(packed, tmp_path, method):
    assert refusal(packed, zipped({FEC: bytes(1 << 20)}, method)) == "archive-method"
    assert not (tmp_path / "source.unpacked").exists()


def test_the_true_size_of_the_directory_is_limited(packed):
    archive = zipped({"long" * 1000: CONTENT})
    assert refusal(packed, zip64(archive, entries=20)) == "archive-too-large"


def test_a_zip64_record_of_an_ordinary_size_is_no_fault(packed):
    assert packed(zip64(zipped({FEC: CONTENT}), entries=1)) == (CONTENT, FEC)


TRA = b"***S5CLIJRLSTD\r\nVTE"


def test_the_files_of_a_wanted_ending_are_taken_before_others_and_as_one(tmp_path):
    files = {"../b.TRA": TRA, "notes.txt": b"x", "facture.pdf": b"%PDF", "a.tra": TRA + b"\r\n"}
    path = tmp_path / "source"
    path.write_bytes(zipped(files))
    found, name = unpack(path, "x.zip", LIMITS, ending=".tra")
    assert (found.read_bytes(), name) == (TRA + b"\r\n" + TRA + b"\r\n", "b.TRA")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["source", "source.unpacked"]
    path.write_bytes(zipped({FEC: CONTENT, "descriptif.txt": b"x"}))
    assert unpack(path, "x.zip", LIMITS, ending=".tra")[1] == FEC


def test_a_fec_beside_the_files_of_a_wanted_ending_is_no_document_of_theirs(tmp_path):
    path = tmp_path / "source"
    path.write_bytes(zipped({"a.tra": TRA, f"2024/{FEC}": CONTENT}))
    with pytest.raises(SourceError) as refused:
        unpack(path, "x.zip", LIMITS, ending=".tra")
    assert refused.value.sentence.code == "archive-ambiguous"


def test_documents_come_from_an_archive_and_not_from_a_text_that_ends_with_one(tmp_path):
    archive = zipped({"a.tra": TRA, "facture.pdf": b"%PDF"})
    for content, names in ((archive, ["facture.pdf"]), (TRA + b"\r\n" + archive, [])):
        path = tmp_path / "source"
        path.write_bytes(content)
        assert list(unpack_others(path, tmp_path, LIMITS, ending=".tra")) == names


def test_several_files_together_are_limited_as_one_is(packed, tmp_path):
    path = tmp_path / "source"
    path.write_bytes(zipped({"a.tra": bytes(600), "b.tra": bytes(600)}))
    limits = UnpackLimits(bytes_max=1000, ratio_max=200, files_max=20)
    with pytest.raises(SourceError, match="archive"):
        unpack(path, "x.zip", limits, ending=".tra")
    assert packed(TRA, "x.tra") == (TRA, "x.tra")


def test_a_fec_is_taken_among_its_attachments(packed):
    files = {"descriptif.txt": b"x", "pieces/1.pdf": b"%PDF", f"2024/{FEC}": CONTENT, "a/": b""}
    assert packed(zipped(files)) == (CONTENT, FEC)


def test_the_only_text_is_taken_among_other_things(packed):
    files = {"ecritures.csv": CONTENT, "1.pdf": b"%PDF", "2.png": b"x"}
    assert packed(zipped(files)) == (CONTENT, "ecritures.csv")


def test_what_a_mac_adds_does_not_count(packed):
    files = {FEC: CONTENT, f"__MACOSX/._{FEC}": b"x", ".DS_Store": b"x"}
    assert packed(zipped(files)) == (CONTENT, FEC)


@pytest.mark.parametrize(
    "files",
    [
        {},
        {FEC: CONTENT, "079555421FEC20231231.txt": CONTENT},
        {"a.txt": CONTENT, "b.txt": CONTENT},
        {"a.pdf": CONTENT, "b.pdf": CONTENT},
    ],
)
def test_several_files_or_none_are_refused(packed, files):
    assert refusal(packed, zipped(files)) == "archive-ambiguous"


def test_a_spreadsheet_is_a_file_and_not_an_archive(packed):
    workbook = zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"})
    assert packed(workbook, "a.xlsx") == (workbook, "a.xlsx")


def tarred() -> bytes:
    kept = io.BytesIO()
    with tarfile.open(fileobj=kept, mode="w") as archive:
        archive.addfile(tarfile.TarInfo(FEC))
    return kept.getvalue()


@pytest.mark.parametrize(
    "inner",
    [gzip.compress(CONTENT), zipped({FEC: CONTENT}), tarred(), b"7z\xbc\xaf\x27\x1c..."],
    ids=["gzip", "zip", "tar", "7z"],  # their bytes hold the time they were packed at
)
def test_an_archive_in_an_archive_is_refused(packed, inner):
    assert refusal(packed, gzip.compress(inner)) == "archive-nested"
    assert refusal(packed, zipped({"a": inner})) == "archive-nested"


@pytest.mark.heavy
@pytest.mark.parametrize("pack", [gzip.compress, lambda content: zipped({FEC: content})])
def test_a_bomb_is_refused_before_it_bursts(packed, tmp_path, pack):
    bomb = pack(bytes(48 << 20))
    assert len(bomb) < 100_000
    assert refusal(packed, bomb) == "archive-too-large"
    assert (tmp_path / "source.unpacked").stat().st_size <= LIMITS.ratio_max * len(bomb) + (
        17 << 20
    )


def test_a_small_file_may_be_very_regular(packed):
    assert packed(gzip.compress(bytes(8 << 20))) == (bytes(8 << 20), "x")


def test_the_size_is_limited_whatever_the_archive_says(packed):
    limits = UnpackLimits(bytes_max=1000, ratio_max=10**6, files_max=20)
    assert refusal(packed, gzip.compress(b"x" * 1001), limits=limits) == "archive-too-large"
    assert packed(gzip.compress(b"x" * 1000), limits=limits)[0] == b"x" * 1000


def test_the_number_of_files_is_limited(packed):
    files = {FEC: CONTENT} | {f"{number}.pdf": b"" for number in range(20)}
    assert refusal(packed, zipped(files)) == "archive-too-large"
    many = {FEC: CONTENT} | {f"{'long' * 40}{number}": b"" for number in range(500)}
    assert refusal(packed, zipped(many)) == "archive-too-large"


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(CONTENT)[:-4],
        gzip.compress(CONTENT)[:5],
        gzip.compress(CONTENT)[:12] + b"\xff\xff" + gzip.compress(CONTENT)[14:],
        zipped({FEC: CONTENT})[:-10],
        zipped({FEC: CONTENT})[:40],
        zipped({FEC: CONTENT}, zipfile.ZIP_STORED).replace(b"Ventes", b"ventes"),
        b"PK\x05\x06" + bytes(10),
    ],
    ids=["gzip end", "gzip start", "gzip middle", "zip end", "zip start", "zip sum", "zip none"],
)
def test_a_damaged_archive_is_refused(packed, content):
    assert refusal(packed, content) in {"archive-damaged", "archive-ambiguous"}


def test_a_directory_that_points_to_before_the_file_is_damage(packed):
    archive = zipped({FEC: CONTENT})
    directory = archive.index(b"PK\x01\x02")
    # Without its first bytes, `zipfile` counts from where the archive would have begun.
    with pytest.raises(SourceError) as refused:
        packed(b"PK\x03\x04" + archive[directory:])
    assert refused.value.sentence.code == "archive-damaged"


def test_a_locked_archive_is_refused(packed):
    locked = bytearray(zipped({FEC: CONTENT}))
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(packed, bytes(locked)) == "archive-locked"
