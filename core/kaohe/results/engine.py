"""Scoring as this floor uses it: a frozen scheme with a campaign's parameters, facts in, result out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kaohe.campaigns.models import Campaign, SchemeVersion
from kaohe.results.models import Proposal, ProposalRow
from kaohe.scheme.model import Scheme
from kaohe.scoring.derivation import Result, SubjectResult
from kaohe.scoring.facts import Facts


def bound_scheme(version: SchemeVersion, parameters: Mapping[str, Any]) -> Scheme:
    """The frozen scheme with parameters put in.  Needs no plugin."""
    from kaohe.scheme.reading import SchemeSource

    return SchemeSource.from_data(version.data).bind(dict(parameters))


def scheme_of(campaign: Campaign) -> Scheme:
    """The campaign's scheme as it stands now."""
    from kaohe.campaigns.facts import campaign_scheme

    return campaign_scheme(campaign)


def scheme_of_proposal(proposal: Proposal) -> Scheme:
    """The scheme as a proposal used it: later changes of parameters do not reach it."""
    return bound_scheme(proposal.campaign.scheme, proposal.parameters)


def compute(scheme: Scheme, facts: Facts) -> Result:
    """Score all subjects."""
    from kaohe.scoring.plan import compile_scheme

    return compile_scheme(scheme).score(facts)


def to_json(result: SubjectResult) -> dict[str, Any]:
    """A result as it is stored."""
    from kaohe.scoring.rendering import result_json

    return result_json(result)


def from_json(data: dict[str, Any]) -> SubjectResult:
    """A stored result."""
    from kaohe.scoring.rendering import result_from_json

    return result_from_json(data)


def result_of(row: ProposalRow) -> SubjectResult:
    """A row's result with its whole derivation."""
    return from_json(row.result)
