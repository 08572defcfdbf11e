"""The demo site: a fictional office with one finished period and one in progress.

Everything goes through the same services people use; nothing is inserted behind their backs but
the facts of the finished period, which are taken over from the plugin's record.  Any scheme with a
sample campaign can be shown.
"""

from __future__ import annotations

import random

from kaohe.campaigns.models import Campaign
from kaohe.hookspecs import SampleCampaign
from kaohe.site.demo.accounts import DEMO_ACCOUNTS, DEMO_PASSWORD, create_accounts
from kaohe.site.demo.finished import finish_period
from kaohe.site.demo.register import import_roll, register_persons
from kaohe.site.demo.running import run_next_period
from kaohe.site.demo.telling import Progress, read_sample, spoken

__all__ = ["DEMO_ACCOUNTS", "DEMO_PASSWORD", "seed"]


def seed(sample: SampleCampaign, *, progress: Progress) -> None:
    """Fill an empty database with the sample; does nothing if there is a campaign already."""
    if Campaign.objects.exists():
        progress("演示数据已经在了")
        return
    random.seed(20251231)  # the same demo every time
    record, scheme = read_sample(sample)
    progress("导入花名册")
    import_roll(sample)
    register_persons(record, scheme)
    progress("建账号")
    create_accounts(sample)
    progress(f"{spoken(record.period)}：录入全部数据")
    last = finish_period(sample, record, progress)
    progress(f"{spoken(last.period, 1)}：进行中的考核")
    run_next_period(sample, record, last)
