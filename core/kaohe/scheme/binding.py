"""Parameters: ``{parameter: p}`` and ``{choose: {parameter: p, ...}}`` become values.

Binding works on the plain tree, before anything is typed, and remembers for every place of the
bound tree where it stood in the file and which parameter filled it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from kaohe.scheme.errors import shorten
from kaohe.scheme.tree import Path, dotted
from kaohe.scheme.values import plain_number, plain_whole


@dataclass(slots=True)
class Bound:
    """A tree without parameters."""

    data: Any
    origins: dict[Path, Path] = field(default_factory=dict)
    """Path in the bound tree -> path in the file, where they differ."""
    bindings: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[tuple[Path, str, str]] = field(default_factory=list)
    """(path in the file, what, remedy)"""

    def origin(self, path: Path) -> Path:
        """Where a place of the bound tree stands in the file."""
        for cut in range(len(path), -1, -1):
            if path[:cut] in self.origins:
                return (*self.origins[path[:cut]], *path[cut:])
        return path


def bind_tree(data: Any, given: Mapping[str, Any] | None = None) -> Bound:
    """Replace parameters by the given values, or by their defaults."""
    bound = Bound(None)
    parameters = data.get("parameters") if isinstance(data, dict) else None
    parameters = definitions(parameters)
    for key in given or {}:
        if key not in parameters:
            bound.problems.append(
                (("parameters",), f"没有参数“{shorten(key)}”。", _near(key, parameters))
            )
    for key, parameter in parameters.items():
        value = (given or {}).get(key, parameter.get("default"))
        bound.values[key] = _plain(value)
        if value is None:
            continue  # only a use of it is a mistake, see _value
        for what in parameter_problems(parameter, bound.values[key]):
            path: Path = ("parameters", key, *(() if given and key in given else ("default",)))
            bound.problems.append((path, f"参数“{_title(parameter, key)}”{what}", ""))
    bound.data = _walk(data, (), (), bound, parameters)
    return bound


def definitions(parameters: Any) -> dict[str, dict[str, Any]]:
    """The parameters as mappings whose parts have the right shape.

    What has another shape is reported when the scheme is typed; here it only must do no harm.
    """
    if not isinstance(parameters, dict):
        return {}
    shapes = {"options": dict, "labels": list}
    return {
        key: {k: v for k, v in one.items() if isinstance(v, shapes.get(k, object))}
        for key, one in parameters.items()
        if isinstance(one, dict)
    }


def _title(parameter: Mapping[str, Any], key: str) -> str:
    title = parameter.get("title")
    return title if isinstance(title, str) and title else key


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    return value


def parameter_problems(parameter: Mapping[str, Any], value: Any) -> list[str]:
    """Everything that is wrong with a parameter's value, in Chinese; empty if it can be used."""
    kind = parameter.get("type")
    if kind in ("number", "percent"):
        return _number_problems(parameter, value, "")
    if kind == "numbers":
        return _numbers_problems(parameter, value)
    if kind == "table":
        if not isinstance(value, dict):
            return ["应为“名称: 分值”的表。"]
        return [p for k, v in value.items() for p in _number_problems(parameter, v, f"“{k}”")]
    options = parameter.get("options") or {}
    if kind == "choice":
        return (
            []
            if isinstance(value, str) and value in options
            else [f"应为其中之一：{'、'.join(options)}（现在是 {shorten(value)}）。"]
        )
    if kind == "flags":
        if not isinstance(value, list):
            return [f"应为列表，可用：{'、'.join(options)}。"]
        wrong = [str(v) for v in value if not isinstance(v, str) or v not in options]
        return [f"有不认识的选项 {'、'.join(wrong)}，可用：{'、'.join(options)}。"] if wrong else []
    return []


def _number_problems(parameter: Mapping[str, Any], value: Any, label: str) -> list[str]:
    try:
        number = plain_number(value)
    except ValueError as error:
        return [f"{label}{error}（现在是 {shorten(value)}）。"]
    low, high = parameter.get("low"), parameter.get("high")
    try:
        if low is not None and number < plain_number(low):
            return [f"{label}不能小于 {low}（现在是 {number}）。"]
        if high is not None and number > plain_number(high):
            return [f"{label}不能大于 {high}（现在是 {number}）。"]
    except ValueError:
        return []  # the bound itself is wrong, and reported where it stands
    return []


def _numbers_problems(parameter: Mapping[str, Any], value: Any) -> list[str]:
    if not isinstance(value, list):
        return ["应为一列数字。"]
    labels = parameter.get("labels") or []
    if labels and len(labels) != len(value):
        return [f"应有 {len(labels)} 个数字，现在是 {len(value)} 个。"]
    names = [str(label) for label in labels] or [f"第 {i} 个" for i in range(1, len(value) + 1)]
    out = [
        p
        for name, v in zip(names, value, strict=True)
        for p in _number_problems(parameter, v, f"“{name}”")
    ]
    total = parameter.get("total")
    if not out and total is not None:
        try:
            made = sum((plain_number(v) for v in value), Decimal(0))
            if made != plain_number(total):
                out.append(f"合计应为 {total}，现在是 {made}。")
        except ValueError:
            return out
    return out


def _near(key: Any, parameters: Mapping[str, Any]) -> str:
    close = get_close_matches(key, parameters, 1, 0.6) if isinstance(key, str) else []
    if close:
        return f"是否想写 {close[0]}？"
    return f"可用：{'、'.join(parameters) or '无'}。"


def _walk(node: Any, path: Path, source: Path, bound: Bound, parameters: dict[str, Any]) -> Any:
    if path != source:
        bound.origins[path] = source
    if isinstance(node, list):
        return [_walk(v, (*path, i), (*source, i), bound, parameters) for i, v in enumerate(node)]
    if not isinstance(node, dict) or path == ("parameters",):
        return node
    if "parameter" in node and set(node) <= {"parameter", "index"}:
        return _value(node, path, source, bound, parameters)
    out: dict[str, Any] = {}
    for key, value in node.items():
        if key != "choose":
            out[key] = _walk(value, (*path, key), (*source, key), bound, parameters)
            continue
        chosen, where = _choose(value, path, (*source, key), bound, parameters)
        if where is None:
            continue
        if len(node) == 1:
            return _walk(chosen, path, where, bound, parameters)
        if not isinstance(chosen, dict):
            chosen = {"score": chosen}
        for inner, v in chosen.items():
            if inner in node:
                bound.problems.append(
                    ((*where, inner), f"“{inner}”在选择之外已经写了。", "请只写一处。")
                )
                continue
            out[inner] = _walk(v, (*path, inner), (*where, inner), bound, parameters)
    return out


def _value(
    node: dict[str, Any], path: Path, source: Path, bound: Bound, parameters: dict[str, Any]
) -> Any:
    key = node["parameter"]
    if not isinstance(key, str) or key not in parameters:
        bound.problems.append((source, f"没有参数“{shorten(key)}”。", _near(key, parameters)))
        return "0"
    bound.bindings[dotted(path)] = key
    value = bound.values.get(key)
    title = _title(parameters[key], key)
    if value is None:
        bound.problems.append((source, f"参数“{title}”没有值。", "请在考核里填写，或写 default。"))
        return "0"
    if "index" not in node:
        return value
    if not isinstance(value, list):
        bound.problems.append((source, f"参数“{title}”不是一列数字。", "请删去 index。"))
        return "0"
    try:
        return value[plain_whole(node["index"])]
    except (ValueError, IndexError):
        what = f"参数“{title}”没有第 {shorten(node['index'])} 个数字（从 0 数起）。"
        bound.problems.append((source, what, f"index 应为 0 至 {len(value) - 1}。"))
        return "0"


def _choose(
    value: Any, path: Path, source: Path, bound: Bound, parameters: dict[str, Any]
) -> tuple[Any, Path | None]:
    key = value.get("parameter") if isinstance(value, dict) else None
    if not isinstance(key, str) or key not in parameters:
        what = "choose 里要写 parameter: 一个已有的参数。"
        bound.problems.append((source, what, _near(key, parameters)))
        return None, None
    if parameters[key].get("type") != "choice":
        what = f"choose 只能用于单选参数（type: choice），“{key}”不是。"
        bound.problems.append((source, what, "请改用单选参数，或直接写 {parameter: …}。"))
    options = parameters[key].get("options") or {}
    branches = [k for k in value if k != "parameter"]
    missing = [k for k in options if k not in branches]
    extra = [k for k in branches if k not in options]
    if missing or extra:
        words = [f"缺少 {'、'.join(missing)}"] if missing else []
        words += [f"多了 {'、'.join(extra)}"] if extra else []
        what = f"choose 应恰好写出参数“{key}”的每个选项：{'，'.join(words)}。"
        bound.problems.append((source, what, f"选项是 {'、'.join(options) or '无'}。"))
    bound.bindings[dotted(path)] = key
    chosen = bound.values.get(key)
    if not isinstance(chosen, str) or chosen not in branches:
        if not branches:
            return None, None
        chosen = branches[0]  # the wrong value is reported already; go on with something
    return value[chosen], (*source, chosen)
