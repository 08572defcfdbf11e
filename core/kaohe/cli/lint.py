"""``kaohe lint``."""

from __future__ import annotations

from argparse import Namespace

from kaohe import catalogue
from kaohe.cli.output import UNUSABLE, complain, print_json
from kaohe.cli.sources import Unusable, find_source
from kaohe.kit.plans import scheme_findings
from kaohe.scheme.errors import SchemeErrors

WORDS = {"error": "错误", "warning": "警告", "info": "提示"}


def lint_files(args: Namespace) -> int:
    """Lint schemes: 1 if something is at least a warning, 2 if one cannot be read."""
    unusable: list[object] = []
    findings = []
    for name in args.schemes:
        try:
            source = find_source(name)
            findings += scheme_findings(
                source, operators=catalogue.syntaxes(), meanings=catalogue.meanings()
            )
        except Unusable as error:
            unusable += error.problems
        except SchemeErrors as errors:
            unusable += errors.errors
    counts = {word: sum(f.severity == key for f in findings) for key, word in WORDS.items()}
    counts["错误"] += len(unusable)
    if args.format == "json":
        print_json(
            {
                "findings": [f.as_dict() for f in findings],
                "unusable": [
                    e.as_dict() if hasattr(e, "as_dict") else {"what": str(e)} for e in unusable
                ],
            }
        )
    else:
        for finding in findings:
            print(finding)
        summary = "，".join(f"{word} {count}" for word, count in counts.items())
        print(f"检查了 {len(args.schemes)} 个考核办法：{summary}")
    if unusable:
        complain(*unusable)
        return UNUSABLE
    return 1 if counts["错误"] or counts["警告"] else 0
