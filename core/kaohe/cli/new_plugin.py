"""``kaohe new-plugin``."""

from __future__ import annotations

from argparse import Namespace
from datetime import date
from pathlib import Path

from kaohe.cli.output import refuse
from kaohe.kit.new_plugin import PluginRefused, make_plugin


def new_plugin(args: Namespace) -> int:
    """Write a new plugin and say what comes next."""
    folder = Path(args.dir) if args.dir else Path(f"kaohe-{args.name}")
    try:
        written = make_plugin(args.name, folder=folder, year=date.today().year)
    except PluginRefused as refused:
        return refuse([refused])
    except OSError as error:
        return refuse([f"{folder}：写不进去（{error.strerror or error}）。换一个位置。"])
    for path in written:
        print(path)
    print()
    print(
        f"接着：pip install -e '{folder}[test]'，再运行 kaohe schemes、kaohe lint {args.name}.first，"
    )
    print(f"在 {folder} 里运行 pytest。怎样改写见 {folder / 'README.md'}。")
    return 0
