"""``kaohe schemes`` and ``kaohe show``."""

from __future__ import annotations

from argparse import Namespace

from kaohe import catalogue
from kaohe.cli.output import print_json, refuse, table
from kaohe.cli.sources import Unusable, find_source, report_problems, settings_of
from kaohe.records.wording import PERIOD_WORDS


def list_schemes(args: Namespace) -> int:
    """List the schemes on offer; 1 if something had to be left out."""
    rows = []
    for key, entry in catalogue.schemes().items():
        data = entry.source.data
        source = data.get("source") or {}
        rows.append(
            {
                "id": key,
                "version": entry.source.version,
                "title": entry.source.title,
                "source": " ".join(str(source[k]) for k in ("document", "part") if source.get(k)),
                "period": str(data.get("period", "")),
                "subjects": [str(k.get("title", "")) for k in data.get("subjects", {}).values()],
                "plugin": entry.plugin,
                "fingerprint": entry.source.fingerprint,
            }
        )
    if args.format == "json":
        print_json({"schemes": rows, "problems": [str(p) for p in catalogue.problems()]})
    elif rows:
        lines = [
            [
                r["id"], r["version"], r["title"], r["source"],
                PERIOD_WORDS.get(r["period"], r["period"]), "、".join(r["subjects"]), r["plugin"],
            ]
            for r in rows
        ]  # fmt: skip
        heading = ["编号", "版本", "名称", "来源", "周期", "考核对象", "插件"]
        print("\n".join(table(heading, lines, right=set())))
    else:
        print("没有可用的考核办法。安装一个插件，如 pip install kaohe-township。")
    report_problems()
    from kaohe.plugins import get_plugins

    return 1 if catalogue.problems() or get_plugins().failures else 0


def show_scheme(args: Namespace) -> int:
    """Print a scheme for its readers."""
    from kaohe.cli.scheme_text import scheme_json, scheme_text
    from kaohe.scheme.errors import SchemeErrors

    try:
        source = find_source(args.scheme)
        scheme = source.bind(settings_of(source, args.settings), operators=catalogue.syntaxes())
    except Unusable as error:
        return refuse(error.problems)
    except SchemeErrors as errors:
        return refuse(errors.errors)
    if args.format == "json":
        print_json(scheme_json(scheme, source))
    else:
        print(scheme_text(scheme))
    return 0
