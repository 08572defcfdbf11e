"""A plugin's own operator works in the site from the opened campaign to the stored result."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from kaohe import catalogue
from kaohe.campaigns import services as campaigns
from kaohe.register.models import Unit
from kaohe.results.engine import scheme_of_proposal
from kaohe.results.services import compute_proposal
from kaohe.scheme.operators import Node, Operator
from kaohe.scheme.reading import SchemeSource
from kaohe.scoring import quantities as q
from kaohe.scoring.facts import Facts, Mark, Subject
from kaohe.scoring.operators import Drawn, Meaning, Told
from kaohe.site.taking_over import take_over
from tests.scheme.test_parts import SCHEME

pytestmark = pytest.mark.django_db


class Half(Operator):
    key = "half"
    of: Node

    def inputs(self) -> tuple[tuple[tuple[Any, ...], Node], ...]:
        return ((("of",), self.of),)


class HalfMeaning(Meaning):
    """Half of a score."""

    key = "half"

    def lower(self, node: Any, path: str, build: Any) -> Drawn:
        child = build.child(node.args.of, f"{path}.half")
        return Drawn(q.times(child.quantity, Fraction(1, 2)), (child,))

    def explain(self, lowered: Any, view: Any) -> Told:
        (child,) = lowered.inputs
        return Told("减半", f"{view.operand(child)} ÷ 2", (view.step(child),))


def test_result_rests_on_the_operator_of_a_plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "syntaxes", lambda: {"half": Half})
    monkeypatch.setattr(catalogue, "meanings", lambda: {"half": HalfMeaning()})
    keep = ("id", "version", "title", "source", "period", "decimals", "items", "instruments")
    data = {key: SCHEME[key] for key in keep} | {
        "id": "test.half",
        "subjects": {"branch": {"title": "支部", "kind": "organization"}},
        "instruments": {"sheet": SCHEME["instruments"]["sheet"]},
        "scores": {"total": {"title": "总分", "half": {"of": {"sheet": "sheet"}}}},
    }
    version = campaigns.freeze_scheme(SchemeSource.from_data(data), plugin="", actor="x")
    campaign = campaigns.create_campaign(
        title="减半", scheme=version, period="2025-06", parameters={}, actor="x",
        subjects=[campaigns.SubjectChoice(Unit.objects.create(name="甲支部"))],
    )  # fmt: skip
    campaigns.open_campaign(campaign, actor="x")
    facts = Facts((Subject("a", "甲支部"),), (Mark("a", "sheet", "甲", "*", Decimal(31)),))
    take_over(campaign, facts, actor="x")

    proposal = compute_proposal(campaign, actor="x")

    assert [row.total for row in proposal.rows.all()] == [Decimal("15.50")]
    assert scheme_of_proposal(proposal).scores["total"].operator == "half"
