"""Scoring as this floor uses it: frozen scheme, parameters and facts in, result out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from kaohe import catalogue
from kaohe.campaigns.models import Campaign, SchemeVersion
from kaohe.results.models import Proposal, ProposalRow
from kaohe.scheme.model import Scheme
from kaohe.scoring.derivation import Result, SubjectResult
from kaohe.scoring.facts import Facts


def bound_scheme(version: SchemeVersion, parameters: Mapping[str, Any]) -> Scheme:
    """The frozen scheme with parameters put in.  Needs a plugin only for operators of its own."""
    text = json.dumps(dict(parameters), ensure_ascii=False)
    return _bound(version.pk, version.fingerprint, text)


@lru_cache(maxsize=64)
def _bound(version: int, fingerprint: str, parameters: str) -> Scheme:
    from kaohe.scheme.reading import SchemeSource

    data = SchemeVersion.objects.get(pk=version, fingerprint=fingerprint).data
    return SchemeSource.from_data(data).bind(json.loads(parameters), operators=catalogue.syntaxes())


def scheme_of(campaign: Campaign) -> Scheme:
    """The campaign's scheme as it stands now."""
    from kaohe.campaigns.facts import campaign_scheme

    return campaign_scheme(campaign)


def scheme_of_proposal(proposal: Proposal) -> Scheme:
    """The scheme as a proposal used it: later changes of parameters do not reach it."""
    return bound_scheme(proposal.campaign.scheme, proposal.parameters)


def compute(scheme: Scheme, facts: Facts) -> Result:
    """Score all subjects."""
    from kaohe.scoring import compile_scheme

    return compile_scheme(scheme, operators=catalogue.meanings()).score(facts)


def to_json(result: SubjectResult) -> dict[str, Any]:
    """A result as it is stored."""
    from kaohe.scoring.rendering import result_json

    return result_json(result)


def accounts_of(result: Result) -> dict[str, Any]:
    """Lists, streaks and quotas as a whole, as they are stored."""
    from kaohe.scoring.rendering import accounts_json

    return accounts_json(result.lists, result.quotas)


def from_json(data: dict[str, Any]) -> SubjectResult:
    """A stored result."""
    from kaohe.scoring.rendering import result_from_json

    return result_from_json(data)


def result_of(row: ProposalRow) -> SubjectResult:
    """A row's result with its whole derivation."""
    return from_json(row.result)
