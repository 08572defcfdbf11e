"""What this plugin adds: the township schemes and their sample campaigns."""

from __future__ import annotations

from pathlib import Path

from kaohe.hookspecs import SampleCampaign, SchemeFile, hookimpl
from kaohe.plugins import SchemeFolder

HERE = Path(__file__).parent


@hookimpl
def register_schemes() -> list[SchemeFile]:
    return [SchemeFile(path) for path in sorted((HERE / "schemes").glob("*.yaml"))]


@hookimpl
def register_sample_campaigns() -> list[SampleCampaign]:
    return [
        SampleCampaign(
            id="qingling",
            title="青岭乡 2025 年度党建工作责任制考核",
            scheme="township.responsibility",
            folder=HERE / "sample",
            respondent="石门村党支部",
        ),
        *SchemeFolder(HERE).register_sample_campaigns(),
    ]
