"""Polls for a campaign: secret instruments become definitions the ballots floor keeps."""

from __future__ import annotations

from typing import Any

from kaohe.ballots.models import Poll
from kaohe.ballots.services import create_poll
from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.kinds import is_for
from kaohe.campaigns.models import Campaign, CampaignSubject
from kaohe.results.facts import poll_reference
from kaohe.scheme.model import BallotInstrument, FormInstrument, Scheme


def poll_definition(scheme: Scheme, key: str, subject: CampaignSubject) -> dict[str, Any]:
    """Return the self-contained form of one poll, as `kaohe.ballots` keeps it."""
    instrument = scheme.instruments[key]
    common = {"title": instrument.title, "unit": subject.full_title, "note": instrument.help}
    if isinstance(instrument, BallotInstrument):
        group = scheme.items[instrument.aspects]
        return {
            "kind": "ballot",
            **common,
            "aspects": [{"id": i.id, "title": i.title, "help": i.help} for i in group.items],
            "options": [{"label": k, "points": str(v)} for k, v in instrument.options.items()],
            "strata": dict(instrument.strata),
            "blank": instrument.blank,
        }
    if isinstance(instrument, FormInstrument):
        return {
            "kind": "form",
            **common,
            "scores": [
                {"id": k, "title": f.title, "maximum": str(f.maximum)}
                for k, f in instrument.scores.items()
            ],
            "texts": [{"id": k, "title": v} for k, v in instrument.texts.items()],
            "strata": {},
            "blank": "allowed",
        }
    raise ValueError(f"{key} is not a secret instrument")


def secret_instruments(scheme: Scheme) -> dict[str, BallotInstrument | FormInstrument]:
    """The instruments that need polls."""
    return {
        k: i
        for k, i in scheme.instruments.items()
        if isinstance(i, BallotInstrument | FormInstrument)
    }


def prepare_polls(campaign: Campaign, *, instruments: list[str], actor: str) -> int:
    """Create the polls that do not exist yet; return how many were made."""
    scheme = campaign_scheme(campaign)
    made = 0
    existing = set(
        Poll.objects.filter(reference__startswith=f"c{campaign.pk}.").values_list(
            "reference", flat=True
        )
    )
    for subject in campaign.subjects.select_related("unit"):
        for key in instruments:
            if not is_for(getattr(scheme.instruments[key], "classes", ()), subject):
                continue
            reference = poll_reference(campaign.pk, subject.pk, key)
            if reference not in existing:
                create_poll(
                    reference=reference,
                    definition=poll_definition(scheme, key, subject),
                    actor=actor,
                )
                made += 1
    return made
