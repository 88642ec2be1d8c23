"""What may come in, with the sentence for what may not; and a store that never lies."""

import hashlib
import os
import struct
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.errors import DomainError
from core.files import (
    KIND_LABELS,
    MAX_BYTES,
    FileDamaged,
    check_size,
    damaged,
    load,
    load_sealed,
    offered_name,
    sniff,
    store,
    store_sealed,
)
from core.vault import Vault

PDF = b"%PDF-1.7\n1 0 obj\nstartxref\n9\n%%EOF"
XLSX = b"PK\x03\x04....xl/workbook.xml...."


def png(width, height):
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + b"\x08\x02"


def jpg(width, height, frame=0xC0):
    exif = b"\xff\xe1" + struct.pack(">H", 8) + b"Exif\x00\x00"
    table = b"\xff\xc4" + struct.pack(">H", 4) + b"\xff\xc0"  # looks like a frame inside a table
    head = b"\xff" + bytes([frame]) + struct.pack(">HBHHB", 17, 8, height, width, 3)
    return b"\xff\xd8" + exif + table + b"\xff" + head + bytes(10)


def refusal(call, *args, **kwargs):
    with pytest.raises(DomainError) as caught:
        call(*args, **kwargs)
    assert caught.value.field == "file"
    return caught.value.message


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PDF, "pdf"),
        (b"\xef\xbb\xbf" + PDF, "pdf"),
        (png(8000, 5000), "png"),
        (jpg(4000, 3000), "jpg"),
        (jpg(4000, 3000, frame=0xC2), "jpg"),
        (XLSX, "xlsx"),
    ],
)
def test_kinds_go_by_content_and_never_by_name(data, kind):
    assert sniff(data, "计划书.exe", accept=KIND_LABELS) == kind


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (
            b"PK\x03\x04..word/document.xml",
            "是 Word 文档，这里只接受 PDF、JPG、PNG，请另存为 PDF 后再传",
        ),
        (
            b"PK\x03\x04..ppt/presentation.xml",
            "是 PPT 演示文稿，这里只接受 PDF、JPG、PNG，请另存为 PDF 后再传",
        ),
        (b"PK\x03\x04..a.txt", "是压缩包，这里只接受 PDF、JPG、PNG，请解压后逐个上传"),
        (XLSX, "是 XLSX 文件，这里只接受 PDF、JPG、PNG，请转换后再传"),
        (
            b"\x00\x00\x00\x18ftypheic",
            "是 HEIC 照片，这里只接受 PDF、JPG、PNG，请在手机上转换为 JPG 后再传",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1",
            "是旧版 Office 文件，这里只接受 PDF、JPG、PNG，请另存为 PDF 或 xlsx 后再传",
        ),
        (b"<html>", "是无法识别的文件，这里只接受 PDF、JPG、PNG，请确认选对了文件"),
        (b"MZ\x90", "是无法识别的文件，这里只接受 PDF、JPG、PNG，请确认选对了文件"),
    ],
)
def test_the_refusal_names_what_it_is_and_what_to_do(data, what):
    assert refusal(sniff, data, "C:\\资料\\计划书.pdf") == "“计划书.pdf”" + what


@pytest.mark.parametrize(
    ("size", "sentence"),
    [
        (0, "文件是空的，请重新选择文件"),
        (40 * 1024**2, "文件 40 MB，超过 20 MB 上限，请压缩或拆分后再传"),
        (MAX_BYTES + 1, "文件 20.1 MB，超过 20 MB 上限，请压缩或拆分后再传"),
    ],
)
def test_sizes(size, sentence):
    assert refusal(check_size, size) == sentence


def test_twenty_megabytes_pass_and_an_upload_is_measured_first():
    assert sniff(PDF[:9] + bytes(MAX_BYTES - len(PDF)) + PDF[9:], "计划书.pdf") == "pdf"
    assert refusal(sniff, b"?" * (MAX_BYTES + 1), "x").startswith("文件 20.1 MB")


@pytest.mark.parametrize("picture", [png, jpg])
def test_absurd_pixel_sizes_are_refused_from_the_header(picture):
    assert refusal(sniff, picture(60000, 50000), "证件照") == (
        "图片为 60000 × 50000 像素，超过 4000 万像素上限，请缩小后再传"
    )


@pytest.mark.parametrize(
    "data",
    [
        png(100, 0),
        png(100, 100)[:20],
        jpg(0, 100),
        jpg(100, 100)[:24],
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe1\x00\x00\xff\xe1\x00\x00" * 9,
    ],
)
def test_broken_pictures_are_refused(data):
    assert refusal(sniff, data, "a.png") == "图片已损坏，无法读取尺寸，请重新导出或拍摄后再传"


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n" + bytes(range(256)) * 40,
        PDF[:-6],
        PDF.replace(b"startxref\n9", b"startxref\n"),
        PDF + b"?" * 4096,
    ],
)
def test_a_head_alone_makes_no_pdf(data):
    assert refusal(sniff, data, "计划书.pdf") == (
        "“计划书.pdf”不是完整的 PDF（缺少结尾部分），请重新导出后再传"
    )


@pytest.mark.parametrize(
    ("filename", "kind", "offered"),
    [
        ("x.exe", "pdf", "x.pdf"),
        ("证件.pdf", "pdf", "证件.pdf"),
        ("IMG_1.JPEG", "jpg", "IMG_1.jpg"),
        ("C:\\资料\\计划书.pdf", "pdf", "计划书.pdf"),
        ("../../etc/passwd", "png", "passwd.png"),
        ("推荐表.第二稿", "pdf", "推荐表.第二稿.pdf"),
        ('a<b>:"|?*.pdf', "pdf", "ab.pdf"),
        ("..", "pdf", "文件.pdf"),
        (".exe", "pdf", "exe.pdf"),
        ("", "xlsx", "文件.xlsx"),
    ],
)
def test_a_file_leaves_under_the_extension_of_what_it_is(filename, kind, offered):
    assert offered_name(filename, kind) == offered


def test_a_long_name_is_shortened():
    sentence = refusal(sniff, b"MZ", "长" * 100 + ".exe")
    assert sentence.startswith("“" + "长" * 28 + "…" + "长" * 6 + ".exe”是")


def test_what_is_stored_comes_back(tmp_path):
    digest = store(tmp_path, PDF)
    assert digest == hashlib.sha256(PDF).hexdigest()
    assert (tmp_path / digest[:2] / digest).read_bytes() == PDF
    assert load(tmp_path, digest) == PDF


def test_the_same_content_is_one_file_even_when_stored_at_once(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        digests = set(pool.map(lambda _: store(tmp_path, PDF), range(32)))
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.name for path in files] == list(digests)


def test_a_damaged_file_is_never_handed_out_and_healed_by_storing_again(tmp_path):
    digest = store(tmp_path, PDF)
    (tmp_path / digest[:2] / digest).write_bytes(b"other")
    with pytest.raises(FileDamaged, match="校验值不符"):
        load(tmp_path, digest)
    store(tmp_path, PDF)
    assert load(tmp_path, digest) == PDF


def test_a_missing_file_is_named_as_such(tmp_path):
    with pytest.raises(FileDamaged, match="不在存储目录中"):
        load(tmp_path, "0" * 64)


@pytest.mark.parametrize("digest", ["../../etc/passwd", "0" * 63, "A" * 64, ""])
def test_only_a_digest_is_a_name(tmp_path, digest):
    with pytest.raises(ValueError, match="SHA-256"):
        load(tmp_path, digest)


def test_a_write_that_fails_leaves_nothing_behind(tmp_path):
    digest = hashlib.sha256(PDF).hexdigest()
    (tmp_path / digest[:2] / digest).mkdir(parents=True)  # a folder stands in the way
    with pytest.raises(OSError, match="[Dd]irectory"):
        store(tmp_path, PDF)
    assert os.listdir(tmp_path / digest[:2]) == [digest]


VAULT = Vault(b"f" * 32, b"i" * 32)


def test_a_sealed_file_opens_with_the_key_alone_and_under_its_own_name(tmp_path):
    digest = store_sealed(tmp_path, XLSX, VAULT)
    assert digest == hashlib.sha256(XLSX).hexdigest()
    (kept,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert XLSX not in kept.read_bytes()
    assert load_sealed(tmp_path, digest, VAULT) == XLSX
    with pytest.raises(FileDamaged, match="不符"):
        load_sealed(tmp_path, digest, Vault(b"g" * 32, b"i" * 32))
    other = store_sealed(tmp_path, PDF, VAULT)
    moved = tmp_path / other[:2] / f"{other}.sealed"
    moved.write_bytes(kept.read_bytes())
    with pytest.raises(FileDamaged, match="不符"):
        load_sealed(tmp_path, other, VAULT)
    with pytest.raises(FileDamaged, match="已不在"):
        load_sealed(tmp_path, "0" * 64, VAULT)


def test_the_doctor_finds_what_was_altered(tmp_path):
    plain, sealed = store(tmp_path, PDF), store_sealed(tmp_path, XLSX, VAULT)
    assert damaged(tmp_path, VAULT) == []
    files = [tmp_path / plain[:2] / plain, tmp_path / sealed[:2] / f"{sealed}.sealed"]
    for path in files:
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert set(damaged(tmp_path, VAULT)) == {path.name for path in files}
    store_sealed(tmp_path, XLSX, VAULT)
    assert damaged(tmp_path, VAULT) == [plain]
