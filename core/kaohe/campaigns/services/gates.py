"""Gates: what has to be finished before a stage may open."""

from __future__ import annotations

from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.models import Campaign, CampaignStage, Report
from kaohe.campaigns.reports import report_instruments

_NAMED = 5


def waits_for(campaign: Campaign, key: str) -> list[str]:
    """What a stage still waits for, a sentence each; empty if it may open."""
    scheme = campaign_scheme(campaign)
    after = next((s.after for s in scheme.stages if s.id == key), ())
    if not after:
        return []
    stages = {s.key: s for s in campaign.stages.all()}
    out = []
    for part in after:
        stage = stages.get(part)
        if stage is not None and stage.state != CampaignStage.State.CLOSED:
            out.append(f"环节“{stage.title}”还没有结束")
        elif stage is None and part in scheme.instruments:
            out.extend(_not_passed(campaign, part))
    return out


def _not_passed(campaign: Campaign, instrument: str) -> list[str]:
    scheme = campaign_scheme(campaign)
    passed = set(
        Report.objects.filter(
            subject__campaign=campaign, instrument=instrument, state=Report.State.PASSED
        ).values_list("subject_id", flat=True)
    )
    left = [
        s.title
        for s in campaign.subjects.all()
        if s.pk not in passed and instrument in report_instruments(scheme, s)
    ]
    if not left:
        return []
    more = f"等 {len(left)} 个" if len(left) > _NAMED else ""
    title = scheme.instruments[instrument].title
    return [f"{title}还没有通过审核：{'、'.join(left[:_NAMED])}{more}"]
