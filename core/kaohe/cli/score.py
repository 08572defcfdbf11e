"""``kaohe score``: a record in, results out; no database, no web framework."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from kaohe import catalogue
from kaohe.cli.output import complain, refuse, write_output
from kaohe.cli.sources import Unusable, find_source, settings_of
from kaohe.records import Record, RecordErrors, read_record, read_roll
from kaohe.scheme.errors import SchemeErrors
from kaohe.scoring import Contradiction, PlanRefused, compile_scheme

if TYPE_CHECKING:
    from kaohe.scoring.derivation import Result, SubjectResult


def score(args: Namespace) -> int:
    """Score a record and print the results."""
    from kaohe.cli.score_tables import is_asked, score_tables

    if is_asked(args):
        return score_tables(args)
    if args.record is None:
        return refuse(["没有给出记录。写记录的文件名，或用 --marks 等给出数据表。"])
    if args.format == "xlsx" and args.output is None and sys.stdout.isatty():
        return refuse(["XLSX 不能显示在屏幕上。用 -o 文件名.xlsx 写到文件。"])
    try:
        source = find_source(args.scheme)
        record = read_record(
            Path(args.record),
            source=source,
            parameters=settings_of(source, args.settings),
            operators=catalogue.syntaxes(),
            roll=read_roll(Path(args.roll)) if args.roll else None,
        )
        plan = compile_scheme(record.scheme, operators=catalogue.meanings())
        result = plan.score(record.facts, check=False)
        chosen = _choose(result, args.explain)
    except Unusable as error:
        return refuse(error.problems)
    except RecordErrors as errors:
        return refuse(errors.problems, heading=f"{args.record} 不能计算：")
    except SchemeErrors as errors:
        return refuse(errors.errors, heading=f"考核办法 {args.scheme} 不能使用：")
    except (PlanRefused, Contradiction) as error:
        return refuse([error])
    if not args.quiet:
        _tell(record)
    return _write(args, record, result, chosen)


def _choose(result: Result, wanted: str | None) -> list[SubjectResult]:
    """The subjects to explain."""
    if wanted is None:
        return []
    if wanted == "all":
        return list(result.subjects)
    exact = [s for s in result.subjects if wanted in (s.subject, s.title)]
    found = exact or [s for s in result.subjects if wanted in s.title]
    if len(found) == 1:
        return found
    names = "、".join(s.title for s in (found or result.subjects)[:8])
    what = f"有 {len(found)} 个考核对象叫“{wanted}”" if found else f"没有考核对象“{wanted}”"
    raise Unusable([f"--explain：{what}。可用：{names} 等；all 为全部。"])


def _tell(record: Record) -> None:
    """How an office's own table was read."""
    if record.understood:
        complain("认出：", *record.understood)
    if record.ignored:
        complain("不取用：", *record.ignored)


def _write(args: Namespace, record: Record, result: Result, chosen: list[SubjectResult]) -> int:
    if args.format == "json":
        from kaohe.cli.result_json import results_text

        return write_output(results_text(result, explained=chosen), args.output)
    if args.format == "xlsx":
        from kaohe.cli.result_xlsx import results_xlsx

        return write_output(results_xlsx(result, record.scheme), args.output)
    from kaohe.cli.result_table import results_table
    from kaohe.scoring.rendering import derivation_text

    if chosen:
        pages = (derivation_text(one, scheme=record.scheme) for one in chosen)
        return write_output("\n".join(pages), args.output)
    return write_output(results_table(result, record.scheme), args.output)
