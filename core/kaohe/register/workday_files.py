"""A notice of holidays that comes as a file: plain text, or a table of days."""

from __future__ import annotations

from datetime import date

from django.core.files.uploadedfile import UploadedFile

from kaohe.workbooks import Limits, NotUnderstood, WorkbookError, normal_date, read_workbook
from kaohe.workbooks.cells import Cell

LARGEST_TEXT = 200_000


def text_of_file(file: UploadedFile) -> str:
    """The lines of a text file, or of a workbook a row each.

    Raises:
        WorkbookError: it is neither, or too large.
    """
    data = file.read(Limits().file_bytes + 1)
    if data[:2] == b"PK":
        return _table(data)
    if len(data) > LARGEST_TEXT or b"\0" in data:
        raise WorkbookError(
            "只能读取 .xlsx 表格或文本文件。", "请把通知中的放假安排复制到上面的方框里。"
        )
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding).strip()
        except UnicodeDecodeError:
            continue
    raise WorkbookError("看不懂这个文本文件的编码。", "请另存为 UTF-8 文本，或直接粘贴内容。")


def _table(data: bytes) -> str:
    lines = []
    for sheet in read_workbook(data).sheets:
        for row in sheet.rows:
            days = [day for cell in row if (day := _day(cell))]
            words = [cell.text.strip() for cell in row if not cell.blank and not _day(cell)]
            if days:
                lines.append(f"{' 至 '.join(days)} {' '.join(words)}".strip())
            elif words:
                lines.append(" ".join(words))
    return "\n".join(lines)


def _day(cell: Cell) -> str:
    if isinstance(cell.value, date):
        return cell.value.isoformat()
    try:
        found = normal_date(cell.value).value or ""
    except NotUnderstood:
        return ""
    return found if len(found) == 10 else ""
