"""Files that are no harmless workbook: refused in Chinese, within bounds of time and memory."""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import textwrap
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from kaohe.workbooks import Limits, WorkbookError, read_workbook

SHEET = "xl/worksheets/sheet1.xml"
_NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def _good() -> bytes:
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"] = "x"
    book.save(out)
    return out.getvalue()


def _with(changes: dict[str, bytes], *, level: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_good())) as old,
        zipfile.ZipFile(out, "w", level) as new,
    ):
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, data in changes.items():
            new.writestr(name, data)
    return out.getvalue()


def _sheet(data: str) -> bytes:
    return _with({SHEET: f"<worksheet {_NS}>{data}</worksheet>".encode()})


def _encrypted_zip() -> bytes:
    data = bytearray(_good())
    start = data.find(b"PK\x01\x02")
    data[start + 8] |= 1
    return bytes(data)


def _dtd() -> bytes:
    bomb = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10 if i else "lol"}">' for i in range(10))
    return _with({SHEET: f"<!DOCTYPE x [{bomb}]><worksheet {_NS}><a>&e9;</a></worksheet>".encode()})


CORPUS: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "空"),
    "text": (lambda: "单位,书记\n".encode(), "不是 Excel 工作簿"),
    "csv with its mark": (lambda: b"\xef\xbb\xbf" + "单位,书记\n".encode(), "文本文件（如 .csv）"),
    "csv of an old Excel": (lambda: "单位,书记\n".encode("gbk"), "文本文件（如 .csv）"),
    "no text": (lambda: b"\x89PNG\0\xff\xff", "这不是 Excel 工作簿"),
    "old format": (lambda: bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600, "旧版 .xls"),
    "password": (
        lambda: bytes.fromhex("D0CF11E0A1B11AE1") + "EncryptedPackage".encode("utf-16-le"),
        "密码",
    ),
    "too many bytes": (lambda: b"PK" + b"\0" * (10 * 1024 * 1024), "10 MB"),
    "truncated": (lambda: _good()[:-200], "损坏"),
    "other zip": (lambda: _zip({"readme.txt": b"x"}), "不是 .xlsx"),
    "macros": (lambda: _with({"xl/vbaProject.bin": b"x"}), "宏"),
    "macro type": (
        lambda: _with({"[Content_Types].xml": b'<Types a="sheet.macroEnabled.main+xml"/>'}),
        "宏",
    ),
    "encrypted zip": (_encrypted_zip, "加密"),
    "entries": (lambda: _with({f"x/{i}": b"" for i in range(1001)}), "部件"),
    "ratio": (lambda: _with({"xl/media/a.bin": b"\0" * 20_000_000}), "压缩比"),
    "size": (
        lambda: _with({f"xl/{i}.bin": b"\0" * 900_000 for i in range(60)}),
        "50 MB",
    ),
    "dtd": (_dtd, "实体"),
    "broken xml": (lambda: _with({SHEET: b"<worksheet"}), "结构有误"),
    "no workbook part": (lambda: _with({"xl/workbook.xml": b"<x/>"}), "没有工作表"),
    "far cell": (
        lambda: _sheet(
            '<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        ),
        "超出可读范围",
    ),
    "many cells": (
        lambda: _with(
            {SHEET: _many_cells()},
            level=zipfile.ZIP_STORED,
        ),
        "",
    ),
    "long cell": (
        lambda: _sheet(
            '<sheetData><row><c t="inlineStr"><is><t>'
            + "长x" * 20_000
            + "</t></is></c></row></sheetData>"
        ),
        "字符",
    ),
    "strange refs": (
        lambda: _sheet('<sheetData><row r="-1"><c r="??"><v>1</v></c></row></sheetData>'),
        "结构有误",
    ),
}


def _many_cells() -> bytes:
    row = "<row>" + "<c/>" * 2000 + "</row>"
    return f"<worksheet {_NS}><sheetData>{row * 1000}</sheetData></worksheet>".encode()


def _zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for name, data in parts.items():
            z.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("name", CORPUS)
def test_hostile_file_is_refused(name: str) -> None:
    make, expected = CORPUS[name]

    with pytest.raises(WorkbookError) as caught:
        read_workbook(make())

    assert expected in caught.value.what
    assert caught.value.remedy


def test_harmless_file_is_read() -> None:
    assert read_workbook(_good()).sheets[0].rows[0][0].text == "x"


def test_merged_ranges_are_limited() -> None:
    merges = "".join(f'<mergeCell ref="A{i}:B{i}"/>' for i in range(1, 20))
    data = _sheet(
        f"<sheetData><row><c><v>1</v></c></row></sheetData><mergeCells>{merges}</mergeCells>"
    )

    assert len(read_workbook(data).sheets[0].merged) == 19
    with pytest.raises(WorkbookError, match="合并"):
        read_workbook(data, limits=Limits(merges=10))


def test_merged_range_over_the_whole_sheet_is_clipped() -> None:
    data = _sheet(
        "<sheetData><row><c><v>1</v></c></row></sheetData>"
        '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    )

    assert len(read_workbook(data).sheets[0].rows) == 1


@pytest.mark.slow
def test_corpus_stays_within_memory_and_time(tmp_path: Path) -> None:
    """Every file in one process of 500 MB and 60 s of processor."""
    for i, (make, _) in enumerate(CORPUS.values()):
        (tmp_path / f"{i}.xlsx").write_bytes(make())
    script = textwrap.dedent("""
        import sys, pathlib
        from kaohe.workbooks import read_workbook, WorkbookError
        refused = 0
        for path in pathlib.Path(sys.argv[1]).iterdir():
            try:
                read_workbook(path.read_bytes())
            except WorkbookError:
                refused += 1
        print(refused)
    """)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (500 * 2**20, 500 * 2**20))
        resource.setrlimit(resource.RLIMIT_CPU, (60, 60))

    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        capture_output=True,
        text=True,
        preexec_fn=limit,
        timeout=90,
        check=False,
    )

    assert done.stdout.strip() == str(len(CORPUS)), done.stderr[-500:]


def test_bomb_without_limits_costs_more_than_they_allow() -> None:
    """The negative control: with the limits off the far cell builds a million rows."""
    data = _sheet('<sheetData><row r="300000"><c r="A300000"><v>1</v></c></row></sheetData>')
    with pytest.raises(WorkbookError):
        read_workbook(data)

    off = Limits(rows=10**7, columns=10**5, cells=10**8)

    assert len(read_workbook(data, limits=off).sheets[0].rows) == 300_000
