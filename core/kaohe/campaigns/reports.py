"""Reading what stands in a written report: pure, shared by the page and the hand-in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from kaohe.campaigns.errors import Problem
from kaohe.campaigns.kinds import Grouped, is_for
from kaohe.scheme.model import ReportInstrument, ReportPart, Review, Scheme

LONGEST_TEXT, LONGEST_CELL, MOST_ROWS = 20_000, 1_000, 60
Row = dict[str, str]
Content = dict[str, Any]
"""{"texts": {part: text}, "rows": {part: [{column: text}]}}"""


def report_instruments(
    scheme: Scheme, subject: Grouped | None = None
) -> dict[str, ReportInstrument]:
    """The reports of a scheme; with a subject, those meant for its class."""
    return {
        k: i
        for k, i in scheme.instruments.items()
        if isinstance(i, ReportInstrument) and (subject is None or is_for(i.classes, subject))
    }


def report_spec(scheme: Scheme, key: str) -> ReportInstrument:
    """One report of a scheme.

    Raises:
        KeyError: it has no such report.
    """
    return report_instruments(scheme)[key]


def review_after(spec: ReportInstrument, key: str) -> Review | None:
    """The review that comes after one (empty: the first); None after the last."""
    keys = [r.id for r in spec.reviews]
    at = keys.index(key) + 1 if key in keys else 0
    return spec.reviews[at] if at < len(spec.reviews) else None


def review_of(spec: ReportInstrument, key: str) -> Review | None:
    """A review by its key."""
    return next((r for r in spec.reviews if r.id == key), None)


def clean_content(spec: ReportInstrument, posted: Mapping[str, Any]) -> Content:
    """Keep what belongs to the report, trimmed; empty rows at the end are dropped."""
    texts: dict[str, str] = {}
    rows: dict[str, list[Row]] = {}
    for key, part in spec.parts.items():
        if not part.rows:
            text = _text((posted.get("texts") or {}).get(key), LONGEST_TEXT)
            if text:
                texts[key] = text
            continue
        found = [
            {c: text for c in part.rows if (text := _text(row.get(c), LONGEST_CELL))}
            for row in list((posted.get("rows") or {}).get(key) or ())[:MOST_ROWS]
        ]
        while found and not found[-1]:
            found.pop()
        if not part.answers:  # answers keep their place beside the row they answer
            found = [row for row in found if row]
        if found:
            rows[key] = found
    return {"texts": texts, "rows": rows}


def _text(value: Any, most: int) -> str:
    plain = str(value or "").replace("\x00", "").replace("\r\n", "\n").strip()
    return plain.encode("utf-8", "ignore").decode()[:most]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of a report as a page shows it."""

    key: str
    part: ReportPart
    text: str
    rows: tuple[Row, ...]
    answered: tuple[Row, ...] = ()
    """Rows of the last report, each to be answered by the row of the same place."""
    answered_columns: Mapping[str, str] = ()  # type: ignore[assignment]

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return not self.text and not any(self.rows)

    @property
    def pairs(self) -> list[tuple[Row, Row]]:
        """Each row with the one it answers."""
        return list(zip_longest(self.rows, self.answered, fillvalue={}))


def chapters_of(
    spec: ReportInstrument, data: Mapping[str, Any], before: Mapping[str, Any]
) -> list[Chapter]:
    """The parts of a report with what stands in them.

    Args:
        before: what the last period's report said, empty if there is none.
    """
    out = []
    for key, part in spec.parts.items():
        asked = part.answers or ""
        source = spec.parts.get(asked)
        out.append(
            Chapter(
                key,
                part,
                str((data.get("texts") or {}).get(key, "")),
                tuple((data.get("rows") or {}).get(key) or ()),
                tuple((before.get("rows") or {}).get(asked) or ()) if asked else (),
                dict(source.rows) if source else {},
            )
        )
    return out


def report_problems(
    spec: ReportInstrument, chapters: Iterable[Chapter], *, slots: Collection[str] = ()
) -> list[Problem]:
    """Everything that keeps a report from being handed in.

    Args:
        slots: attachments that hold a file.
    """
    problems: list[Problem] = []
    for chapter in chapters:
        part, title = chapter.part, chapter.part.title
        for n, asked in enumerate(chapter.answered):
            given = chapter.rows[n] if n < len(chapter.rows) else {}
            first = next(iter(part.rows), "")
            if not given.get(first):
                said = next(iter(asked.values()), "")
                what = f"上次的第 {n + 1} 条“{said[:20]}”没有回应"
                problems.append(Problem(title, what, "请逐条回应。", chapter.key))
        if part.required and chapter.is_empty and not chapter.answered:
            what = "一行也没有写" if part.rows else "没有写"
            problems.append(Problem(title, what, "请补写。", chapter.key))
        if part.required:
            problems.extend(_gaps(chapter))
    for slot, attachment in spec.attach.items():
        if attachment.required and slot not in slots:
            problems.append(
                Problem(attachment.title, "没有上传", "请在页面下方上传。", field="evidence")
            )
    return problems


def _gaps(chapter: Chapter) -> Iterable[Problem]:
    """Columns left empty in rows somebody began."""
    for n, row in enumerate(chapter.rows):
        missing = [t for c, t in chapter.part.rows.items() if row and not row.get(c)]
        if missing:
            what = f"第 {n + 1} 行的{'、'.join(missing)}没有写"
            yield Problem(chapter.part.title, what, "请补写，或清空这一行。", chapter.key)
