"""``kaohe simulate``."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaohe import catalogue
from kaohe.cli.output import print_json, refuse, table
from kaohe.cli.sources import Unusable, find_source, settings_of
from kaohe.kit.biting import KINDS
from kaohe.records import RecordErrors, read_record
from kaohe.scheme.errors import SchemeErrors
from kaohe.scoring import PlanRefused, compile_scheme
from kaohe.scoring.wording import plain

if TYPE_CHECKING:
    from kaohe.kit.simulation import Simulation
    from kaohe.kit.spreads import Spread

_BAR = 24


def simulate(args: Namespace) -> int:
    """Try a scheme and print what comes out."""
    from kaohe.kit.simulation import simulate as try_out

    record = None
    try:
        source = find_source(args.scheme)
        settings = settings_of(source, args.settings)
        scheme = source.bind(settings, operators=catalogue.syntaxes())
        if args.record:
            read = read_record(
                Path(args.record), source=source, parameters=settings,
                operators=catalogue.syntaxes(),
            )  # fmt: skip
            scheme, record = read.scheme, read.facts
        plan = compile_scheme(scheme, operators=catalogue.meanings())
    except Unusable as error:
        return refuse(error.problems)
    except RecordErrors as errors:
        return refuse(errors.problems, heading=f"{args.record} 不能计算：")
    except SchemeErrors as errors:
        return refuse(errors.errors)
    except PlanRefused as error:
        return refuse([error])
    subjects = args.subjects or (len(record.subjects) if record else 40)
    found = try_out(
        plan, runs=args.runs, subjects=subjects, seed=args.seed, record=record,
        progress=None if args.quiet else _show_progress,
    )  # fmt: skip
    if args.format == "json":
        print_json({"scheme": scheme.id, "version": scheme.version, "seed": args.seed,
                    "from": "record" if record else "made up", **as_json(found)})  # fmt: skip
    else:
        basis = f"{args.record} 里的对象重复抽取" if record else "虚构数据"
        print(f"{scheme.title}　{scheme.id}　{scheme.version}")
        print(f"{basis}，{found.runs} 轮，每轮 {found.subjects} 个考核对象，种子 {args.seed}")
        print("\n".join(_lines(found)))
    return 0


def _show_progress(done: int, todo: int) -> None:
    if not sys.stderr.isatty():
        return
    filled = _BAR * done // todo
    end = "\n" if done == todo else ""
    bar = "█" * filled + "░" * (_BAR - filled)
    print(f"\r{bar} {100 * done // todo:3d}%", end=end, file=sys.stderr, flush=True)


def _lines(found: Simulation) -> Iterator[str]:
    yield ""
    yield f"【{found.total}的分布】"
    rows = [_spread_row("全部", found.spread)]
    rows += [_spread_row(title, one) for title, one in found.classes.items()]
    heading = ["对象", "有得分", "缺", "最低", "5%", "25%", "中位", "75%", "95%", "最高", "平均",
               "标准差"]  # fmt: skip
    yield from table(heading, rows, right=set(range(1, 12)))
    most = max((one.count for one in found.bins), default=0)
    if most:
        yield ""
        spans = [
            [f"{plain(one.low)} —", "█" * -(-_BAR * one.count // most), str(one.count)]
            for one in found.bins
        ]
        yield from table(["分数", "", "个数"], spans, right={0, 2})
    for title, counts in found.grades.items():
        yield ""
        yield f"【{title}】"
        every = sum(counts.values())
        yield from table(
            ["等次", "个数", "占"],
            [[label, str(n), _percent(n, every)] for label, n in counts.items()],
            right={1, 2},
        )
    yield ""
    yield "【例外多久触发一次】"
    if found.bites:
        rows = [
            [KINDS[b.kind], b.title, "；".join(b.cite), str(b.fired), str(b.seen),
             _percent(b.fired, b.seen), "从未触发" if not b.fired else ""]
            for b in found.bites
        ]  # fmt: skip
        heading = ["种类", "例外", "条款", "触发", "次数", "占", "说明"]
        yield from table(heading, rows, right={3, 4, 5})
    else:
        yield "这个办法没有封顶、保底、限制、名额和名单。"
    yield ""
    yield "【哪个指标决定名次】"
    if not found.deciders:
        yield "有得分的对象太少，看不出来。"
        return
    rows = [
        [one.title, f"{plain(one.share)}%", plain(one.shift), f"{plain(one.tops)}%"]
        for one in found.deciders
    ]
    yield from table(
        ["指标", "决定总分的份额", "平均变动名次", "第一名换人"], rows, right={1, 2, 3}
    )
    yield "（把一个指标的数在对象之间互换后重新计算；几个指标共同起作用时份额之和可超过 100%）"


def _spread_row(title: str, one: Spread) -> list[str]:
    def say(value: Decimal | None) -> str:
        return "—" if value is None else f"{value:f}"

    ends = [say(value) for _, value in one.percentiles] or ["—"] * 5
    return [title, str(one.count), str(one.missing), say(one.low), *ends, say(one.high),
            say(one.mean), say(one.deviation)]  # fmt: skip


def _percent(part: int, whole: int) -> str:
    return f"{Decimal(100 * part) / whole:.1f}%" if whole else "—"


def as_json(found: Simulation) -> dict[str, Any]:
    """The simulation for machines: figures as text, counts as numbers."""

    def spread(one: Spread) -> dict[str, Any]:
        figures = {"low": one.low, "high": one.high, "mean": one.mean, "deviation": one.deviation}
        return {
            "count": one.count, "missing": one.missing,
            **{k: None if v is None else f"{v:f}" for k, v in figures.items()},
            "percentiles": {str(p): f"{v:f}" for p, v in one.percentiles},
        }  # fmt: skip

    return {
        "runs": found.runs,
        "subjects": found.subjects,
        "total": spread(found.spread),
        "classes": {title: spread(one) for title, one in found.classes.items()},
        "histogram": [
            {"low": f"{b.low:f}", "high": f"{b.high:f}", "count": b.count} for b in found.bins
        ],
        "grades": found.grades,
        "exceptions": [
            {"kind": b.kind, "title": b.title, "cite": list(b.cite), "fired": b.fired,
             "seen": b.seen, "example": b.example}
            for b in found.bites
        ],
        "deciders": [
            {"table": d.key[0], "source": d.key[1], "item": d.key[2], "title": d.title,
             "share": f"{d.share:f}", "shift": f"{d.shift:f}", "tops": f"{d.tops:f}"}
            for d in found.deciders
        ],
    }  # fmt: skip
