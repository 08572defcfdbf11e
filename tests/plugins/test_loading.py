"""Finding and loading plugins."""

from __future__ import annotations

import pytest

from kaohe.hookspecs import SampleCampaign, hookimpl
from kaohe.plugins import chosen_names, load_plugins
from tests.cli.running import ROOT
from tests.plugins.making import Maker

SAMPLE = SampleCampaign("s", "样例", "test.demo", ROOT)


@hookimpl
def register_sample_campaigns() -> list[SampleCampaign]:
    return [SAMPLE]


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Maker:
    """Makes plugins."""
    return Maker(monkeypatch)


def test_chosen_plugins_alone_are_loaded(make: Maker) -> None:
    found = [make("one", register_sample_campaigns=register_sample_campaigns), make("two")]

    plugins = load_plugins(("two",), found)

    assert list(plugins.loaded) == ["two"]
    assert plugins.collect("register_sample_campaigns") == []
    assert plugins.failures == []


def test_star_means_all_in_the_order_of_their_names(make: Maker) -> None:
    hooks = {"register_sample_campaigns": register_sample_campaigns}

    plugins = load_plugins(("*",), [make("b", **hooks), make("a", **hooks)])

    assert plugins.collect("register_sample_campaigns") == [("a", SAMPLE), ("b", SAMPLE)]


def test_hook_is_called_once(make: Maker) -> None:
    calls = []

    @hookimpl
    def register_schemes() -> list[object]:
        calls.append(1)
        return []

    plugins = load_plugins(("*",), [make("one", register_schemes=register_schemes)])
    plugins.collect("register_schemes")
    plugins.collect("register_schemes")

    assert calls == [1]


def test_function_without_the_mark_is_no_hook(make: Maker) -> None:
    def register_schemes() -> list[object]:
        raise AssertionError

    plugins = load_plugins(("*",), [make("one", register_schemes=register_schemes)])

    assert plugins.collect("register_schemes") == []
    assert plugins.failures == []


@pytest.mark.parametrize(
    ("setting", "names"),
    [(None, ("*",)), ("", ()), ("*", ("*",)), (" a, b ,", ("a", "b"))],
)
def test_setting_chooses(
    monkeypatch: pytest.MonkeyPatch, setting: str | None, names: tuple[str, ...]
) -> None:
    monkeypatch.delenv("KAOHE_PLUGINS", raising=False)
    if setting is not None:
        monkeypatch.setenv("KAOHE_PLUGINS", setting)

    assert chosen_names() == names


def test_no_plugin_is_loaded_at_import() -> None:
    import inspect

    import kaohe.plugins

    source = inspect.getsource(kaohe.plugins)
    top = [line for line in source.splitlines() if line and not line[0].isspace()]
    assert not [line for line in top if line.startswith(("get_plugins(", "load_plugins("))]
