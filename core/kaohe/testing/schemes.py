"""What has to hold for every scheme, whatever it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kaohe.kit.invention import made_up_facts
from kaohe.scheme.choices import stand_ins, trials
from kaohe.scheme.errors import SchemeErrors
from kaohe.scheme.lint import lint
from kaohe.scoring import Contradiction, Plan, PlanRefused, compile_scheme
from kaohe.testing.frames import frame_differences, installed_engines

if TYPE_CHECKING:
    from kaohe.catalogue import Catalogue
    from kaohe.scheme.model import Scheme
    from kaohe.scheme.reading import SchemeSource
    from kaohe.scoring.facts import Facts


@dataclass(frozen=True, slots=True)
class SchemeUnderTest:
    """A scheme and the operators it may use."""

    source: SchemeSource
    syntaxes: Mapping[str, type[Any]] = field(default_factory=dict)
    meanings: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_catalogue(cls, catalogue: Catalogue, scheme_id: str) -> SchemeUnderTest:
        """A scheme or roll-up with the operators of the same catalogue."""
        operators = catalogue.operators
        return cls(
            {**catalogue.schemes, **catalogue.rollups}[scheme_id].source,
            {key: one.syntax for key, one in operators.items()},
            {key: one.meaning for key, one in operators.items()},
        )

    def choices(self) -> list[dict[str, Any]]:
        """Parameters that together reach every option of every choice, the defaults first."""
        substitutes = stand_ins(self.source.data)
        return [{**substitutes, **trial} for trial in trials(self.source.data)[0]]

    def bind(self, parameters: Mapping[str, Any]) -> Scheme:
        """The scheme with some parameters."""
        return self.source.bind(parameters, operators=self.syntaxes)

    def compile(self, parameters: Mapping[str, Any]) -> Plan:
        """Its plan with some parameters."""
        return compile_scheme(self.bind(parameters), operators=self.meanings)


def scheme_problems(scheme: SchemeUnderTest, *, seeds: int = 4) -> list[str]:
    """All of the checks below; an empty list means that the scheme keeps the contract."""
    from kaohe.testing.templates import template_problems

    found = binding_problems(scheme)
    if found:
        return found  # nothing else can be looked at
    checks: tuple[Callable[..., list[str]], ...] = (plan_problems, template_problems)
    found = lint_problems(scheme) + [text for check in checks for text in check(scheme)]
    found += scoring_problems(scheme, seeds=seeds)
    for engine in installed_engines():
        found += frame_problems(scheme, engine, seeds=seeds)
    return found


def binding_problems(scheme: SchemeUnderTest) -> list[str]:
    """Every option of every choice binds."""
    found: dict[str, None] = {}
    for parameters in scheme.choices():
        try:
            scheme.bind(parameters)
        except SchemeErrors as errors:
            found |= dict.fromkeys(_told(parameters, error) for error in errors.errors)
    return list(found)


def lint_problems(scheme: SchemeUnderTest, *, allowed: tuple[str, ...] = ()) -> list[str]:
    """Errors and warnings of the lint, under every choice.

    Args:
        allowed: codes that are fine here.
    """
    found: dict[str, None] = {}
    for parameters in scheme.choices():
        for one in lint(scheme.source, parameters=parameters, operators=scheme.syntaxes):
            if one.severity in ("error", "warning") and one.code not in allowed:
                found[str(one)] = None
    return list(found)


def plan_problems(scheme: SchemeUnderTest) -> list[str]:
    """It compiles under every choice, with bounds that are bounds."""
    found: list[str] = []
    for parameters in scheme.choices():
        try:
            plan = scheme.compile(parameters)
        except PlanRefused as refused:
            found.append(_told(parameters, refused))
            continue
        found += [
            _told(parameters, f"得分 {name} 的范围颠倒：{low} 到 {high}")
            for name, (low, high) in plan.bounds.items()
            if low > high
        ]
    return found


def scoring_problems(scheme: SchemeUnderTest, *, seeds: int = 4) -> list[str]:
    """Made-up facts score, stay within the proved bounds, and score the same in any order."""
    found: list[str] = []
    for parameters, plan, seed, facts in _runs(scheme, seeds):
        where = f"种子 {seed}"
        try:
            result = plan.score(facts)
            again = plan.score(_turned(facts))
        except Contradiction as error:
            found.append(_told(parameters, f"{where}：{error}"))
            continue
        if result.digest != again.digest:
            found.append(_told(parameters, f"{where}：换一个顺序，结果就变了"))
        for one in result.subjects:
            for name, value in one.scores.items():
                low, high = plan.bounds[name]
                if value is not None and not low <= value <= high:
                    text = f"{where}：{one.title}的 {name} 为 {value}，超出 {low} 到 {high}"
                    found.append(_told(parameters, text))
    return found


def frame_problems(scheme: SchemeUnderTest, engine: str, *, seeds: int = 4) -> list[str]:
    """On a dataframe engine every figure is the derivation's.

    All seeds with the defaults, one with every other choice: the plan differs, not the engine.
    """
    found: list[str] = []
    for parameters, plan, seed, facts in _runs(scheme, seeds, more=1):
        try:
            differing = frame_differences(plan, facts, engine)
        except Contradiction:
            continue
        found += [_told(parameters, f"种子 {seed}，{engine}：{text}") for text in differing]
    return found


def _runs(
    scheme: SchemeUnderTest, seeds: int, *, more: int | None = None
) -> Iterator[tuple[dict[str, Any], Plan, int, Facts]]:
    for number, parameters in enumerate(scheme.choices()):
        plan = scheme.compile(parameters)
        first = number if more and number else 0
        for seed in range(first, first + (more if more and number else seeds)):
            shape = "wild" if seed % 2 else "plausible"
            yield parameters, plan, seed, made_up_facts(plan.scheme, seed, shape=shape)


def _turned(facts: Facts) -> Facts:
    from dataclasses import replace

    tables = ("subjects", "marks", "votes", "entries", "standing", "rulings")
    return replace(facts, **{table: getattr(facts, table)[::-1] for table in tables})


def _told(parameters: Mapping[str, Any], what: object) -> str:
    if not parameters:
        return str(what)
    given = "，".join(f"{key}={value}" for key, value in parameters.items())
    return f"（{given}）{what}"
