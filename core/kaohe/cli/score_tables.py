"""``kaohe score --marks …``: tables of any size in, one table of results out, on polars."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaohe import catalogue
from kaohe.cli.output import complain, refuse
from kaohe.cli.sources import Unusable, find_source, settings_of
from kaohe.scheme.errors import SchemeErrors
from kaohe.scoring import Contradiction, FactErrors, PlanRefused, compile_scheme

if TYPE_CHECKING:
    from kaohe.scoring.bulk import BulkResult
    from kaohe.scoring.plan import Plan

TABLES = ("subjects", "marks", "votes", "entries", "standing", "rulings")
_FIGURE = {"marks": "value", "entries": "quantity", "standing": "value"}
"""Column that holds a decimal figure."""
_NEEDED = {
    "subjects": ("subject",),
    "marks": ("subject", "instrument", "item", "value"),
    "votes": ("subject", "poll", "aspect", "option", "count"),
    "entries": ("subject", "rule", "quantity"),
    "standing": ("subject", "period", "value"),
    "rulings": ("subject", "kind", "target"),
}
_FILLED = {
    "subjects": ("group", "unit"),
    "marks": ("respondent",),
    "votes": ("stratum",),
    "entries": ("person", "label", "event"),
    "standing": ("score", "grade"),
    "rulings": (),
}
"""Columns that may be left out: empty then."""


def is_asked(args: Namespace) -> bool:
    """Whether tables were given instead of a record."""
    return any(getattr(args, name) for name in TABLES)


def score_tables(args: Namespace) -> int:
    """Score the tables and write the results; 1 if a recheck differs."""
    if args.record is not None or args.explain or args.roll:
        return refuse(["给出数据表时，不再给记录，也不用 --explain 和 --roll。"])
    if args.output is None:
        return refuse(["数据表的结果写到文件：用 -o 结果.parquet 或 -o 结果.csv。"])
    try:
        source = find_source(args.scheme)
        scheme = source.bind(settings_of(source, args.settings), operators=catalogue.syntaxes())
        plan = compile_scheme(scheme, operators=catalogue.meanings())
        tables = _read_all(args, plan)
        done = _bulk(plan, tables, args.period)
    except Unusable as error:
        return refuse(error.problems)
    except SchemeErrors as errors:
        return refuse(errors.errors, heading=f"考核办法 {args.scheme} 不能使用：")
    except FactErrors as errors:
        return refuse(list(errors.problems), heading="数据不能计算：")
    except (PlanRefused, Contradiction) as error:
        return refuse([error])
    _write(done, plan, Path(args.output))
    if not args.quiet:
        complain(f"{done.recheck}", f"已写到 {args.output}")
    return 0 if done.recheck.is_equal else 1


def _bulk(plan: Plan, tables: dict[str, Any], period: str) -> BulkResult:
    from kaohe.scoring.bulk import bulk_score

    more: dict[str, Any] = {"period": period} if period else {}
    return bulk_score(plan, **tables, **more)


def _engine() -> Any:
    try:
        import polars
    except ImportError as error:
        raise Unusable(["读数据表需要 polars：pip install 'kaohe[polars]'。"]) from error
    return polars


def _read_all(args: Namespace, plan: Plan) -> dict[str, Any]:
    pl = _engine()
    tables = {
        name: _read(pl, name, Path(getattr(args, name)), plan)
        for name in TABLES
        if getattr(args, name)
    }
    if "subjects" not in tables:
        people = [t.select("subject").unique() for t in tables.values()]
        subjects = pl.concat(people).unique().sort("subject")
        blank = [pl.lit("").alias(c) for c in _FILLED["subjects"]]
        tables["subjects"] = subjects.with_columns(*blank)
    _check_values(pl, tables, plan)
    return tables


def _read(pl: Any, name: str, path: Path, plan: Plan) -> Any:
    """One table with all its columns, figures scaled to whole numbers."""
    try:
        if path.suffix.lower() == ".csv":
            frame = pl.read_csv(path, infer_schema=False)
        else:
            frame = pl.read_parquet(path)
    except FileNotFoundError as error:
        raise Unusable([f"{path}：没有这个文件。核对文件名。"]) from error
    except Exception as error:  # whatever an engine says about a file it cannot read
        raise Unusable([f"{path}：读不出来（{error}）。应为 Parquet 或 UTF-8 的 CSV。"]) from error
    absent = [c for c in _NEEDED[name] if c not in frame.columns]
    if absent:
        raise Unusable([f"{path}：缺少列 {'、'.join(absent)}。已有：{'、'.join(frame.columns)}。"])
    frame = frame.with_columns(
        *(pl.lit("").alias(c) for c in _FILLED[name] if c not in frame.columns)
    )
    if name == "entries" and "state" not in frame.columns:
        frame = frame.with_columns(pl.lit("verified").alias("state"))
    if name == "votes":
        frame = frame.with_columns(pl.col("count").cast(pl.Int64, strict=False))
    figure = _FIGURE.get(name)
    if figure:
        frame = frame.with_columns(_scaled(pl, frame, figure, path, plan.scheme.decimals))
    texts = [c for c in frame.columns if c not in ("value", "quantity", "count", "day", "lists")]
    return frame.with_columns(*(pl.col(c).cast(pl.String).fill_null("") for c in texts))


def _scaled(pl: Any, frame: Any, column: str, path: Path, decimals: int) -> Any:
    """The figure × 10^decimals as whole numbers, exact or refused."""
    kind = frame.schema[column]
    if kind.is_float():
        raise Unusable(
            [
                f"{path}：列 {column} 是二进制浮点数，会带来误差。请存成定点小数（decimal）、文字或整数。"
            ]
        )
    value = pl.col(column)
    if kind == pl.String:
        value = value.str.strip_chars().str.to_decimal(scale=6)
    scaled = value.cast(pl.Decimal(38, 6)) * 10**decimals
    wrong = frame.with_row_index("_row", offset=1).filter(
        (scaled.is_null() & pl.col(column).is_not_null())
        | (scaled.is_not_null() & (scaled != scaled.cast(pl.Int64).cast(pl.Decimal(38, 6))))
    )
    if wrong.height:
        shown = "；".join(
            f"第 {row['_row']} 行“{row[column]}”" for row in wrong.head(5).iter_rows(named=True)
        )
        raise Unusable(
            [
                f"{path}：列 {column} 有 {wrong.height} 个值不是最多 {decimals} 位小数的数字：{shown}。"
                "改正后重试。"
            ]
        )
    return scaled.cast(pl.Int64).alias(column)


def _check_values(pl: Any, tables: dict[str, Any], plan: Plan) -> None:
    """Look at the extremes of every kind of row with the same checks a record gets."""
    from kaohe.scoring.bulk import read_frames
    from kaohe.scoring.validation import validate_facts

    keys = {
        "marks": ["instrument", "item"],
        "entries": ["rule", "label", "state"],
        "votes": ["poll", "stratum", "aspect", "option"],
    }
    drawn: dict[str, Any] = {}
    for name, columns in keys.items():
        if name in tables:
            figure = _FIGURE.get(name, "count")
            ordered = tables[name].sort(figure)
            first = ordered.unique(subset=columns, keep="first")
            last = ordered.unique(subset=columns, keep="last")
            drawn[name] = pl.concat([first, last]).unique()
    people = pl.concat([t.select("subject") for t in drawn.values()]).unique() if drawn else None
    if people is None:
        return
    subjects = tables["subjects"]
    strangers = people.join(subjects, on="subject", how="anti")
    if strangers.height:
        shown = "、".join(strangers.get_column("subject").head(5).to_list())
        raise Unusable([f"对象表里没有：{shown}。补进对象表，或删去这些行。"])
    some = people.get_column("subject").to_list()
    facts = read_frames(plan, subjects=subjects, only=some, **drawn)
    ignored = ("total_beside_part", "total_differs", "sheet_incomplete")
    problems = [p for p in validate_facts(plan.scheme, facts) if p.code not in ignored]
    if problems:
        raise FactErrors(problems)


def _write(done: BulkResult, plan: Plan, path: Path) -> None:
    """Scores as decimals again, everything else as it is."""
    from kaohe.scoring.frames import score_scales

    pl = _engine()
    frame = done.frame
    for name, decimals in score_scales(plan).items():
        column = f"score_{name}"
        exact = pl.col(column).cast(pl.Decimal(38, decimals)) / pl.lit(10**decimals)
        frame = frame.with_columns(exact.cast(pl.Decimal(38, decimals)).alias(column))
    if path.suffix.lower() == ".csv":
        frame.write_csv(path)
    else:
        frame.write_parquet(path)
