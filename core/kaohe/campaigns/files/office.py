"""Word and Excel files: a ZIP whose structure is checked before it is kept.  Nothing is unpacked
except three small parts with a limit on what may come out."""

from __future__ import annotations

import re
import zipfile
from typing import IO

from kaohe.campaigns.errors import FileRefused

MOST_ENTRIES = 2000
LARGEST_UNPACKED = 300 * 1024 * 1024
LARGEST_PART = 4 * 1024 * 1024
_MAIN = {
    "docx": (
        "word/document.xml",
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    ),
    "xlsx": (
        "xl/workbook.xml",
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    ),
}
_ACTIVE_PART = re.compile(
    r"(vbaproject|vbadata|activex|oleobject|macrosheets/|dialogsheets/)|"
    r"\.(exe|dll|js|jse|vbs|vbe|wsf|hta|bat|cmd|ps1|lnk|scr|html?|svg|swf|jar|zip|7z|rar)$",
    re.IGNORECASE,
)
_REMOTE = re.compile(
    rb"<[^>]*(attachedTemplate|oleObject|frame|subDocument|externalLinkPath)[^>]*>", re.IGNORECASE
)
_DAMAGED = "文件已损坏或不是真正的 Word/Excel 文件，请用办公软件重新保存后再传。"


def office_kind(file: IO[bytes], *, size: int) -> str:
    """Return ``docx`` or ``xlsx``.

    Raises:
        FileRefused: another archive, a damaged one, one with macros, one that loads from outside.
    """
    try:
        file.seek(0)
        with zipfile.ZipFile(file) as archive:
            return _checked(archive, size)
    except FileRefused:
        raise
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError) as error:
        raise FileRefused(_DAMAGED) from error
    except (OSError, EOFError, ValueError, KeyError, UnicodeError) as error:
        raise FileRefused(_DAMAGED) from error
    except Exception as error:  # zlib.error and what else a made-up archive provokes
        raise FileRefused(_DAMAGED) from error


def _checked(archive: zipfile.ZipFile, size: int) -> str:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or sum(e.file_size for e in entries) > LARGEST_UNPACKED:
        raise FileRefused("文件解开后过大，不能接收。请另存或转为 PDF 再传。")
    names = [e.filename for e in entries]
    if len({n.lower() for n in names}) != len(names):
        raise FileRefused(_DAMAGED)
    for entry in entries:
        _check_entry(entry)
    kind = next((k for k, (main, _) in _MAIN.items() if main in names), None)
    if kind is None or "[Content_Types].xml" not in names:
        raise FileRefused("压缩包不能接收。请上传其中的 PDF、图片、docx 或 xlsx 文件。")
    if archive.comment or not _ends_cleanly(archive, size):
        raise FileRefused("文件前后附带了其他内容，不能接收。请用办公软件重新保存后再传。")
    types = _part(archive, "[Content_Types].xml")
    if b"macroEnabled" in types or _MAIN[kind][1] not in types:
        raise FileRefused("文件含有宏（自动运行的程序），不能接收。请另存为普通 docx/xlsx 再传。")
    for name in names:
        if name.endswith(".rels"):
            for found in _REMOTE.finditer(_part(archive, name)):
                if b"external" in found.group(0).lower():
                    raise FileRefused("文件会从外部地址载入内容，不能接收。请另存为 PDF 再传。")
    return kind


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    if entry.flag_bits & 0x1:
        raise FileRefused("文件加了密，无法检查。请去掉密码后再传。")
    if name.startswith("/") or "\\" in name or ".." in name.split("/") or "\x00" in name:
        raise FileRefused(_DAMAGED)
    if (entry.external_attr >> 16) & 0o170000 == 0o120000:
        raise FileRefused(_DAMAGED)
    if _ACTIVE_PART.search(name):
        raise FileRefused("文件含有宏或嵌入的程序，不能接收。请另存为普通 docx/xlsx 或 PDF 再传。")


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        data = part.read(LARGEST_PART + 1)
    if len(data) > LARGEST_PART:
        raise FileRefused("文件内部结构异常，不能接收。请转为 PDF 再传。")
    return data


def _ends_cleanly(archive: zipfile.ZipFile, size: int) -> bool:
    """Whether nothing stands before the first entry or behind the directory."""
    file = archive.fp
    assert file is not None
    file.seek(max(size - 22, 0))
    tail = file.read()
    first = min((e.header_offset for e in archive.infolist()), default=1)
    return tail.startswith(b"PK\x05\x06") and first == 0
