"""How often each exception fires: caps, floors, conditions, limits, quotas, lists, flags."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kaohe.scoring.wording import plain

if TYPE_CHECKING:
    from kaohe.scheme.model import Condition, Scheme
    from kaohe.scoring.derivation import Result, Step, SubjectResult
    from kaohe.scoring.facts import Facts
    from kaohe.scoring.operators.base import Lowered
    from kaohe.scoring.plan import Plan

KINDS = {
    "cap": "封顶", "floor": "保底", "when": "条件", "rule": "其他", "limit": "等次限制",
    "quota": "名额", "list": "名单", "streak": "连续", "flag": "标注",
}  # fmt: skip


@dataclass(slots=True)
class Bite:
    """An exception and how often it fired."""

    kind: str
    title: str
    cite: tuple[str, ...] = ()
    fired: int = 0
    """Subjects it changed."""
    seen: int = 0
    """Subjects it could have changed."""
    example: str = ""


@dataclass(slots=True)
class BiteCount:
    """Counts over the results of all runs."""

    plan: Plan
    found: dict[str, Bite] = field(init=False)
    _nodes: dict[str, Lowered] = field(init=False)

    def __post_init__(self) -> None:
        self._nodes = {one.path: one for one in _nodes(self.plan)}
        self.found = dict(self._known())

    def _known(self) -> Iterator[tuple[str, Bite]]:
        """Everything that could fire, whether it does or not."""
        scheme = self.plan.scheme
        for path, one in self._nodes.items():
            if one.node.operator in ("cap", "floor", "when"):
                args: Any = one.node.args
                at = getattr(args, "at", None)
                word = {"cap": "最高", "floor": "最低"}.get(one.node.operator, "")
                title = self.title_of(path) + (f"：{word} {plain(at)}" if at is not None else "")
                yield path, Bite(one.node.operator, title, args.cite or one.node.cite)
        for key, grade in scheme.grades.items():
            for number, limit in enumerate(grade.limits):
                text = f"{grade.title}：{_condition(limit.when, scheme)}，最高为{limit.at_most}"
                yield f"limit:{key}:{number}", Bite("limit", text, limit.cite)
            for number, quota in enumerate(grade.quotas):
                text = f"{grade.title}：{quota.label}不超过 {plain(quota.share)}%"
                yield f"quota:{key}:{number}", Bite("quota", text, quota.cite)
        for kind, rules in (("list", scheme.lists), ("streak", scheme.streaks)):
            for key, rule in rules.items():
                yield f"{kind}:{key}", Bite(kind, rule.title, rule.cite)
        for instrument in scheme.instruments.values():
            for rule in getattr(instrument, "turnout", ()):
                text = f"{instrument.title}：测评人数不足"
                yield f"flag:{rule.flag}", Bite("flag", text, rule.cite)

    def title_of(self, path: str) -> str:
        """A node as people know it: the named score it stands in."""
        scores = self.plan.scheme.scores
        name = path.partition(".")[0]
        return scores[name].title if name in scores else path

    def add(self, result: Result, facts: Facts) -> None:
        """Count one run."""
        counts = _entry_counts(facts)
        for one in result.subjects:
            self._add_steps(one)
            self._add_grades(one, counts.get(one.subject, {}))
            for kind in ("list", "streak"):
                for key in getattr(self.plan.scheme, f"{kind}s"):
                    given = one.lists.get(key)
                    if given is not None:
                        bite = self.found[f"{kind}:{key}"]
                        bite.seen += 1
                        bite.fired += given.member
            raised = {flag.id: flag for flag in one.flags}
            for key in raised:
                self.found.setdefault(f"flag:{key}", Bite("flag", raised[key].title))
            for key, bite in self.found.items():
                if key.startswith("flag:"):
                    bite.seen += 1
                    bite.fired += key.partition(":")[2] in raised
        for account in result.quotas:
            quotas = self.plan.scheme.grades[account.grade].quotas
            place = next(n for n, q in enumerate(quotas) if q.label == account.label)
            bite = self.found[f"quota:{account.grade}:{place}"]
            bite.seen += account.holders
            bite.fired += len(account.moved)
            bite.example = bite.example or (account.sentence if account.moved else "")

    def _add_steps(self, one: SubjectResult) -> None:
        steps: dict[str, list[Step]] = {}
        for step in (step for tree in one.trees for step in _walk(tree)):
            # Sheets of several respondents are one place: group.sheet:考核人1 -> group.sheet
            steps.setdefault(step.id.partition(":")[0], []).append(step)
        for path, found in steps.items():
            applied = [text for step in found for text in step.applied]
            bite = self.found.get(path)
            if bite is None:
                if not applied:
                    continue
                place, part = self.title_of(path), found[0].title.partition(" · ")[0]
                where = place if part == place else f"{place} · {part}"
                title = f"{where}（如：{applied[0].partition('（')[0]}）"
                bite = self.found[path] = Bite("rule", title, found[0].cite)
            bite.seen += found[0].exact is not None or bool(applied)
            bite.fired += bool(applied)
            bite.example = bite.example or (applied[0] if applied else "")

    def _add_grades(self, one: SubjectResult, counts: dict[str, int]) -> None:
        for key, grade in self.plan.scheme.grades.items():
            given = one.grades.get(key)
            if given is None or given.base is None:
                continue
            labels = list(_labels(self.plan.scheme, key))
            base = labels.index(given.base)
            for number, limit in enumerate(grade.limits):
                bite = self.found[f"limit:{key}:{number}"]
                bite.seen += 1
                bite.fired += base < labels.index(limit.at_most) and _holds(limit.when, one, counts)


def _labels(scheme: Scheme, key: str) -> Iterator[str]:
    grade = scheme.grades[key]
    yield from grade.bands or _labels(scheme, grade.follows or "")


def _holds(when: Condition, one: SubjectResult, counts: dict[str, int]) -> bool:
    value: Any = one.scores.get(when.score) if when.score else counts.get(when.entries or "", 0)
    if value is None:
        return False
    if when.below is not None and not value < when.below:
        return False
    return when.at_least is None or value >= when.at_least


def _condition(when: Condition, scheme: Scheme) -> str:
    if when.score:
        title = scheme.scores[when.score].title
    else:
        title = f"{scheme.entries[when.entries or ''].title}次数"
    edge = f"低于 {plain(when.below)}" if when.below is not None else ""
    return title + (f"达到 {plain(when.at_least)}" if when.at_least is not None else edge)


def _entry_counts(facts: Facts) -> dict[str, dict[str, int]]:
    """Subject -> rule -> verified entries, times included."""
    out: dict[str, dict[str, int]] = {}
    for entry in facts.entries:
        if entry.state == "verified":
            mine = out.setdefault(entry.subject, {})
            times = int(entry.quantity) if entry.label else 1
            mine[entry.rule] = mine.get(entry.rule, 0) + times
    return out


def _nodes(plan: Plan) -> Iterator[Lowered]:
    waiting, seen = list(plan.named.values()), set[int]()
    while waiting:
        one = waiting.pop(0)
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += one.inputs


def _walk(step: Step) -> Iterator[Step]:
    """Every step once."""
    waiting, seen = [step], set[str]()
    while waiting:
        one = waiting.pop()
        if one.id not in seen:
            seen.add(one.id)
            yield one
            waiting += one.inputs
