"""``kaohe compare``: an office's own result workbook against ours."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaohe import catalogue
from kaohe.cli.output import UNUSABLE, complain, refuse, write_output
from kaohe.cli.sources import Unusable, find_source, settings_of
from kaohe.records import RecordErrors, read_record, read_roll
from kaohe.scheme.errors import SchemeErrors
from kaohe.scoring import Contradiction, PlanRefused

if TYPE_CHECKING:
    from kaohe.comparing.columns import Meanings
    from kaohe.comparing.comparison import Terms
    from kaohe.comparing.layout import Layout
    from kaohe.comparing.model import Comparison
    from kaohe.workbooks import Workbook

_QUESTION = "列认对了吗？回车确认；改一列写 列=含义（如 O=民主测评，O= 不核对）；q 退出："
_QUIT = ("q", "quit", "退出", "否", "n", "no")
_YES = ("", "y", "yes", "是", "对", "确认")


def compare(args: Namespace) -> int:
    """Compare and print; 0 nothing found, 1 differences, 2 something could not be read."""
    from kaohe.comparing.layout import LayoutError

    if len(args.files) > 2:
        return refuse(["给出的文件太多：写 [记录] 单位的工作簿"])
    if args.format == "xlsx" and args.output is None and sys.stdout.isatty():
        return refuse(["XLSX 不能显示在屏幕上。用 -o 文件名.xlsx 写到文件。"])
    try:
        return _compare(args)
    except Unusable as error:
        return refuse(error.problems)
    except LayoutError as error:
        return refuse(error.problems, heading=f"{args.files[-1]} 不能核对：")
    except RecordErrors as errors:
        return refuse(errors.problems, heading=f"{args.files[0]} 不能使用：")
    except SchemeErrors as errors:
        return refuse(errors.errors, heading=f"考核办法 {args.scheme} 不能使用：")
    except (PlanRefused, Contradiction) as error:
        return refuse([error])


def _compare(args: Namespace) -> int:
    from kaohe.comparing.comparison import compare as compare_workbook
    from kaohe.comparing.inference import name_by_figures
    from kaohe.comparing.layout import LayoutError, check_layout

    terms = _terms(args)
    data, book = _read(args.files[-1])
    record = None
    roll = read_roll(Path(args.roll)) if args.roll else None
    if len(args.files) == 2:
        record = read_record(
            Path(args.files[0]), source=terms.source, parameters=terms.parameters,
            operators=dict(terms.operators), roll=roll,
        )  # fmt: skip
        terms = _with_record(terms, record)
    meanings = _meanings(terms)
    layout, is_given = _propose(args, book, meanings)
    if not is_given:
        layout = name_by_figures(book, layout, terms=terms, roll=roll)
    for text in args.columns:
        _change(layout, text, meanings)
    problems = check_layout(layout, meanings)
    if is_given and problems:
        raise LayoutError(problems)
    if not is_given:
        _confirm(args, layout, meanings)
    elif not args.quiet:
        _show(layout, meanings)
    _keep(args, layout, meanings, is_given=is_given)
    found = compare_workbook(book, layout, terms=terms, roll=roll, record=record)
    return _write(args, found, data, terms)


def _terms(args: Namespace) -> Terms:
    from kaohe.comparing.comparison import Terms
    from kaohe.records.parameters import Binder

    source = find_source(args.scheme)
    binder = Binder(source, settings_of(source, args.settings), catalogue.syntaxes())
    scheme, parameters, complaints = binder.bind({})
    if complaints:
        raise Unusable([f"--set {'.'.join(p)}：{what}。{remedy}" for p, what, remedy in complaints])
    return Terms(source, scheme, parameters, catalogue.syntaxes(), catalogue.meanings())


def _with_record(terms: Terms, record: Any) -> Terms:
    from dataclasses import replace

    return replace(terms, scheme=record.scheme, parameters=dict(record.parameters))


def _meanings(terms: Terms) -> Meanings:
    from kaohe.comparing.columns import Meanings

    return Meanings(terms.scheme)


def _read(name: str) -> tuple[bytes, Workbook]:
    from kaohe.workbooks import WorkbookError
    from kaohe.workbooks.reading import read_workbook

    try:
        data = Path(name).read_bytes()
    except OSError as error:
        what = "没有这个文件" if isinstance(error, FileNotFoundError) else "读不出来"
        raise Unusable([f"{name}：{what}。核对文件名。"]) from error
    if data[:4] != b"PK\x03\x04":
        raise Unusable([f"{name}：不是 XLSX 工作簿。在 Excel 或 WPS 中另存为 .xlsx。"])
    try:
        return data, read_workbook(data)
    except WorkbookError as error:
        raise Unusable([f"{name}：{error.what}{error.remedy}"]) from error


def _propose(args: Namespace, book: Workbook, meanings: Meanings) -> tuple[Layout, bool]:
    """(layout, whether it comes from a file)."""
    from kaohe.comparing.layout import propose_layout
    from kaohe.comparing.mapping_file import read_mapping

    if args.mapping and Path(args.mapping).exists():
        try:
            text = Path(args.mapping).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise Unusable([f"{args.mapping}：读不出来，应为 UTF-8 的 YAML 文件。"]) from error
        return read_mapping(text, name=args.mapping, book=book, meanings=meanings), True
    return propose_layout(book, meanings), False


def _change(layout: Layout, text: str, meanings: Meanings) -> None:
    """Exchange the meaning of one column: ``O=民主测评``, ``汇总!O=民主测评``, ``O=``."""
    from kaohe.comparing.mapping_file import split_choice
    from kaohe.records.names import hint

    place, word = split_choice(text)
    sheet, _, letter = place.rpartition("!")
    meaning = meanings.find(word) if word else None
    if word and meaning is None:
        near = hint(word, [*meanings.words.values(), *meanings.words])
        raise Unusable([f"{text}：不认识含义“{word}”。{near}"])
    for number, table in enumerate(layout.tables):
        is_meant = not sheet or table.sheet.upper() == sheet
        if is_meant and any(c.letter == letter for c in table.columns):
            taken = {c.letter: None for c in table.columns if meaning and c.meaning == meaning}
            layout.tables[number] = table.with_meanings({**taken, letter: meaning}, "手工")
            return
    raise Unusable([f"{text}：表里没有 {place or '这'} 列。写成 列=含义，如 O=民主测评"])


def _show(layout: Layout, meanings: Meanings) -> None:
    from kaohe.comparing.layout import layout_lines

    complain("认出：", *layout_lines(layout, meanings))


def _confirm(args: Namespace, layout: Layout, meanings: Meanings) -> None:
    """Let the person see, change and confirm the mapping."""
    from kaohe.comparing.layout import LayoutError, check_layout

    if args.yes:
        if not args.quiet:
            _show(layout, meanings)
        if problems := check_layout(layout, meanings):
            raise LayoutError(problems)
        return
    _show(layout, meanings)
    while True:
        print(_QUESTION, end="", file=sys.stderr, flush=True)
        answer = sys.stdin.readline()
        if not answer:
            raise Unusable(
                [
                    "",
                    "列的含义没有确认。核对上面的清单，加 --yes 接受；或用 --mapping 给出映射文件。",
                ]
            )
        text = answer.strip()
        if text.lower() in _QUIT:
            raise Unusable(["没有核对。"])
        if text.lower() in _YES:
            problems = check_layout(layout, meanings)
            if not problems:
                return
            complain(*problems)
            continue
        try:
            _change(layout, text, meanings)
        except Unusable as error:
            complain(*error.problems)
            continue
        _show(layout, meanings)


def _keep(args: Namespace, layout: Layout, meanings: Meanings, *, is_given: bool) -> None:
    """Write the confirmed mapping for the next time."""
    from kaohe.comparing.mapping_file import mapping_text

    if args.mapping and not is_given:
        try:
            Path(args.mapping).write_text(mapping_text(layout, meanings), encoding="utf-8")
        except OSError as error:
            raise Unusable(
                [f"{args.mapping}：写不进去（{error.strerror}）。换一个位置。"]
            ) from error
        complain(f"列的含义已写入 {args.mapping}，下次可直接使用。")


def _write(args: Namespace, found: Comparison, data: bytes, terms: Terms) -> int:
    content: bytes | str
    if args.format == "json":
        content = _json(args, found, terms)
    elif args.format == "xlsx":
        from kaohe.comparing.marked_workbook import marked_workbook

        content = marked_workbook(data, found)
    else:
        from kaohe.comparing.report_text import comparison_text

        content = comparison_text(found)
    code = write_output(content, args.output)
    if args.format != "table" or args.output:
        from kaohe.comparing.report_text import summary_line

        complain(summary_line(found))
    if found.problems:
        complain("没有核对的：", *found.problems)
        return UNUSABLE
    if not found.compared:
        return UNUSABLE
    return code or (1 if found.differences else 0)


def _json(args: Namespace, found: Comparison, terms: Terms) -> str:
    told = {
        "format": 1, "scheme": terms.scheme.id, "version": terms.scheme.version,
        "fingerprint": terms.scheme.fingerprint, "workbook": Path(args.files[-1]).name,
        **found.as_dict(),
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"
