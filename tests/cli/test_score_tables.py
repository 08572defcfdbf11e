"""``kaohe score --marks …``: the same figures as from a record, at any size."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import SCHEME, run

pl = pytest.importorskip("polars")

MARKS = [
    ("a", "own", "", "*", "95"),
    ("a", "group", "甲", "*", "90"), ("a", "group", "乙", "*", "91"),
    ("b", "own", "", "*", "80"),
]  # fmt: skip
VOTES = [
    ("a", "vote", "", "*", "好", 10), ("a", "vote", "", "*", "中", 2),
    ("a", "form", "", "work", "92", 1), ("a", "form", "", "work", "95", 1),
    ("b", "vote", "", "*", "好", 3),
]  # fmt: skip


def _tables(folder: Path, *, value: Any = str) -> list[str]:
    marks = [
        dict(zip(("subject", "instrument", "respondent", "item", "value"), m, strict=True))
        for m in MARKS
    ]
    frame = pl.DataFrame([{**m, "value": value(m["value"])} for m in marks])
    votes = pl.DataFrame(
        [
            dict(zip(("subject", "poll", "stratum", "aspect", "option", "count"), v, strict=True))
            for v in VOTES
        ]
    )
    entries = pl.DataFrame([{"subject": "a", "rule": "bonus", "quantity": "2"}])
    subjects = pl.DataFrame({"subject": ["a", "b"], "group": ["north", "south"]})
    arguments = []
    for name, table in (
        ("subjects", subjects), ("marks", frame), ("votes", votes), ("entries", entries),
    ):  # fmt: skip
        path = folder / f"{name}.parquet"
        table.write_parquet(path)
        arguments += [f"--{name}", str(path)]
    return arguments


@pytest.mark.parametrize("value", [str, Decimal], ids=["text", "decimal"])
def test_tables_give_the_figures_of_the_record(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, value: Any
) -> None:
    out = tmp_path / "out.parquet"

    done = run(capsys, "score", SCHEME, *_tables(tmp_path, value=value), "-o", str(out))

    assert done.code == 0, done.err
    assert "全部一致" in done.err
    rows = {r["subject"]: r for r in pl.read_parquet(out).iter_rows(named=True)}
    assert rows["a"]["score_total"] == Decimal("93.60")
    assert rows["a"]["rank"] == 1
    assert rows["b"]["score_total"] is None


def test_csv_in_and_out(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    arguments = _tables(tmp_path)
    for index in range(1, len(arguments), 2):
        path = Path(arguments[index])
        pl.read_parquet(path).write_csv(path.with_suffix(".csv"))
        arguments[index] = str(path.with_suffix(".csv"))

    done = run(capsys, "score", SCHEME, *arguments, "-o", str(tmp_path / "out.csv"), "--quiet")

    assert done.code == 0, done.err
    assert "93.60" in (tmp_path / "out.csv").read_text("utf-8")


def test_binary_floats_are_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    done = run(
        capsys, "score", SCHEME, *_tables(tmp_path, value=float), "-o", str(tmp_path / "o.parquet")
    )

    assert done.code == 2
    assert "浮点数" in done.err
    assert not (tmp_path / "o.parquet").exists()


@pytest.mark.parametrize(
    ("column", "wrong", "word"),
    [("value", "95.555", "第 1 行"), ("value", "很好", "第 1 行"), ("item", "nothing", "nothing"),
     ("value", "101", "101"), ("subject", "z", "z"), ("instrument", "x", "x")],
)  # fmt: skip
def test_a_wrong_row_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, column: str, wrong: str, word: str
) -> None:
    arguments = _tables(tmp_path)
    path = tmp_path / "marks.parquet"
    rows = pl.read_parquet(path).to_dicts()
    rows[0][column] = wrong
    pl.DataFrame(rows).write_parquet(path)

    done = run(capsys, "score", SCHEME, *arguments, "-o", str(tmp_path / "o.parquet"))

    assert done.code == 2
    assert word in done.err
    assert not (tmp_path / "o.parquet").exists()


def test_a_missing_column_or_output_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    arguments = _tables(tmp_path)
    pl.DataFrame({"subject": ["a"]}).write_parquet(tmp_path / "marks.parquet")

    assert "缺少列" in run(capsys, "score", SCHEME, *arguments, "-o", "o.parquet").err
    assert "-o" in run(capsys, "score", SCHEME, *arguments).err
    assert run(capsys, "score", SCHEME).code == 2
