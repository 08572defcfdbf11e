"""``kaohe schemes`` and ``kaohe show``."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from kaohe import catalogue
from kaohe.cli.output import print_json, refuse, table
from kaohe.cli.sources import Unusable, find_source, report_problems, settings_of
from kaohe.records.wording import PERIOD_WORDS


def list_schemes(args: Namespace) -> int:
    """List the schemes on offer; 1 if something had to be left out."""
    rollups: dict[str, list[dict[str, Any]]] = {}
    for entry in catalogue.rollups().values():
        rollups.setdefault(str(entry.path), []).append(_row(entry))
    rows = []
    for entry in catalogue.schemes().values():
        rows.append({**_row(entry), "rollups": rollups.get(str(entry.path), [])})
    if args.format == "json":
        print_json({"schemes": rows, "problems": [str(p) for p in catalogue.problems()]})
    elif rows:
        lines = []
        for row in rows:
            lines.append(_line(row))
            lines += [_line({**one, "id": f"└ {one['id']}"}) for one in row["rollups"]]
        heading = ["编号", "版本", "名称", "来源", "周期", "考核对象", "插件"]
        print("\n".join(table(heading, lines, right=set())))
    else:
        print("没有可用的考核办法。安装一个插件，如 pip install kaohe-township。")
    report_problems()
    from kaohe.plugins import get_plugins

    return 1 if catalogue.problems() or get_plugins().failures else 0


def _row(entry: catalogue.CatalogueEntry) -> dict[str, Any]:
    data = entry.source.data
    source = data.get("source") or {}
    return {
        "id": entry.source.id,
        "version": entry.source.version,
        "title": entry.source.title,
        "source": " ".join(str(source[k]) for k in ("document", "part") if source.get(k)),
        "period": str(data.get("period", "")),
        "subjects": [str(k.get("title", "")) for k in data.get("subjects", {}).values()],
        "plugin": entry.plugin,
        "fingerprint": entry.source.fingerprint,
    }


def _line(row: dict[str, Any]) -> list[str]:
    period = PERIOD_WORDS.get(row["period"], row["period"])
    return [
        row["id"], row["version"], row["title"], row["source"], period,
        "、".join(row["subjects"]), row["plugin"],
    ]  # fmt: skip


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
