"""Uploaded and generated files: what may come in, and a store addressed by content.

A file lies under its SHA-256 as root/ab/abcdef…; it is never changed and survives a power cut. What
holds full ID numbers or accounts lies encrypted as root/ab/abcdef….sealed, under the same digest.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Literal

from cryptography.exceptions import InvalidTag

from core.errors import DomainError
from core.vault import Vault

Kind = Literal["pdf", "jpg", "png", "xlsx"]

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 40_000_000

KIND_LABELS: dict[Kind, str] = {"pdf": "PDF", "jpg": "JPG", "png": "PNG", "xlsx": "XLSX"}
MEDIA_TYPES: dict[Kind, str] = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ATTACHMENTS: tuple[Kind, ...] = ("pdf", "jpg", "png")

SEALED = ".sealed"
DRAFT = ".new-"
ABANDONED_SECONDS = 3600  # a write takes seconds; another server may be at one just now
_GONE = "文件已不在存储目录中，请联系系统管理员从备份恢复"
_ALTERED = "文件内容与登记的校验值不符，请联系系统管理员从备份恢复"
_SAVE_AS_PDF = "请另存为 PDF 后再传"
# What people try to send instead: (where, bytes, what it is, what to do).
_REFUSED_SIGNATURES = (
    (0, b"\xd0\xcf\x11\xe0", "旧版 Office 文件", "请另存为 PDF 或 xlsx 后再传"),
    (4, b"ftyphei", " HEIC 照片", "请在手机上转换为 JPG 后再传"),
    (4, b"ftypmif", " HEIC 照片", "请在手机上转换为 JPG 后再传"),
    (0, b"Rar!", "压缩包", "请解压后逐个上传"),
    (0, b"7z\xbc\xaf", "压缩包", "请解压后逐个上传"),
    (0, b"\x1f\x8b", "压缩包", "请解压后逐个上传"),
    (8, b"WEBP", " WebP 图片", "请转换为 JPG 或 PNG 后再传"),
    (0, b"GIF8", " GIF 图片", "请转换为 JPG 或 PNG 后再传"),
    (0, b"BM", " BMP 图片", "请转换为 JPG 或 PNG 后再传"),
    (4, b"ftyp", "视频", "请改传截图或在说明中填写视频链接"),
)
_ZIP_CONTENTS = (
    (b"word/document.xml", " Word 文档", _SAVE_AS_PDF),
    (b"ppt/presentation.xml", " PPT 演示文稿", _SAVE_AS_PDF),
)
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOF0..15 of JPEG


_PDF_END = re.compile(rb"startxref\s+\d{1,10}\s+%%EOF")
_PDF_TAIL = 2048  # scanners and mail programs leave some bytes behind the end
_UNSAFE_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"|?*]')


class FileDamaged(DomainError):
    """A file that was once stored is gone or no longer has its digest."""


def check_size(size: int) -> None:
    """Refuse an empty file and one above 20 MB; `size` in bytes may come from a header."""
    if size == 0:
        raise DomainError("文件是空的，请重新选择文件", "file")
    if size > MAX_BYTES:
        tenths = -(-size * 10 // 1024**2)
        shown = str(tenths // 10) if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"
        raise DomainError(f"文件 {shown} MB，超过 20 MB 上限，请压缩或拆分后再传", "file")


def sniff(data: bytes, filename: str, *, accept: Collection[Kind] = ATTACHMENTS) -> Kind:
    """The kind of an upload by its content (the name only serves the sentence), or a refusal.

    Images are measured from their header alone; nothing is decoded or unpacked.
    """
    check_size(len(data))
    kind = _kind_of(data)
    if kind is None or kind not in accept:
        what, todo = _what_else(data, kind)
        accepted = "、".join(label for key, label in KIND_LABELS.items() if key in accept)
        raise DomainError(
            f"“{short_name(filename)}”是{what}，这里只接受 {accepted}，{todo}", "file"
        )
    if kind in ("jpg", "png"):
        _check_pixels(data, kind)
    if kind == "pdf" and not _PDF_END.search(data, max(0, len(data) - _PDF_TAIL)):
        raise DomainError(
            f"“{short_name(filename)}”不是完整的 PDF（缺少结尾部分），请重新导出后再传", "file"
        )
    return kind


def _kind_of(data: bytes) -> Kind | None:
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data.startswith(b"PK\x03\x04") and b"xl/workbook.xml" in data:
        return "xlsx"
    return None


def _what_else(data: bytes, kind: Kind | None) -> tuple[str, str]:
    if kind:
        return f" {KIND_LABELS[kind]} 文件", "请转换后再传"
    if data.startswith(b"PK"):
        for mark, what, todo in _ZIP_CONTENTS:
            if mark in data:
                return what, todo
        return "压缩包", "请解压后逐个上传"
    for place, mark, what, todo in _REFUSED_SIGNATURES:
        if data.startswith(mark, place):
            return what, todo
    return "无法识别的文件", "请确认选对了文件"


def short_name(filename: str) -> str:
    """The name of an upload as a sentence quotes it: without its folders, at most 40 characters."""
    name = re.split(r"[/\\]", filename)[-1] or "文件"
    return name if len(name) <= 40 else f"{name[:28]}…{name[-10:]}"


def offered_name(filename: str, kind: Kind) -> str:
    """The name under which a file is given out: no folders, no marks that a disk refuses, and the
    extension of what it is: a PDF that came as x.exe leaves as x.pdf."""
    name = _UNSAFE_IN_NAMES.sub("", re.split(r"[/\\]", filename)[-1]).strip(" .")
    stem, dot, extension = name.rpartition(".")
    plain = extension.isascii() and extension.isalnum() and len(extension) <= 5
    stem = stem if dot and plain else name
    return f"{stem.strip(' .') or '文件'}.{kind}"


def _check_pixels(data: bytes, kind: Kind) -> None:
    size = _png_size(data) if kind == "png" else _jpg_size(data)
    if size is None or 0 in size:
        raise DomainError("图片已损坏，无法读取尺寸，请重新导出或拍摄后再传", "file")
    width, height = size
    if width * height > MAX_PIXELS:
        raise DomainError(
            f"图片为 {width} × {height} 像素，超过 4000 万像素上限，请缩小后再传", "file"
        )


def _png_size(data: bytes) -> tuple[int, int] | None:
    if len(data) < 24 or data[12:16] != b"IHDR":
        return None
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def _jpg_size(data: bytes) -> tuple[int, int] | None:
    """Width and height from the frame header: segments are skipped by their declared length."""
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:  # a fill byte
            place += 1
            continue
        if marker in _FRAME_MARKERS:
            height = int.from_bytes(data[place + 5 : place + 7], "big")
            return int.from_bytes(data[place + 7 : place + 9], "big"), height
        place += 2 + max(2, int.from_bytes(data[place + 2 : place + 4], "big"))
    return None


def store(root: Path, data: bytes) -> str:
    """Keep `data` for good and return its SHA-256; the same content is stored once."""
    digest = hashlib.sha256(data).hexdigest()
    path = _path(root, digest)
    if not path.exists() or _digest_of(path) != digest:
        _write(root, path, data)
    return digest


def store_sealed(root: Path, data: bytes, vault: Vault) -> str:
    """Keep `data` encrypted, bound to its SHA-256, which names the file and is returned: whoever
    reads the folder or a backup without the field key learns nothing but that digest."""
    digest = hashlib.sha256(data).hexdigest()
    path = _path(root, digest).with_suffix(SEALED)
    if not path.exists() or _unsealed(path, digest, vault) is None:
        _write(root, path, vault.seal_bytes(data, _place(digest)))
    return digest


def load_sealed(root: Path, digest: str, vault: Vault) -> bytes:
    """The bytes that were sealed; FileDamaged if they are gone, altered or sealed by another key."""
    path = _path(root, digest).with_suffix(SEALED)
    if not path.exists():
        raise FileDamaged(_GONE)
    data = _unsealed(path, digest, vault)
    if data is None:
        raise FileDamaged(_ALTERED)
    return data


def damaged(root: Path, vault: Vault) -> list[str]:
    """The names of the stored files that no longer have their digest, sealed ones included."""
    found = []
    for path in sorted(root.glob("[0-9a-f][0-9a-f]/*")):
        if path.name.startswith("."):  # a write that was cut off
            continue
        if path.suffix == SEALED:
            whole = _unsealed(path, path.stem, vault) is not None
        else:
            whole = _digest_of(path) == path.name
        if not whole:
            found.append(path.name)
    return found


def sweep(root: Path, *, now: float) -> int:
    """Remove what writes that were cut off have left behind, an hour later; how many files. `now` in
    seconds since 1970, as file systems count."""
    removed = 0
    for path in root.glob(f"[0-9a-f][0-9a-f]/{DRAFT}*"):
        if path.stat().st_mtime <= now - ABANDONED_SECONDS:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _place(digest: str) -> str:
    return f"file|{digest}"


def _unsealed(path: Path, digest: str, vault: Vault) -> bytes | None:
    """The bytes of a sealed file, None if it does not open."""
    try:
        data = vault.open_bytes(path.read_bytes(), _place(digest))
    except (InvalidTag, ValueError):
        return None
    return data if hashlib.sha256(data).hexdigest() == digest else None


def _write(root: Path, path: Path, data: bytes) -> None:
    """Whole or not at all, also when the power fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=DRAFT)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    for folder in (path.parent, root):
        _sync_folder(folder)


def load(root: Path, digest: str) -> bytes:
    """The stored bytes, checked against their digest; FileDamaged if they are gone or differ."""
    try:
        data = _path(root, digest).read_bytes()
    except FileNotFoundError:
        raise FileDamaged(_GONE) from None
    if hashlib.sha256(data).hexdigest() != digest:
        raise FileDamaged(_ALTERED)
    return data


def _path(root: Path, digest: str) -> Path:
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise ValueError("not a SHA-256 digest")
    return root / digest[:2] / digest


def _digest_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    """Make the renamed entry durable. Windows cannot open a folder and does not need it."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
