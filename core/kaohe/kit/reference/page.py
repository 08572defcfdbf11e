"""The reference as a Markdown page, Chinese or English."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from kaohe.kit.reference.comments import field_comments, part_comment
from kaohe.kit.reference.kinds import default_of, kind_of, limits_of
from kaohe.scheme.dictionary import (
    keys_of,
    operator_text,
    operator_word,
    part_text,
    parts,
    word_of,
)
from kaohe.scheme.operators import OPERATORS, Operator

_HEAD = {
    True: """# 办法语言：全部键和算子

本页由程序从模型生成（`kaohe reference`），不要手改。入门看[教程](designers/tutorial.zh.md)，
常见要求看[做法集](designers/cookbook.zh.md)，写法的规则看[办法语言](scheme-language.md)。
英文版：[reference.md](reference.md)。

任何写值的地方都可以写 `{parameter: 参数}`（取参数的值；`index: 0` 取第一个数），
任何写映射的地方都可以写 `choose: {parameter: 参数, 选项: 内容, …}`（按选项取一支）。
“→”左边是键，右边是值。没有注明默认值的键可以不写；标“必写”的一定要写。
""",
    False: """# The scheme language: every key and operator

This page is generated from the model (`kaohe reference --lang en`); do not edit it. Begin with the
[tutorial](designers/tutorial.md), look for common demands in the [cookbook](designers/cookbook.md);
the rules of the file are in [the scheme language](scheme-language.md). 中文: [reference.zh.md](reference.zh.md).

Wherever a value stands, `{parameter: name}` takes a parameter's value (`index: 0` the first of
several figures); wherever a mapping stands, `choose: {parameter: name, option: …}` takes one branch.
“→” separates the key of a mapping from its value. Keys without a default may be left out; those
marked “required” may not.
""",
}
_LIMITS = {
    True: {"ge": "不小于 {}", "le": "不大于 {}", "min_length": "至少 {} 项或字",
           "max_length": "至多 {} 项或字"},
    False: {"ge": "at least {}", "le": "at most {}", "min_length": "at least {} long",
            "max_length": "at most {} long"},
}  # fmt: skip


def reference_page(*, chinese: bool = True) -> str:
    """The whole page; equal for equal models."""
    return "\n".join(_lines(chinese)) + "\n"


def _lines(chinese: bool) -> Iterator[str]:
    yield _HEAD[chinese]
    yield "## 各部分的键\n" if chinese else "## Keys of the parts\n"
    for name, part in parts().items():
        yield f"### {name}\n"
        yield part_text(part) + "。\n" if chinese else part_comment(part) + "\n"
        yield from _table(part, chinese)
    yield "## 算子\n" if chinese else "## Operators\n"
    for key, operator in OPERATORS.items():
        yield from _operator(key, operator, chinese)


def _operator(key: str, operator: type[Operator], chinese: bool) -> Iterator[str]:
    word = operator_word(key)
    yield f"### `{key}` {word.heading}\n"
    yield word.text + "。\n" if chinese else part_comment(operator) + "\n"
    yield "```yaml"
    yield operator_text(key, "example")
    yield "```\n"
    words = (
        ("范围", "计算过程里写作，如") if chinese else ("Range", "The derivation says, for example")
    )
    if chinese:
        yield f"- {words[0]}：{operator_text(key, 'bounds')}"
        yield f"- {words[1]}：{operator_text(key, 'says')}\n"
    else:
        yield f"- {words[1]}: {operator_text(key, 'says')}\n"
    yield from _table(operator, chinese)


def _table(part: type[BaseModel], chinese: bool) -> Iterator[str]:
    yield "| 键 | 名称 | 写什么 | 含义 |" if chinese else "| key | 名称 | what | meaning |"
    yield "|---|---|---|---|"
    keys = tuple(part.model_fields) if issubclass(part, Operator) else keys_of(part)
    comments = field_comments(part)
    for key in keys:
        word = word_of(part, key)
        kind = ("；" if chinese else "; ").join(_kind(part, key, chinese))
        text = word.text if chinese else comments.get(key, "") or word.text
        yield f"| `{key}` | {word.heading} | {kind} | {text} |"
    yield ""


def _kind(part: type[BaseModel], key: str, chinese: bool) -> Iterator[str]:
    field = part.model_fields[key]
    yield kind_of(field, chinese=chinese)
    for name, value in limits_of(field):
        if name in ("ge", "le") or value not in (1, 60, 200, 4000):
            yield _LIMITS[chinese][name].format(value)
    default = default_of(field)
    if default is None:
        yield "**必写**" if chinese else "**required**"
    elif default:
        yield f"默认 `{default}`" if chinese else f"default `{default}`"
