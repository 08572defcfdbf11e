"""The cause of a wrong grade."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaohe.comparing.model import Cause
from kaohe.comparing.outcomes import Outcomes, Reading, label_of, wrong_cells
from kaohe.comparing.tree import closure
from kaohe.workbooks import match_key

if TYPE_CHECKING:
    from kaohe.comparing.bench import Line
    from kaohe.comparing.office import OfficeFigure
    from kaohe.scheme.model import Scheme

_UNKNOWN_LABEL, _NEIGHBOUR, _FOLLOWED = 5, 40, 2
_OPPOSED, _REPEATED = 10, -15


def same_label(written: str, label: str | None, labels: list[str]) -> bool:
    """Whether an office's word means a label: 优秀, 优秀等次, 优."""
    return known_label(written, labels) == label


def known_label(written: str, labels: list[str]) -> str | None:
    """The label an office's word means, if there is one."""
    key = match_key(written)
    keys = {one: match_key(one) for one in labels}
    for one, other in keys.items():
        if key == other:
            return one
    inside = sorted((o for o in labels if keys[o] in key), key=lambda o: -len(o))
    if inside:
        return inside[0]
    begins = [o for o in labels if key and keys[o].startswith(key)]
    return begins[0] if len(begins) == 1 else None


def labels_of(scheme: Scheme, key: str) -> list[str]:
    """All labels of a grade."""
    grade = scheme.grades[key]
    if grade.follows and grade.follows in scheme.grades:
        return labels_of(scheme, grade.follows)
    return list(grade.bands)


def grade_scores(scheme: Scheme, key: str) -> list[str]:
    """The scores a grade looks at, with those below."""
    grade = scheme.grades[key]
    names = [grade.of] if grade.of else []
    names += [one.when.score for one in grade.limits if one.when.score]
    if grade.follows and grade.follows in scheme.grades:
        names += grade_scores(scheme, grade.follows)
    return list(dict.fromkeys(n for name in names for n in closure(scheme, name)))


def find_grade_causes(
    outcomes: Outcomes, line: Line, key: str, figure: OfficeFigure
) -> list[Cause]:
    """Why a grade may be wrong, the likeliest first."""
    scheme = outcomes.bench.scheme
    labels = labels_of(scheme, key)
    written = known_label(figure.text, labels)
    if written is None:
        text = f"办法里没有“{figure.text}”这一等次，可用：{'、'.join(labels)}"
        return [Cause("label", text, _UNKNOWN_LABEL)]
    subject = line.facts.subject.id
    found: list[Cause] = []
    wrong = wrong_cells(line, grade_scores(scheme, key))
    if wrong and label_of(outcomes.office().get(subject), key) == written:
        words = "、".join(
            f"“{outcomes.bench.title(n)}”的 {line.wrong[n].text}（{_cell(line.wrong[n].ref)}）"
            for n in grade_scores(scheme, key)
            if n in line.wrong
        )
        found.append(
            Cause("consequence", f"按单位的{words}定的等次，那里改正后随之改正", 0, upstream=wrong)
        )
    found += _followed(outcomes, line, key, written)
    for one in outcomes.grade_readings(key):
        is_new = all(c.text != one.text for c in found)
        if is_new and label_of(one.results.get(subject), key) == written:
            found.append(Cause(one.code, one.text, one.rank + _by_others(outcomes, key, one)))
    found += _stale(outcomes, line, key, written)
    return sorted(found, key=lambda c: c.rank)


def _by_others(outcomes: Outcomes, key: str, reading: Reading) -> int:
    """What the other rows say: one reading was hardly used in a single row of many."""
    explained = against = 0
    for line in outcomes.bench.lines:
        figure = line.row.figures.get(f"grade:{key}")
        if figure is None:
            continue
        written = known_label(figure.text, labels_of(outcomes.bench.scheme, key))
        here = label_of(reading.results.get(line.facts.subject.id), key)
        right = label_of(line.result, key)
        explained += here == written != right
        against += here != written == right
    if against:
        return _OPPOSED
    return _REPEATED if explained > 1 else 0


def _followed(outcomes: Outcomes, line: Line, key: str, written: str) -> list[Cause]:
    """A grade that follows one the office has wrong."""
    scheme = outcomes.bench.scheme
    other = scheme.grades[key].follows
    figure = line.row.figures.get(f"grade:{other}") if other else None
    if other is None or figure is None:
        return []
    theirs = known_label(figure.text, labels_of(scheme, other))
    ours = label_of(line.result, other)
    if theirs == ours or theirs != written:
        return []
    title = scheme.grades[other].title
    text = f"随“{title}”的“{figure.text}”（{_cell(figure.ref)}），那里改正后随之改正"
    return [Cause("consequence", text, _FOLLOWED, upstream=(figure.ref,))]


def _stale(outcomes: Outcomes, line: Line, key: str, written: str) -> list[Cause]:
    """The grade of the row above or below, as after a row was moved."""
    lines = outcomes.bench.lines
    here = lines.index(line)
    found = []
    for place, word in ((here - 1, "上一行"), (here + 1, "下一行")):
        if 0 <= place < len(lines) and label_of(lines[place].result, key) == written:
            text = f"可能填串了行：{word}“{lines[place].row.title}”是“{written}”"
            found.append(Cause("row", text, _NEIGHBOUR))
    return found


def _cell(ref: str) -> str:
    return ref.rpartition("!")[2]
