"""A broken plugin is named and contained; the others go on.

Negative control: a loader without the containment dies of the same plugins.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kaohe.catalogue import read_catalogue
from kaohe.hookspecs import OperatorDefinition, SchemeFile, hookimpl
from kaohe.plugins import Failure, load_plugins
from kaohe.scheme.operators import Operator
from tests.cli.running import ROOT, SCHEME, run_apart
from tests.plugins.making import Maker

GOOD = SchemeFile(Path(SCHEME))


@hookimpl
def register_schemes() -> list[SchemeFile]:
    return [GOOD]


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Maker:
    """Makes plugins."""
    return Maker(monkeypatch)


def fail(error: BaseException) -> Callable[[], Any]:
    """Something that raises."""

    def act() -> Any:
        raise error

    return act


def hook(act: Callable[[], Any]) -> Any:
    """A hook that does something wrong."""

    @hookimpl
    def register_schemes() -> Any:
        return act()

    return register_schemes


@hookimpl
def register_with_argument(unheard_of: int) -> list[object]:
    return []


@hookimpl
def register_dreams() -> list[object]:
    return []


LOADING = {
    "import error": fail(ModuleNotFoundError("No module named 'nowhere'")),
    "syntax error": fail(SyntaxError("invalid syntax")),
    "any error": fail(RuntimeError("boom")),
    "it leaves": fail(SystemExit(3)),
}
CALLING = {
    "raises": (fail(ValueError("boom")), "ValueError: boom"),
    "leaves": (fail(SystemExit(3)), "SystemExit: 3"),
    "returns nothing": (lambda: None, "应返回列表，却返回了 NoneType"),
    "returns text": (lambda: "schemes", "应返回列表，却返回了 str"),
    "returns a dict": (lambda: {"a": 1}, "应返回列表，却返回了 dict"),
    "returns the wrong things": (
        lambda: [GOOD, Path("x")],
        f"列表里应为 SchemeFile，却有 {type(Path()).__name__}",
    ),
}


@pytest.mark.parametrize("wrong", LOADING.values(), ids=LOADING)
def test_plugin_that_does_not_load_is_named(make: Maker, wrong: Callable[[], Any]) -> None:
    found = [make("bad", load=wrong), make("good", register_schemes=register_schemes)]

    plugins = load_plugins(("*",), found)

    (failure,) = plugins.failures
    assert (failure.name, failure.distribution, failure.version, failure.hook) == (
        "bad", "kaohe-bad", "7.8.9", "",
    )  # fmt: skip
    assert "pip install -U kaohe-bad" in failure.remedy
    assert "KAOHE_PLUGINS" in failure.remedy
    assert plugins.collect("register_schemes") == [("good", GOOD)]


@pytest.mark.parametrize(("wrong", "said"), CALLING.values(), ids=CALLING)
def test_hook_that_fails_is_named(make: Maker, wrong: Callable[[], Any], said: str) -> None:
    found = [
        make("bad", register_schemes=hook(wrong)),
        make("good", register_schemes=register_schemes),
    ]
    plugins = load_plugins(("*",), found)

    assert plugins.collect("register_schemes") == [("good", GOOD)]

    (failure,) = plugins.failures
    assert (failure.name, failure.hook, failure.error) == ("bad", "register_schemes", said)
    assert str(failure) == f"插件 bad（kaohe-bad 7.8.9，钩子 register_schemes）失败：{said}"


@pytest.mark.parametrize(
    ("hooks", "said"),
    [
        ({"register_schemes": register_with_argument}, "unheard_of"),
        ({"register_dreams": register_dreams}, "register_dreams"),
    ],
    ids=["unknown argument", "unknown hook"],
)
def test_hook_that_does_not_fit_is_named(make: Maker, hooks: dict[str, Any], said: str) -> None:
    found = [make("bad", **hooks), make("good", register_schemes=register_schemes)]

    plugins = load_plugins(("*",), found)

    (failure,) = plugins.failures
    assert failure.name == "bad"
    assert said in failure.error
    assert list(plugins.loaded) == ["good"]
    assert plugins.collect("register_schemes") == [("good", GOOD)]


def test_second_plugin_of_a_name_does_not_push_out_the_first(make: Maker) -> None:
    first = make("same", register_schemes=register_schemes)

    plugins = load_plugins(("*",), [first, make("same")])

    assert plugins.collect("register_schemes") == [("same", GOOD)]
    assert "名称 same 已被 kaohe-same 占用" in plugins.failures[0].error


def test_plugin_that_is_not_installed_is_named() -> None:
    assert load_plugins(("nowhere",), []).failures == [
        Failure(
            "nowhere", "kaohe-nowhere", "未安装", "", "KAOHE_PLUGINS 里写了它，但没有安装",
            "安装：pip install kaohe-nowhere；或在 KAOHE_PLUGINS 中去掉 nowhere。",
        )
    ]  # fmt: skip


def scheme_file(folder: Path, text: str) -> Any:
    """A hook that offers one file."""
    path = folder / "scheme.yaml"
    path.write_text(text, "utf-8")

    @hookimpl
    def register_schemes() -> list[SchemeFile]:
        return [SchemeFile(path)]

    return register_schemes


def test_scheme_that_cannot_be_read_is_named_by_line(make: Maker, tmp_path: Path) -> None:
    bad = make("bad", register_schemes=scheme_file(tmp_path, "id: test.x\ntitle: [\n"))
    good = make("good", register_schemes=register_schemes)

    catalogue = read_catalogue(load_plugins(("*",), [bad, good]))

    assert list(catalogue.schemes) == ["test.demo"]
    (problem,) = catalogue.problems
    assert problem.plugin == "bad"
    assert f"{tmp_path}/scheme.yaml:" in problem.place


def test_scheme_file_that_is_not_there_is_named(make: Maker, tmp_path: Path) -> None:
    @hookimpl
    def register_schemes() -> list[SchemeFile]:
        return [SchemeFile(tmp_path / "gone.yaml")]

    catalogue = read_catalogue(
        load_plugins(("*",), [make("bad", register_schemes=register_schemes)])
    )

    (problem,) = catalogue.problems
    assert problem.place == str(tmp_path / "gone.yaml")
    assert "pip install -U kaohe-bad" in problem.remedy


def test_second_scheme_of_an_id_does_not_push_out_the_first(make: Maker, tmp_path: Path) -> None:
    copy = scheme_file(tmp_path, Path(SCHEME).read_text("utf-8"))
    found = [make("a", register_schemes=register_schemes), make("b", register_schemes=copy)]

    catalogue = read_catalogue(load_plugins(("*",), found))

    assert catalogue.schemes["test.demo"].plugin == "a"
    (problem,) = catalogue.problems
    assert (problem.plugin, problem.what) == ("b", "考核办法编号 test.demo 已由插件 a 提供")


class Twice(Operator):
    """An operator a plugin brings."""

    key = "twice"


class Sum(Operator):
    """An operator that takes a word of the core."""

    key = "sum"


@pytest.mark.parametrize(
    ("offered", "said"),
    [
        ([OperatorDefinition(Sum, None)], "算子 sum 与核心自带的同名"),
        ([OperatorDefinition(Twice, None)] * 2, "算子 twice 已由插件 bad 提供"),
        ([OperatorDefinition(int, None)], "不是带 key 的 Operator 子类"),
    ],
)
def test_operator_that_exists_already_is_named(make: Maker, offered: list[Any], said: str) -> None:
    @hookimpl
    def register_operators() -> list[OperatorDefinition]:
        return offered

    bad = make("bad", register_operators=register_operators)
    plugins = load_plugins(("*",), [bad, make("good", register_schemes=register_schemes)])

    catalogue = read_catalogue(plugins)

    (failure,) = plugins.failures
    assert failure.hook == "register_operators"
    assert said in failure.error
    assert list(catalogue.schemes) == ["test.demo"]


def test_negative_control_uncontained_loading_dies(make: Maker) -> None:
    """Without `load_plugins` the same entry points stop everything."""
    for wrong in LOADING.values():
        with pytest.raises((ImportError, SyntaxError, RuntimeError, SystemExit)):
            make("bad", load=wrong).load()


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A folder that looks like an installed distribution whose package cannot be imported."""
    info = tmp_path / "kaohe_broken-3.2.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: kaohe-broken\nVersion: 3.2.1\n")
    (info / "entry_points.txt").write_text("[kaohe]\nbroken = kaohe_broken.hooks\n")
    package = tmp_path / "kaohe_broken"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "hooks.py").write_text("import nowhere\n")
    return tmp_path


def test_site_starts_beside_a_broken_plugin(broken: Path, tmp_path: Path) -> None:
    """A whole process: Django starts, a page answers, the check names the culprit."""
    code = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'kaohe.site.settings'\n"
        "import django; django.setup()\n"
        "from django.conf import settings; from django.core.checks import run_checks\n"
        "print('kaohe_broken' in settings.INSTALLED_APPS)\n"
        "print([(m.id, m.msg, m.hint) for m in run_checks(tags=['kaohe']) if m.id == 'kaohe.E001'])\n"
    )
    environment = {"KAOHE_DATA": str(tmp_path / "d"), "PYTHONPATH": f"{ROOT / 'core'}:{broken}"}

    done = run_apart(code=code, **environment)

    assert done.code == 0, done.err
    listed, checks = done.out.splitlines()
    assert listed == "False"
    assert "kaohe-broken 3.2.1，载入时" in checks
    assert "ModuleNotFoundError: No module named 'nowhere'" in checks
    assert "pip install -U kaohe-broken" in checks


def test_commands_go_on_beside_a_broken_plugin(broken: Path) -> None:
    done = run_apart(
        "schemes",
        PYTHONPATH=f"{ROOT / 'core'}:{broken}",
        KAOHE_SCHEMES=str(Path(SCHEME).parent),
        KAOHE_PLUGINS="broken",
    )

    assert done.code == 1
    assert "test.demo" in done.out
    assert "注意：插件 broken（kaohe-broken 3.2.1，载入时）失败" in done.err


def test_negative_control_broken_package_dies_when_imported(broken: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import kaohe_broken.hooks"],
        capture_output=True, text=True, cwd=broken, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert "No module named 'nowhere'" in done.stderr
