"""What a poll asks, as typed data read from its stored JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

_ID = re.compile(r"^[a-z][a-z0-9_]{0,59}$")
_NUMBER = re.compile(r"^\d{1,6}(\.\d{1,2})?$")
MOST_FIELDS = 2000
_KEYS = {
    "kind", "title", "unit", "aspects", "options", "scores", "texts", "strata", "blank", "note",
    "hand_count",
}  # fmt: skip


class DefinitionErrors(Exception):
    """A definition that cannot be used; `errors` lists every fault in Chinese."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("；".join(errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Aspect:
    """A line of a ballot."""

    id: str
    title: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """A mark a voter may give; `points` is what scoring makes of it."""

    label: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class Score:
    """A mark out of `maximum`, at most two decimals."""

    id: str
    title: str
    maximum: Decimal = Decimal(100)
    help: str = ""


@dataclass(frozen=True, slots=True)
class TextField:
    """A free text."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Definition:
    """A ballot (aspects × options) or a form (scores and texts)."""

    kind: Literal["ballot", "form"]
    title: str
    unit: str
    aspects: tuple[Aspect, ...] = ()
    options: tuple[Option, ...] = ()
    scores: tuple[Score, ...] = ()
    texts: tuple[TextField, ...] = ()
    strata: tuple[tuple[str, str], ...] = (("", "全体"),)
    """Key and title.  A poll without classes of voters has the one key ``""``."""
    blank: Literal["allowed", "refused"] = "allowed"
    """Whether aspects or scores may stay unmarked."""
    note: str = ""
    hand_count: tuple[str, ...] = ("aspect", "overall")

    @property
    def questions(self) -> tuple[Aspect | Score, ...]:
        """What is tallied: the aspects of a ballot or the scores of a form."""
        return self.aspects if self.kind == "ballot" else self.scores

    @property
    def labels(self) -> tuple[str, ...]:
        """The options' labels, best first."""
        return tuple(option.label for option in self.options)


def _text(value: Any, place: str, errors: list[str], *, limit: int, empty: bool = False) -> str:
    if not isinstance(value, str) or (not empty and not value.strip()) or len(value) > limit:
        errors.append(f"{place}：应为 {'不超过' if empty else '1～'}{limit} 个字的文字")
        return ""
    return value.strip()


def _number(value: Any, place: str, errors: list[str]) -> Decimal:
    text = "" if isinstance(value, bool | float) else str(value)
    if not _NUMBER.match(text):
        errors.append(f"{place}：应为数字（最多两位小数，写成文字），如 100")
        return Decimal(0)
    return Decimal(text)


def _rows(data: Mapping[str, Any], key: str, errors: list[str]) -> list[dict[str, Any]]:
    rows = data.get(key, [])
    if not isinstance(rows, list | tuple) or not all(isinstance(r, Mapping) for r in rows):
        errors.append(f"{key}：应为列表，每一行有名称")
        return []
    return [dict(row) for row in rows]


def _ids(rows: list[dict[str, Any]], key: str, errors: list[str]) -> None:
    seen: set[str] = set()
    for number, row in enumerate(rows, 1):
        name = row.get("id")
        if not isinstance(name, str) or not _ID.match(name):
            errors.append(f"{key} 第 {number} 行：编号只能用小写字母、数字和下划线，以字母开头")
            row["id"] = f"_{number}"
        elif name in seen:
            errors.append(f"{key} 第 {number} 行：编号 {name} 重复")
        seen.add(str(row["id"]))


def _read_strata(value: Any, errors: list[str]) -> tuple[tuple[str, str], ...]:
    if not value:
        return (("", "全体"),)
    if not isinstance(value, Mapping):
        errors.append("strata：应为 编号→名称")
        return (("", "全体"),)
    for key in value:
        if not isinstance(key, str) or not _ID.match(key):
            errors.append(f"strata：编号 {str(key)[:20]} 只能用小写字母、数字和下划线")
    return tuple((str(k), _text(v, f"strata.{k}", errors, limit=100)) for k, v in value.items())


def load_definition(data: Mapping[str, Any]) -> Definition:
    """Read a definition, reporting every fault at once.

    Raises:
        DefinitionErrors: with all faults.
    """
    errors: list[str] = [f"{key}：不认识的内容" for key in sorted(set(data) - _KEYS)]
    kind = data.get("kind")
    if kind not in ("ballot", "form"):
        errors.append("kind：应为 ballot（测评票）或 form（评议表）")
        kind = "ballot"
    aspects, options = _rows(data, "aspects", errors), _rows(data, "options", errors)
    scores, texts = _rows(data, "scores", errors), _rows(data, "texts", errors)
    _ids(aspects, "aspects", errors)
    _ids(scores + texts, "scores、texts", errors)
    labels = [str(o.get("label", "")) for o in options]
    if kind == "ballot":
        if not aspects:
            errors.append("aspects：测评票至少要有一个方面")
        if not 2 <= len(options) <= 10:
            errors.append("options：测评票要有 2～10 个档次")
        if len(set(labels)) != len(labels):
            errors.append("options：档次名称重复")
        if scores or texts:
            errors.append("scores、texts：测评票不能带评分和文字，请另建评议表")
    else:
        if not scores:
            errors.append("scores：评议表至少要有一个评分")
        if aspects or options:
            errors.append("aspects、options：评议表不能带测评方面和档次")
    if len(aspects) + len(scores) + len(texts) > MOST_FIELDS:
        errors.append(f"一张票最多 {MOST_FIELDS} 项")
    blank = data.get("blank", "allowed")
    if blank not in ("allowed", "refused"):
        errors.append("blank：应为 allowed 或 refused")
    hand_count = tuple(data.get("hand_count", ("aspect", "overall")))
    if not set(hand_count) <= {"aspect", "overall"}:
        errors.append("hand_count：只能是 aspect、overall")
    definition = Definition(
        kind=kind,
        title=_text(data.get("title"), "title", errors, limit=200),
        unit=_text(data.get("unit"), "unit", errors, limit=100),
        aspects=tuple(
            Aspect(
                r["id"],
                _text(r.get("title"), f"aspects.{r['id']}", errors, limit=200),
                _text(r.get("help", ""), f"aspects.{r['id']}.help", errors, limit=4000, empty=True),
            )
            for r in aspects
        ),
        options=tuple(
            Option(
                _text(r.get("label"), f"options 第 {n} 行", errors, limit=40),
                _number(r.get("points", ""), f"options 第 {n} 行的分值", errors),
            )
            for n, r in enumerate(options, 1)
        ),
        scores=tuple(
            Score(
                r["id"],
                _text(r.get("title"), f"scores.{r['id']}", errors, limit=200),
                _number(r.get("maximum", "100"), f"scores.{r['id']} 的满分", errors),
                _text(r.get("help", ""), f"scores.{r['id']}.help", errors, limit=4000, empty=True),
            )
            for r in scores
        ),
        texts=tuple(
            TextField(r["id"], _text(r.get("title"), f"texts.{r['id']}", errors, limit=200))
            for r in texts
        ),
        strata=_read_strata(data.get("strata"), errors),
        blank=blank,
        note=_text(data.get("note", ""), "note", errors, limit=4000, empty=True),
        hand_count=hand_count,
    )
    if errors:
        raise DefinitionErrors(errors)
    return definition
