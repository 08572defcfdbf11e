"""What a file is, decided by its content; the client's word and the name's ending do not count."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import IO

from kaohe.campaigns.errors import FileRefused
from kaohe.campaigns.files.office import office_kind
from kaohe.campaigns.files.pdf import is_active

LARGEST = 20 * 1024 * 1024
QUOTA = 200 * 1024 * 1024
"""Bytes a unit may store in one campaign."""
MOST_PIXELS = 120_000_000
ACCEPT = ".pdf,.jpg,.jpeg,.png,.docx,.xlsx"
WANTED = "可上传 PDF、JPG、PNG 图片、Word（docx）或 Excel（xlsx），每个不超过 20 MB"
_MARKUP = re.compile(rb"<\s*(script|html|iframe|!doctype|svg[\s>])|<\?php", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is accepted."""

    key: str
    title: str
    media_type: str


KINDS = {
    k.key: k
    for k in (
        Kind("pdf", "PDF", "application/pdf"),
        Kind("jpg", "图片", "image/jpeg"),
        Kind("png", "图片", "image/png"),
        Kind(
            "docx",
            "Word",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        Kind("xlsx", "Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    )
}


def sniff(file: IO[bytes], *, size: int) -> Kind:
    """Decide the kind of a file and refuse what hides something else inside.

    Raises:
        FileRefused: with the reason and what to do.
    """
    if size == 0:
        raise FileRefused("文件是空的（0 字节），请重新选择。")
    if size > LARGEST:
        raise FileRefused(f"文件有 {size / 1048576:.0f} MB，超过 20 MB。请压缩或拆分后再传。")
    file.seek(0)
    head = file.read(16)
    if head.startswith(b"%PDF-"):
        _check_pdf(file, size)
        return KINDS["pdf"]
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        _check_png(file)
        return KINDS["png"]
    if head.startswith(b"\xff\xd8\xff"):
        _check_jpeg(file)
        return KINDS["jpg"]
    if head.startswith(b"PK\x03\x04"):
        return KINDS[office_kind(file, size=size)]
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused("这是旧版 Word/Excel 文件或加密文件，请另存为 docx、xlsx 或 PDF 再传。")
    raise FileRefused(f"认不出这种文件。{WANTED}。")


def _check_pdf(file: IO[bytes], size: int) -> None:
    file.seek(0)
    data = file.read()
    end = data.rfind(b"%%EOF")
    if end < 0 or size - end > 2048:
        raise FileRefused("PDF 不完整，或末尾附带了其他内容。请重新导出后再传。")
    if _MARKUP.search(data[:1024]) or _MARKUP.search(data[end:]):
        raise FileRefused("这个 PDF 夹带了网页代码，不能接收。请重新导出后再传。")
    if is_active(data):
        raise FileRefused("这个 PDF 含有脚本或可执行内容，不能接收。请用“打印为 PDF”另存后再传。")


def _check_png(file: IO[bytes]) -> None:
    file.seek(8)
    first = True
    while True:
        head = file.read(8)
        if len(head) < 8:
            raise FileRefused("图片不完整，请重新选择。")
        length, name = struct.unpack(">I4s", head)
        if first:
            body = file.read(8)
            if name != b"IHDR" or length != 13 or len(body) < 8:
                raise FileRefused("图片已损坏，请重新保存为 PNG 或 JPG。")
            _check_pixels(*struct.unpack(">II", body))
            file.seek(length - 8 + 4, 1)
            first = False
            continue
        if name == b"IEND":
            file.seek(length + 4, 1)
            if file.read(1):
                raise FileRefused("图片后面附带了其他内容，不能接收。请截图或另存后再传。")
            break
        if length > LARGEST or not name.isalpha():
            raise FileRefused("图片已损坏，请重新保存为 PNG 或 JPG。")
        file.seek(length + 4, 1)
    _check_markup(file)


def _check_jpeg(file: IO[bytes]) -> None:
    """Walk the segments up to the picture itself.

    What phones append behind the picture (motion photos) is let through unless it is markup or
    an archive: refusing it would refuse ordinary photographs.
    """
    file.seek(2)
    size = None
    while True:
        marker = file.read(2)
        if len(marker) < 2 or marker[0] != 0xFF:
            raise FileRefused("图片已损坏，请重新保存为 JPG。")
        if marker[1] == 0xFF:
            file.seek(-1, 1)
            continue
        if marker[1] in (0xD8, 0x01) or 0xD0 <= marker[1] <= 0xD7:
            continue
        if marker[1] == 0xD9:
            raise FileRefused("图片没有内容，请重新选择。")
        raw = file.read(2)
        if len(raw) < 2:
            raise FileRefused("图片不完整，请重新选择。")
        (length,) = struct.unpack(">H", raw)
        body = file.read(max(length - 2, 0))
        if marker[1] in {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC} and len(body) >= 5:
            height, width = struct.unpack(">HH", body[1:5])
            size = (width, height)
        if marker[1] == 0xDA:
            break
    if size is None:
        raise FileRefused("图片已损坏，请重新保存为 JPG。")
    _check_pixels(*size)
    rest = file.read()
    if b"\xff\xd9" not in rest:
        raise FileRefused("图片不完整，请重新选择。")
    if b"PK\x05\x06" in rest[-65557:]:
        raise FileRefused("图片后面附带了压缩包，不能接收。请截图或另存后再传。")
    _check_markup(file)


def _check_pixels(width: int, height: int) -> None:
    if not width or not height:
        raise FileRefused("图片已损坏，请重新保存。")
    if width * height > MOST_PIXELS:
        raise FileRefused(f"图片尺寸过大（{width}×{height}），请缩小后再传。")


def _check_markup(file: IO[bytes]) -> None:
    file.seek(0)
    if _MARKUP.search(file.read()):
        raise FileRefused("图片里夹带了网页代码，不能接收。请截图或另存后再传。")
