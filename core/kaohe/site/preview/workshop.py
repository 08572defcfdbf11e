"""The file that is being written, and the campaign that follows it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import RLock

from django.conf import settings
from django.db import transaction

from kaohe import catalogue
from kaohe.campaigns.errors import Refusal
from kaohe.campaigns.models import Campaign
from kaohe.scheme.errors import SchemeError, SchemeErrors
from kaohe.scheme.lint import Finding, lint
from kaohe.scheme.model import Scheme
from kaohe.scheme.reading import SchemeSource
from kaohe.schemebooks import read_any_source
from kaohe.scoring import PlanRefused, compile_scheme
from kaohe.scoring.plan import Plan
from kaohe.site.preview.stage import place_campaign


@dataclass(slots=True)
class Shown:
    """The last version of the file that could be used."""

    source: SchemeSource
    scheme: Scheme
    plan: Plan
    findings: list[Finding]


@dataclass(slots=True)
class Workshop:
    """Watches one file."""

    path: Path
    stamp: str = ""
    """Of the file's content: pages reload when it changes."""
    errors: list[SchemeError] = field(default_factory=list)
    """What is wrong with the file as it is now; `shown` is then an older version."""
    shown: Shown | None = None
    _lock: RLock = field(default_factory=RLock)

    def refresh(self) -> None:
        """Look at the file; take over what changed."""
        with self._lock:
            try:
                content = self.path.read_bytes()
            except OSError as error:
                content = b""
                what = f"文件读不出来（{error.strerror or error}）。"
                problem = SchemeError("SCHEME_001", self.path.name, "", what, "核对文件名。")
                stamp = "gone"
            else:
                problem, stamp = None, hashlib.sha256(content).hexdigest()[:16]
            if stamp == self.stamp:
                return
            self.stamp = stamp
            self.errors = [problem] if problem else self._take_over(content)

    def _take_over(self, content: bytes) -> list[SchemeError]:
        operators = catalogue.syntaxes()
        try:
            source = read_any_source(content, name=self.path.name, operators=operators)
            source.check(operators=operators)
            scheme = source.bind(operators=operators)
            plan = compile_scheme(scheme, operators=catalogue.meanings())
            with transaction.atomic():
                place_campaign(source, scheme)
        except SchemeErrors as errors:
            return list(errors.errors)
        except (PlanRefused, Refusal) as error:
            return [SchemeError("SCHEME_050", self.path.name, "", str(error), "")]
        self.shown = Shown(source, scheme, plan, lint(source, operators=operators))
        return []


@cache
def workshop() -> Workshop:
    """The workshop of this process."""
    return Workshop(Path(settings.KAOHE_PREVIEW_FILE))


def campaign() -> Campaign | None:
    """The one campaign."""
    return Campaign.objects.select_related("scheme").first()
