"""A campaign stays readable when its plugin is gone: scheme, derivations, notice, recomputation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import ROOT, run_apart
from tests.guarantees.test_plugins_absent import HIDE

READ = """
import json, os
os.environ["DJANGO_SETTINGS_MODULE"] = "kaohe.site.settings"
import django
django.setup()
from django.test import Client
from kaohe.campaigns.models import Campaign
from kaohe.plugins import get_plugins
from kaohe.register.models import Account
from kaohe.results.models import Notice
from kaohe.results.queries import latest_proposal
from kaohe.results.services.proposals import recompute

campaign = Campaign.objects.get(period="2025")
subject = campaign.subjects.get(title="青石村党支部")
notice = Notice.objects.first()
client = Client(headers={"host": "localhost"})
client.force_login(Account.objects.get(username="kaoheban"))
pages = {}
for name, url in {
    "campaign": f"/campaigns/{campaign.pk}/results/",
    "method": f"/campaigns/{campaign.pk}/method/",
    "notice": f"/notices/{notice.slug}/",
    "campaigns": "/campaigns/",
}.items():
    answer = client.get(url)
    pages[name] = [answer.status_code, "94.23" in answer.content.decode()]
print(json.dumps({
    "township": "township" in get_plugins().loaded,
    "failed": [f.name for f in get_plugins().failures],
    "pages": pages,
    "recomputed": [str(p) for p in recompute(latest_proposal(campaign))],
}))
"""


@pytest.mark.slow
def test_finished_campaign_is_read_and_recomputed_without_the_plugin(tmp_path: Path) -> None:
    data = tmp_path / "demo"
    seeded = run_apart("demo", "--data", str(data), "--no-serve", KAOHE_DATA=str(data))
    assert seeded.code == 0, seeded.err
    (tmp_path / "hide").mkdir()
    (tmp_path / "hide/sitecustomize.py").write_text(HIDE)
    done = run_apart(
        code=READ, KAOHE_DATA=str(data), PYTHONPATH=f"{tmp_path / 'hide'}:{ROOT / 'core'}"
    )

    assert done.code == 0, done.err
    found = json.loads(done.out.splitlines()[-1])
    assert found["township"] is False
    assert found["failed"] == ["township"]
    assert found["recomputed"] == []
    assert found["pages"] == {
        "campaign": [200, True],
        "method": [200, False],
        "notice": [200, True],
        "campaigns": [200, False],
    }
