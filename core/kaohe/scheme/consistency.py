"""Things that each are well-formed and cannot stand together: doubled names, impossible figures."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from kaohe.scheme.model import BallotInstrument, FormInstrument, Scheme, SheetInstrument
from kaohe.scheme.operators import Scale, UnitScore
from kaohe.scheme.references import Problem, nodes_of, ordered_scores, score_inputs
from kaohe.scheme.tree import Path

MOST_STEPS = 100
"""How many scores may rest on one another in a row; more would be no regulation."""


def consistency_problems(scheme: Scheme) -> list[Problem]:
    """Every contradiction inside a scheme whose names all exist."""
    return [
        *_doubled_names(scheme),
        *_parameter_problems(scheme),
        *_subject_problems(scheme),
        *_instrument_problems(scheme),
        *_flag_problems(scheme),
        *_entry_problems(scheme),
        *_score_problems(scheme),
        *_grade_problems(scheme),
        *_measure_problems(scheme),
    ]


def _doubled_names(scheme: Scheme) -> Iterator[Problem]:
    """Facts, stages and sheets name these three side by side."""
    sections = {"instruments": "表", "entries": "加减分规则", "scores": "得分"}
    for one, other in combinations(sections, 2):
        for name in getattr(scheme, other):
            if name in getattr(scheme, one):
                what = f"名称“{name}”既是{sections[one]}，又是{sections[other]}。"
                yield Problem((other, name), what, "请把其中一个改名，并改正引用它的地方。")


def _parameter_problems(scheme: Scheme) -> Iterator[Problem]:
    for key, p in scheme.parameters.items():
        path: Path = ("parameters", key)
        if p.type in ("choice", "flags") and not p.options:
            yield Problem(path, f"参数“{p.title}”没有 options。", "请列出选项，如 {a: 甲, b: 乙}。")
        if "parameter" in p.options:
            what = "选项不能叫 parameter，choose 用这个词写参数名。"
            yield Problem((*path, "options", "parameter"), what, "请改名。")
        if p.low is not None and p.high is not None and p.low > p.high:
            yield Problem((*path, "low"), f"下限 {p.low} 大于上限 {p.high}。", "请核对。")


def _subject_problems(scheme: Scheme) -> Iterator[Problem]:
    for key, kind in scheme.subjects.items():
        path: Path = ("subjects", key)
        holder = scheme.subjects.get(kind.of or "")
        if holder is not None and holder.kind != "organization":
            what = f"“{kind.title}”的 of 应指向组织，“{holder.title}”不是。"
            yield Problem((*path, "of"), what, "请改为 kind: organization 的考核对象。")
        if kind.kind == "person" and kind.of is None and len(scheme.subjects) > 1:
            what = f"没有写“{kind.title}”属于哪个组织。"
            yield Problem(path, what, "请写 of: 组织的名称。")
    yield from _side_by_side(scheme)


def _side_by_side(scheme: Scheme) -> Iterator[Problem]:
    """Kinds assessed in their own right are told apart by their classes (see `SubjectKind`)."""
    first, *others = scheme.subjects
    from_units = {
        top.subject
        for name, top in scheme.scores.items()
        for path, node in nodes_of(scheme)
        if path[1] == name and isinstance(node.args, UnitScore)
    }
    own = [key for key in others if key in from_units or scheme.subjects[key].classes]
    for key in (first, *own) if own else ():
        if not scheme.subjects[key].classes:
            title = scheme.subjects[key].title
            what = f"几种对象各自考核，“{title}”没有类别，分不出谁是“{title}”。"
            remedy = f"请写 classes，只有一类也要写，如 {{{key}: {title}}}。"
            yield Problem(("subjects", key), what, remedy)


def _instrument_problems(scheme: Scheme) -> Iterator[Problem]:
    for key, i in scheme.instruments.items():
        path: Path = ("instruments", key)
        if isinstance(i, SheetInstrument):
            if i.step <= 0:
                yield Problem((*path, "step"), "打分的最小单位应大于 0。", "如 0.5 或 0.01。")
            other = scheme.instruments.get(i.beside or "")
            if i.beside == key:
                yield Problem((*path, "beside"), "不能把自己列在旁边。", "请写另一张评分表。")
            elif isinstance(other, SheetInstrument) and other.items != i.items:
                what = f"“{other.title}”用的是另一张指标表，不能逐项并列。"
                yield Problem((*path, "beside"), what, "请写用同一指标表的评分表。")
        elif isinstance(i, FormInstrument):
            for field, f in i.scores.items():
                if f.maximum <= 0:
                    where = (*path, "scores", field, "maximum")
                    yield Problem(where, "满分应大于 0。", "如 100。")
        elif isinstance(i, BallotInstrument):
            for label, points in i.options.items():
                if points < 0:
                    yield Problem((*path, "options", label), "折算的分值不能小于 0。", "")


def _flag_problems(scheme: Scheme) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for key, i in scheme.instruments.items():
        if isinstance(i, BallotInstrument):
            for n, turnout in enumerate(i.turnout):
                if owners.setdefault(turnout.flag, key) != key:
                    # A ruling waives a flag by its name: it would waive both.
                    what = f"标注名“{turnout.flag}”在“{scheme.instruments[owners[turnout.flag]].title}”里已用。"
                    where = ("instruments", key, "turnout", n)
                    yield Problem(where, what, f"请另写 flag，如 {key}_turnout。")


def _entry_problems(scheme: Scheme) -> Iterator[Problem]:
    advice = "分值不写正负号，是加是减由 sign 决定。"
    for key, rule in scheme.entries.items():
        path: Path = ("entries", key)
        if rule.most < 0:
            yield Problem((*path, "most"), "单次上限不能小于 0。", advice)
        if isinstance(rule.points, dict):
            for label, points in rule.points.items():
                if points < 0:
                    yield Problem((*path, "points", label), "分值不能小于 0。", advice)
                elif points > rule.most:
                    what = f"“{label}”的分值 {points} 超过单次上限 most: {rule.most}。"
                    yield Problem((*path, "points", label), what, "请核对分值或 most。")


def _score_problems(scheme: Scheme) -> Iterator[Problem]:
    for path, node in nodes_of(scheme):
        if isinstance(node.args, Scale) and node.args.source <= 0:
            where = (*path, node.operator, "source")
            yield Problem(where, "折算的原满分应大于 0。", "请写原来的满分，如 170。")
    needs = {k: score_inputs(n) & set(scheme.scores) for k, n in scheme.scores.items()}
    steps: dict[str, int] = {}
    for name in ordered_scores(needs):
        steps[name] = 1 + max((steps.get(n, 0) for n in needs[name]), default=0)
        if steps[name] == MOST_STEPS + 1:
            what = f"到“{name}”为止，得分一个接一个引用了 {MOST_STEPS} 层以上。"
            yield Problem(("scores", name), what, "请减少中间的得分。")


def _grade_problems(scheme: Scheme) -> Iterator[Problem]:
    for key, grade in scheme.grades.items():
        path: Path = ("grades", key)
        if grade.follows is not None and grade.bands:
            yield Problem(
                (*path, "bands"), "随另一等次（follows）就不能再写 bands。", "请删去一个。"
            )
        seen, name = {key}, grade.follows
        while name in scheme.grades and name not in seen:
            seen.add(name)
            name = scheme.grades[name].follows
        if name == key:
            yield Problem(
                (*path, "follows"), "等次互相跟随，绕成了圈。", "请给其中一个写 of 和 bands。"
            )
        for label in grade.announced:
            if grade.bands and label not in grade.bands:
                what = f"条文里的“{label}”不在 bands 中。"
                yield Problem((*path, "announced", label), what, "两处应写同样的等次。")


def _measure_problems(scheme: Scheme) -> Iterator[Problem]:
    seen: set[str] = set()
    for n, measure in enumerate(scheme.measures):
        if measure.id in seen:
            what = f"结果运用的编号“{measure.id}”重复。"
            yield Problem(("measures", n, "id"), what, "请改名。")
        seen.add(measure.id)
        if measure.labels and measure.grade is None:
            what = f"“{measure.title}”写了 labels，没有写是哪一种等次。"
            yield Problem(("measures", n), what, "请写 grade。")
