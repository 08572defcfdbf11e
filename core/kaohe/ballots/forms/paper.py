"""The form of a hand count: issued, returned, invalid, blank, and a tally per question."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from kaohe.ballots.definition import Definition
from kaohe.ballots.forms.counts import Cell, whole_number
from kaohe.ballots.marks import normal_mark
from kaohe.ballots.services.paper import COUNTS, Batch
from kaohe.scoring.facts import TOTAL


class PaperForm:
    """Built from the definition; keeps what was typed and says what is wrong with it."""

    def __init__(
        self, definition: Definition, data: Mapping[str, str] | None = None, *, overall: bool
    ) -> None:
        self.definition = definition
        self.overall = overall
        """Whether one tally for all aspects may be typed instead."""
        self.data = data if data is not None else {}
        self.errors: list[str] = []
        self.batch: Batch = {}
        self.strata: list[dict[str, Any]] = []
        for key, title in definition.strata:
            self._stratum(key, title)

    def _cell(self, name: str, label: str) -> tuple[Cell, int]:
        cell = Cell(name, label, self.data.get(name, ""))
        try:
            return cell, whole_number(cell.value) or 0
        except ValueError as error:
            cell.error = str(error)
            self.errors.append(f"{label}：{error}")
            return cell, 0

    def _stratum(self, key: str, title: str) -> None:
        prefix, where = f"p.{key}", f"{title}·" if key else ""
        row: dict[str, Any] = {"tallies": {}}
        counts = []
        for name, label in COUNTS.items():
            cell, row[name] = self._cell(f"{prefix}.{name}", f"{where}{label}")
            counts.append((label, cell))
        lines = []
        ballot = self.definition.kind == "ballot"
        for question in self.definition.questions:
            if ballot:
                lines.append(self._options(prefix, where, question.id, question.title, row))
            else:
                lines.append(self._marks(prefix, where, question, row))
        overall = self._options(prefix, where, TOTAL, "总计票", row) if self.overall else None
        self.batch[key] = row
        self.strata.append(
            {"key": key, "title": title, "counts": counts, "lines": lines, "overall": overall}
        )

    def _options(
        self, prefix: str, where: str, aspect: str, title: str, row: dict[str, Any]
    ) -> dict[str, Any]:
        cells = []
        for place, option in enumerate(self.definition.labels):
            cell, number = self._cell(f"{prefix}.{aspect}.{place}", f"{where}{title} {option}")
            cells.append(cell)
            if number:
                row["tallies"].setdefault(aspect, {})[option] = number
        return {"title": title, "cells": cells}

    def _marks(self, prefix: str, where: str, score: Any, row: dict[str, Any]) -> dict[str, Any]:
        name = f"{prefix}.{score.id}"
        cell = Cell(name, f"{where}{score.title}", self.data.get(name, ""))
        marks: Counter[str] = Counter()
        wrong = []
        for word in re.split(r"[\s,，、;；]+", cell.value.strip()):
            if not word:
                continue
            mark = normal_mark(word, score.maximum)
            if mark is None:
                wrong.append(word[:12])
            else:
                marks[mark] += 1
        if wrong:
            cell.error = f"无法识别：{'、'.join(wrong[:5])}（应为 0～{score.maximum} 的数）"
            self.errors.append(f"{cell.label}：{cell.error}")
        if marks:
            row["tallies"][score.id] = dict(marks)
        return {"title": score.title, "marks": cell, "maximum": score.maximum}
