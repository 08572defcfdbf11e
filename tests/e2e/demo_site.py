"""The demo, seeded once and served by gunicorn as an office would.

Tests share one site and one database, as people do: each walk uses accounts, units or campaigns of its
own, and none relies on another having run.  Two things are added to what `kaohe demo` makes: a year
whose stages are all closed and nothing decided yet, and helpers that issue slips and read the database.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.ballots.live import ROOT, Place

PASSWORD = "yanshi-2026"
TOWNSHIP = "township.responsibility"
UNDECIDED = "青岭乡 2024 年度党建工作责任制考核"
"""The added year: everything handed in, nothing computed."""

_SEED = """
from kaohe import catalogue
from kaohe.cli.serve import prepare
from kaohe.site.demo import seed
prepare()
sample = next(s for s in catalogue.samples().values() if s.scheme == scheme)
seed(sample, progress=lambda text: None)
"""
_ADD_A_YEAR = """
from kaohe import catalogue
from kaohe.campaigns import services
from kaohe.campaigns.models import Campaign, CampaignStage
from kaohe.records import read_record
from kaohe.site.taking_over import take_over
sample = next(s for s in catalogue.samples().values() if s.scheme == scheme)
entry = catalogue.get(sample.scheme)
record = read_record(sample.folder / "record.json", source=entry.source)
old = Campaign.objects.order_by("pk").first()
campaign = services.create_campaign(
    title=title, scheme=old.scheme, period="2024", parameters=record.parameters, actor="test",
    subjects=[services.SubjectChoice(s.unit, s.group) for s in old.subjects.all()],
)
services.open_campaign(campaign, actor="test")
take_over(campaign, record.facts, actor="test")
for stage in campaign.stages.all():
    stage.refresh_from_db()
    if stage.state == CampaignStage.State.WAITING:
        services.open_stage(stage, actor="test")
        stage.refresh_from_db()
    if stage.state != CampaignStage.State.CLOSED:
        services.close_stage(stage, actor="test")
result = campaign.pk
"""


class DemoSite(Place):
    """The served demo."""

    undecided: int = 0
    """Primary key of the campaign in which nothing is decided."""

    @property
    def address(self) -> str:
        """Where the site is, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def demo_site(scheme: str = TOWNSHIP) -> Iterator[DemoSite]:
    """Seed the demo into a folder of its own, serve it, and remove both afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="kaohe-e2e-"))
    variables = {k: v for k, v in os.environ.items() if not k.startswith("KAOHE_")} | {
        "KAOHE_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": "kaohe.site.settings",
        "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "core", *ROOT.glob("plugins/*")))),
    }
    site = DemoSite(folder, "", environment=variables)
    try:
        site.run(_SEED, scheme=scheme)
        if scheme == TOWNSHIP:
            site.undecided = site.run(_ADD_A_YEAR, title=UNDECIDED, scheme=scheme)
        site.serve()
        yield site
    finally:
        site.close()
        shutil.rmtree(folder, ignore_errors=True)
