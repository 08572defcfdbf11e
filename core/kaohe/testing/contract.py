"""The contract as a test class; pytest runs what a plugin's tests inherit from it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from kaohe.testing import schemes as checks
from kaohe.testing.cases import CaseErrors, read_case
from kaohe.testing.frames import CONSTRUCTORS, installed_engines
from kaohe.testing.hooks import load_alone, plugin_problems
from kaohe.testing.replay import replay_case
from kaohe.testing.schemes import SchemeUnderTest
from kaohe.testing.templates import template_problems

if TYPE_CHECKING:
    from kaohe.catalogue import Catalogue


class PluginContract:
    """Tests every plugin passes: inherit from it in a test file and name the plugin."""

    plugin: ClassVar[str] = ""
    """Its entry-point name."""
    cases: ClassVar[Path | None] = None
    """Folder of signed cases (``*.yaml``)."""
    allowed_findings: ClassVar[tuple[str, ...]] = ()
    """Codes of lint findings that are fine in this plugin."""
    seeds: ClassVar[int] = 4
    """How many sets of made-up facts each scheme is tried on, per choice."""

    def pytest_generate_tests(self, metafunc: Any) -> None:
        """One test per scheme or roll-up, engine and case."""
        wanted = metafunc.fixturenames
        if "scheme_id" in wanted:
            catalogue = _catalogue(self.plugin)
            metafunc.parametrize("scheme_id", [*catalogue.schemes, *catalogue.rollups])
        if "engine" in wanted:
            metafunc.parametrize("engine", list(CONSTRUCTORS))
        if "case" in wanted:
            paths = sorted(self.cases.glob("*.yaml")) if self.cases else []
            metafunc.parametrize("case", paths, ids=[path.stem for path in paths])

    def scheme(self, scheme_id: str) -> SchemeUnderTest:
        """A scheme of this plugin."""
        return SchemeUnderTest.from_catalogue(_catalogue(self.plugin), scheme_id)

    def test_plugin_loads_and_hooks_return_what_they_should(self) -> None:
        report(plugin_problems(self.plugin))

    def test_scheme_binds_with_every_choice(self, scheme_id: str) -> None:
        report(checks.binding_problems(self.scheme(scheme_id)))

    def test_scheme_lints_clean(self, scheme_id: str) -> None:
        report(checks.lint_problems(self.scheme(scheme_id), allowed=self.allowed_findings))

    def test_scheme_compiles_within_bounds(self, scheme_id: str) -> None:
        report(checks.plan_problems(self.scheme(scheme_id)))

    def test_templates_and_records_read_back(self, scheme_id: str) -> None:
        report(template_problems(self.scheme(scheme_id)))

    def test_made_up_facts_score_within_bounds(self, scheme_id: str) -> None:
        report(checks.scoring_problems(self.scheme(scheme_id), seeds=self.seeds))

    def test_frames_equal_derivations(self, scheme_id: str, engine: str) -> None:
        if engine not in installed_engines():
            skip(f"没有安装 {engine}")
        report(checks.frame_problems(self.scheme(scheme_id), engine, seeds=self.seeds))

    def test_case_comes_out_as_signed(self, case: Path) -> None:
        try:
            read = read_case(case)
            scheme = self.scheme(read.scheme)
            report([str(one) for one in replay_case(read, scheme)], heading=read.heading)
        except CaseErrors as errors:
            report(errors.problems)
        except KeyError:
            report([f"{case.name}：插件 {self.plugin} 没有考核办法 {read.scheme}"])

    def test_cases_are_signed(self) -> None:
        paths = sorted(self.cases.glob("*.yaml")) if self.cases else []
        waiting = [path.name for path in paths if not read_case(path).signed_by]
        if waiting:
            skip(f"待签字的样例：{'、'.join(waiting)}")


@cache
def _catalogue(plugin: str) -> Catalogue:
    """What a plugin offers, read once per run: reading the files is most of a small case."""
    return load_alone(plugin)[1]


def report(problems: Iterable[str], *, heading: str = "") -> None:
    """Fail with every problem on a line of its own, without Python's own words."""
    lines = list(problems)
    if not lines:
        return
    import pytest

    pytest.fail("\n".join([f"{heading or '没有遵守约定'}：{len(lines)} 处", *lines]), pytrace=False)


def skip(why: str) -> None:
    """Leave a test out, and say so."""
    import pytest

    pytest.skip(why)
