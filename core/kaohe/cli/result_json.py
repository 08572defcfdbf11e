"""Results as JSON: stable, documented in docs/cli.md."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kaohe.scoring.rendering import accounts_json, result_json

if TYPE_CHECKING:
    from kaohe.scoring.derivation import Result, SubjectResult

FORMAT = 1
"""Rises when a key changes its meaning or goes away."""


def results_text(result: Result, *, explained: Sequence[SubjectResult] = ()) -> str:
    """All results; derivations only of the subjects that were asked for."""
    names = {one.subject for one in explained}
    subjects = []
    for one in result.subjects:
        data = result_json(one)
        if one.subject not in names:
            del data["derivation"], data["beside"]
        subjects.append(data)
    data = {
        "format": FORMAT,
        "scheme": result.scheme,
        "version": result.version,
        "fingerprint": result.fingerprint,
        "period": result.period,
        "parameters": result.parameters,
        "digest": result.digest,
        "subjects": subjects,
        **accounts_json(result.lists, result.quotas),
    }
    return json.dumps(data, ensure_ascii=False, indent=2, default=str) + "\n"
