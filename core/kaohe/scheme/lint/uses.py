"""What is written and never used, or used and never filled in."""

from __future__ import annotations

from collections.abc import Iterator

from kaohe.scheme.lint.findings import Remark, Rule
from kaohe.scheme.lint.outcomes import used_rules
from kaohe.scheme.model import BallotInstrument, Scheme, SheetInstrument
from kaohe.scheme.operators import Carried, Rating
from kaohe.scheme.references import gap_uses, nodes_of, score_inputs
from kaohe.scheme.ties import tie_scores
from kaohe.scheme.tree import texts_in


def instruments(scheme: Scheme) -> Iterator[Remark]:
    """Instruments no score uses; score fields of forms no score uses."""
    used: set[str] = set()
    fields: set[tuple[str, str]] = set()
    for _, node in nodes_of(scheme):
        args = node.args
        # Operators of plugins name what they read by the same words.
        named = (getattr(args, word, None) for word in ("instrument", "sheet", "poll"))
        used |= {name for name in named if isinstance(name, str)}
        if isinstance(args, Rating):
            used.add(args.form)
            fields.add((args.form, args.score))
    for key, i in scheme.instruments.items():
        path = ("instruments", key)
        if i.type not in ("note", "report") and key not in used:
            yield Remark("L020", path, f"“{i.title}”没有计入任何得分。")
        elif i.type == "form":
            for field, f in i.scores.items():
                if (key, field) not in fields:
                    yield Remark("L020", (*path, "scores", field), f"“{f.title}”没有计入得分。")


def items(scheme: Scheme) -> Iterator[Remark]:
    """Item groups that no instrument fills in."""
    filled = {i.items for i in scheme.instruments.values() if isinstance(i, SheetInstrument)}
    filled |= {i.aspects for i in scheme.instruments.values() if isinstance(i, BallotInstrument)}
    for key, group in scheme.items.items():
        if key not in filled:
            yield Remark("L021", ("items", key), f"“{group.title}”没有表格填写。")


def scores(scheme: Scheme) -> Iterator[Remark]:
    """Scores that reach no total, grade, list or other period; two scores with one title."""
    reached: set[str] = set()
    todo = [scheme.total, *(g.of for g in scheme.grades.values() if g.of)]
    todo += [one.of for one in scheme.lists.values() if one.of]
    todo += sorted(tie_scores(scheme))
    carried = [n.args for _, n in nodes_of(scheme) if isinstance(n.args, Carried)]
    todo += [args.score for args in carried if not args.scheme]
    todo += texts_in(list(scheme.rollups.values()))
    todo += [x.when.score for g in scheme.grades.values() for x in g.limits if x.when.score]
    while todo:
        name = todo.pop()
        if name in scheme.scores and name not in reached:
            reached.add(name)
            todo += score_inputs(scheme.scores[name])
    titles: dict[str, str] = {}
    for name, node in scheme.scores.items():
        if name not in reached and node.shown is not True:  # shown: true means shown beside
            yield Remark("L022", ("scores", name), f"“{node.title}”没有用到。")
        if node.title in titles:
            what = f"“{node.title}”也是得分 {titles[node.title]} 的名称。"
            yield Remark("L062", ("scores", name), what)
        titles.setdefault(node.title, name)


def rules(scheme: Scheme) -> Iterator[Remark]:
    """Entry rules no score uses."""
    used = used_rules(scheme)
    for key, rule in scheme.entries.items():
        if key not in used and rule.sign != "none":
            yield Remark("L023", ("entries", key), f"“{rule.title}”没有计入得分。")


def parameters(scheme: Scheme) -> Iterator[Remark]:
    """Parameters that nothing uses or that have no default."""
    used = set(scheme.bindings.values())
    for key, parameter in scheme.parameters.items():
        path = ("parameters", key)
        if key not in used:
            yield Remark("L024", path, f"参数“{parameter.title}”没有用到。")
        if parameter.default is None:
            yield Remark("L025", path, f"参数“{parameter.title}”没有默认值。")


def gaps(scheme: Scheme) -> Iterator[Remark]:
    """Gaps: undecided, never referenced, and the recorded resolutions."""
    used = {gap for _, gap in gap_uses(scheme)}
    for key, gap in scheme.gaps.items():
        path = ("gaps", key)
        if not gap.resolution.strip():
            yield Remark("L030", path, f"{gap.about}")
        elif key not in used:
            yield Remark("L032", path, f"没有一处引用缺口“{key}”。")
        else:
            yield Remark("L031", path, f"{gap.about} 处理：{gap.resolution}")


def clauses(scheme: Scheme) -> Iterator[Remark]:
    """Figures without a clause."""
    for name, node in scheme.scores.items():
        if not node.cite and not node.gap:
            yield Remark("L033", ("scores", name), f"“{node.title}”没有条款。")
    for key, group in scheme.items.items():
        for n, item in enumerate(group.items):
            if not (item.cite or item.gap or group.cite or group.gap):
                yield Remark("L034", ("items", key, "items", n), f"“{item.title}”没有条款。")
    for key, grade in scheme.grades.items():
        if not grade.cite and not grade.gap:
            yield Remark("L033", ("grades", key), f"“{grade.title}”没有条款。")


RULES: tuple[Rule, ...] = (instruments, items, scores, rules, parameters, gaps, clauses)
