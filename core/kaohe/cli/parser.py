"""The commands and options, in Chinese."""

from __future__ import annotations

import argparse
from gettext import gettext
from typing import Any

_TEXTS = {
    "usage: ": "用法：",
    "positional arguments": "参数",
    "options": "选项",
    "show this help message and exit": "显示帮助后退出",
    "%(prog)s: error: %(message)s\n": "%(prog)s：%(message)s\n",
    "the following arguments are required: %s": "缺少参数：%s",
    "unrecognized arguments: %s": "不认识的参数：%s",
    "argument %(argument_name)s: %(message)s": "参数 %(argument_name)s：%(message)s",
    "expected one argument": "后面应有一个值",
    "expected at least one argument": "后面至少应有一个值",
    "not allowed with argument %s": "不能与 %s 同时使用",
    "invalid %(type)s value: %(value)r": "不能是 %(value)r",
    "invalid choice: %(value)r (choose from %(choices)s)": "没有 %(value)r，可用：%(choices)s",
    "ignored explicit argument %r": "不接受值 %r",
    "ambiguous option: %(option)s could match %(matches)s": "%(option)s 不明确：%(matches)s",
}


class Parser(argparse.ArgumentParser):
    """A parser that speaks Chinese and leaves with 2 on a mistake."""

    def error(self, message: str) -> Any:
        self.print_usage()
        self.exit(2, f"{self.prog}：{message}\n用 {self.prog} --help 查看用法。\n")

    def print_usage(self, file: Any = None) -> None:
        import sys

        super().print_usage(file or sys.stderr)


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    # argparse takes its words from gettext, whose catalogue for it ships with no Python.
    argparse._ = lambda text: _TEXTS.get(text) or gettext(text)  # type: ignore[attr-defined]
    parser = Parser(
        prog="kaohe",
        description="考核：把办法变成数据，每个分数都说得清来历。",
        epilog="退出码：0 正常；1 有发现；2 无法使用。出错时在标准错误输出里写明位置和改法。",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(
        title="命令", metavar="命令", dest="command", required=True, parser_class=Parser
    )

    def add(name: str, run: str, text: str, **more: Any) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text, allow_abbrev=False, **more)
        command.set_defaults(run=f"kaohe.cli.{run}")
        return command

    formats = ("text", "json")
    one = add("schemes", "schemes:list_schemes", "列出可用的考核办法")
    _format(one, formats)

    one = add(
        "show", "schemes:show_scheme", "把一个考核办法读给人看：指标、权重、等次、存疑与处理、参数"
    )
    _scheme(one)
    _settings(one)
    _format(one, formats)

    one = add("template", "template:print_template", "输出一份可填写的记录，自带说明")
    _scheme(one)
    one.add_argument("--xlsx", action="store_true", help="输出 XLSX 工作簿（默认 JSON）")
    _output(one, "写到文件；XLSX 必须给出")

    one = add("score", "score:score", "按考核办法计算一份记录；不需要数据库")
    _scheme(one)
    one.add_argument(
        "record", metavar="记录", nargs="?", help="JSON 记录、填好的模板，或单位自己的 XLSX 汇总表"
    )
    for name, words in (
        ("subjects", "考核对象"), ("marks", "打分"), ("votes", "计票"), ("entries", "加减分"),
        ("standing", "往期结果"), ("rulings", "决定"),
    ):  # fmt: skip
        one.add_argument(
            f"--{name}", metavar="数据表", help=f"代替记录：{words}的 Parquet 或 CSV 数据表"
        )
    one.add_argument("--period", metavar="周期", default="", help="数据表的考核周期，如 2025-Q1")
    one.add_argument(
        "--explain", metavar="对象", help="打印一个考核对象（编号或名称）的计算过程；all 为全部"
    )
    one.add_argument("--roll", metavar="花名册", help="XLSX 花名册：补充类别和负责人")
    one.add_argument("--quiet", action="store_true", help="不报告表格是怎样认的")
    _settings(one)
    _format(one, ("table", "json", "xlsx"))
    _output(one, "写到文件；XLSX 必须给出")

    one = add("lint", "lint:lint_files", "检查考核办法：权重、分值、等次区间、无人填写的项目……")
    one.add_argument(
        "schemes", metavar="考核办法", nargs="+", help="考核办法编号，或 YAML、XLSX 文件"
    )
    _format(one, formats)

    one = add(
        "simulate", "simulate:simulate",
        "用虚构数据试算：分数和等次怎样分布，封顶和限制多久触发一次，哪个指标决定名次",
    )  # fmt: skip
    _scheme(one)
    one.add_argument(
        "--subjects", type=_whole, metavar="个数",
        help="每轮多少个考核对象；默认 40，或记录里的个数",
    )  # fmt: skip
    one.add_argument("--runs", type=_whole, metavar="轮数", default=20, help="多少轮，默认 20")
    one.add_argument(
        "--seed", type=int, metavar="种子", default=0, help="同样的种子总得到同样的结果，默认 0"
    )
    one.add_argument("--record", metavar="记录", help="从这份记录里重复抽取，代替虚构数据")
    one.add_argument("--quiet", action="store_true", help="不显示进度")
    _settings(one)
    _format(one, ("table", "json"))

    one = add("diff", "diff:diff", "两个版本的考核办法差在哪里；给出记录时，谁的得分和等次会变")
    for name, word in (("old", "旧版本"), ("new", "新版本")):
        one.add_argument(name, metavar=word, help="考核办法编号或文件")
    one.add_argument("record", metavar="记录", nargs="?", help="JSON 记录或 XLSX 工作簿")
    _settings(one)
    _format(one, formats)

    one = add(
        "compare", "compare:compare",
        "核对单位自己的结果表：逐格找出不同，说明最可能的原因，给出验算过程",
    )  # fmt: skip
    _scheme(one)
    one.add_argument(
        "files", metavar="[记录] 工作簿", nargs="+",
        help="单位的 XLSX 结果表；前面可加一份记录，代替表里的原始数据",
    )  # fmt: skip
    one.add_argument(
        "--mapping", metavar="映射文件", help="YAML：各列的含义；没有这个文件时，确认后写入它"
    )
    one.add_argument("--yes", action="store_true", help="不问，接受认出的列")
    one.add_argument(
        "--column", metavar="列=含义", action="append", default=[], dest="columns",
        help="改一列的含义，可重复，如 --column O=民主测评；O= 为不核对",
    )  # fmt: skip
    one.add_argument("--roll", metavar="花名册", help="XLSX 花名册：补充类别和负责人")
    one.add_argument("--quiet", action="store_true", help="不报告表格是怎样认的")
    _settings(one)
    _format(one, ("table", "json", "xlsx"))
    _output(one, "写到文件；XLSX 是单位的原表，错误的格子着色并加批注")

    one = add("new-plugin", "new_plugin:new_plugin", "新建一个插件：第一个办法、约定测试和样例")
    one.add_argument("name", metavar="名称", help="小写英文，如 district")
    one.add_argument("--dir", metavar="文件夹", help="放在哪里，默认 kaohe-名称")

    one = add("export", "export:export", "把考核办法写成 XLSX 工作簿或 YAML 文件，内容相同")
    _scheme(one)
    _output(one, "写到文件：.xlsx 工作簿，.yaml 文字；不写则在屏幕上显示 YAML")

    one = add("preview", "preview:preview", "在浏览器里看一个考核办法文件的表单和得分，随文件更新")
    one.add_argument("file", metavar="文件", help="YAML 或 XLSX 文件")
    one.add_argument("--host", default="127.0.0.1", help="监听地址，默认 127.0.0.1")
    one.add_argument("--port", type=int, default=8010, help="端口，默认 8010")

    one = add("json-schema", "json_schema:print_json_schema", "办法文件的 JSON Schema，供编辑器用")
    _output(one, "写到文件")

    one = add("reference", "reference:print_reference", "办法语言的参考：全部键和算子（Markdown）")
    one.add_argument(
        "--lang", choices=("zh", "en"), default="zh", metavar="语言", help="zh（默认）或 en"
    )
    _output(one, "写到文件")

    one = add("check", "check:check", "检查安装：插件、考核办法、设置、数据库、字体")
    _format(one, formats)

    one = add("serve", "serve:serve", "启动网站（先更新数据库）")
    one.add_argument("--host", default="127.0.0.1", help="监听地址，默认 127.0.0.1")
    one.add_argument("--port", type=int, default=8000, help="端口，默认 8000")
    one.add_argument("--workers", type=int, help="进程数，默认 2")

    one = add("demo", "serve:demo", "启动演示网站：虚构的单位和数据，各角色都有账号")
    one.add_argument(
        "--scheme", metavar="考核办法", default="",
        help="演示哪个考核办法（编号见 kaohe schemes），默认乡镇党建工作责任制考核",
    )  # fmt: skip
    one.add_argument("--host", default="127.0.0.1", help="监听地址，默认 127.0.0.1")
    one.add_argument("--port", type=int, default=8000, help="端口，默认 8000")
    one.add_argument(
        "--data", metavar="文件夹", default="kaohe-demo", help="数据放在哪里，默认 kaohe-demo"
    )
    one.add_argument("--no-serve", action="store_true", help="只准备数据，不启动")

    add(
        "manage",
        "manage:manage",
        "Django 管理命令，如 kaohe manage createsuperuser",
        add_help=False,
    )
    return parser


def _whole(text: str) -> int:
    """A whole number from 1 on, for argparse."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _scheme(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "scheme", metavar="考核办法", help="考核办法编号（见 kaohe schemes），或 YAML、XLSX 文件"
    )


def _settings(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--set", metavar="参数=值", action="append", default=[], dest="settings",
        help="改一个参数，可重复，如 --set bonus_on=mean",
    )  # fmt: skip


def _format(command: argparse.ArgumentParser, choices: tuple[str, ...]) -> None:
    words = {"text": "文字", "table": "表格", "json": "JSON", "xlsx": "XLSX"}
    shown = "、".join(f"{c}（{words[c]}）" for c in choices)
    command.add_argument(
        "--format", choices=choices, default=choices[0], metavar="格式",
        help=f"{shown}；默认 {choices[0]}",
    )  # fmt: skip


def _output(command: argparse.ArgumentParser, text: str) -> None:
    command.add_argument("-o", "--output", metavar="文件", help=text)
