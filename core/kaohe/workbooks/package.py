"""The zip container of a workbook: measured before anything inside is parsed."""

from __future__ import annotations

import io
import zipfile
import zlib

from kaohe.workbooks.limits import MB, Limits, WorkbookError

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SAVE_AS = "请在 Excel 或 WPS 中用“另存为”存成 .xlsx 工作簿后再上传。"
_OPEN_TEXT = (
    "请在 Excel 或 WPS 中打开它，看清汉字没有乱码、长号码没有变样，再用“另存为”存成 .xlsx 后上传。"
)
_CHUNK = 64 * 1024


def check_package(data: bytes, limits: Limits) -> None:
    """Refuse what is no harmless .xlsx; the message says what it is instead."""
    if not data:
        raise WorkbookError("文件是空的。", _SAVE_AS)
    if len(data) > limits.file_bytes:
        raise WorkbookError(
            f"文件超过 {limits.file_bytes // MB} MB。", "请删去图片和无关的工作表后再上传。"
        )
    if data.startswith(_OLE):
        _refuse_ole(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_entries(archive, limits)
            _check_kind(archive)
            _measure(archive, limits)
    except WorkbookError:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        EOFError,
        ValueError,
        NotImplementedError,
    ) as e:
        if not data.startswith(b"PK") and _is_text(data):
            raise WorkbookError("这是文本文件（如 .csv），不是 Excel 工作簿。", _OPEN_TEXT) from e
        what = "文件损坏，不能解开。" if data.startswith(b"PK") else "这不是 Excel 工作簿。"
        raise WorkbookError(what, _SAVE_AS) from e


def _refuse_ole(data: bytes) -> None:
    if _ENCRYPTED in data:
        raise WorkbookError("工作簿设了打开密码。", "请在 Excel 中取消密码、保存后再上传。")
    raise WorkbookError("这是旧版 .xls 文件。", _SAVE_AS)


def _is_text(data: bytes) -> bool:
    """Whether it reads as text in one of the two encodings Chinese offices have."""
    if b"\0" in data:
        return False
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _check_entries(archive: zipfile.ZipFile, limits: Limits) -> None:
    entries = archive.infolist()
    if len(entries) > limits.entries:
        raise WorkbookError(f"文件内含 {len(entries)} 个部件，不像正常的工作簿。", _SAVE_AS)
    if len({e.filename for e in entries}) != len(entries):
        raise WorkbookError("文件内有重名的部件，不像正常的工作簿。", _SAVE_AS)
    if sum(e.file_size for e in entries) > limits.unpacked_bytes:
        raise _too_large(limits)
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise WorkbookError("文件是加密的压缩包。", "请取消密码后再上传。")
        if entry.file_size > MB and entry.file_size > limits.ratio * max(entry.compress_size, 1):
            raise WorkbookError("文件的压缩比异常，为安全起见没有打开。", _SAVE_AS)


def _check_kind(archive: zipfile.ZipFile) -> None:
    names = {name.lower() for name in archive.namelist()}
    if "[content_types].xml" not in names or "xl/workbook.xml" not in names:
        raise WorkbookError("这是压缩文件，但不是 .xlsx 工作簿。", _SAVE_AS)
    types = (
        archive.read("[Content_Types].xml") if "[Content_Types].xml" in archive.namelist() else b""
    )
    if any(n.endswith("vbaproject.bin") for n in names) or b"macroEnabled" in types:
        raise WorkbookError(
            "工作簿带有宏（.xlsm），为安全起见不接收。",
            "请在 Excel 中另存为“Excel 工作簿（.xlsx）”后再上传。",
        )


def _measure(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Unpack everything into nothing: declared sizes may lie."""
    left = limits.unpacked_bytes
    for entry in archive.infolist():
        with archive.open(entry) as part:
            while chunk := part.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise _too_large(limits)


def _too_large(limits: Limits) -> WorkbookError:
    return WorkbookError(
        f"工作簿展开后超过 {limits.unpacked_bytes // MB} MB。",
        "请删去图片、无关的工作表和多余的格式后再上传。",
    )
