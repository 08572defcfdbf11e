"""Which values parameters have to take so that every branch of every choice is seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_DOWN, Decimal
from typing import Any

from kaohe.scheme.binding import definitions
from kaohe.scheme.tree import Path, has_entry
from kaohe.scheme.values import plain_number

MOST_TRIALS = 24
MOST_WORK = 60_000
"""Parts of a scheme times trials: keeps a hostile file from costing minutes."""


def trials(data: Mapping[str, Any]) -> tuple[list[dict[str, str]], bool]:
    """Parameter values, the defaults first, that together reach every branch.

    Returns:
        the trials, and whether they are all (there is an upper limit).
    """
    parameters = definitions(data.get("parameters"))
    wanted = [
        {key: option}
        for key, one in parameters.items()
        if one.get("type") == "choice"
        for option in one.get("options") or {}
    ]
    wanted += [chain for chain in _chains(data, {}) if len(chain) > 1]
    out: list[dict[str, str]] = [{}]
    for chain in wanted:
        defaults = {k: parameters.get(k, {}).get("default") for k in chain}
        if defaults == chain or any(chain.items() <= one.items() for one in out):
            continue
        for one in out[1:]:
            if all(one.get(k, v) == v for k, v in chain.items()):
                one.update(chain)
                break
        else:
            out.append(dict(chain))
    limit = max(1, min(MOST_TRIALS, MOST_WORK // max(1, _count(data))))
    return out[:limit], len(out) <= limit


def _chains(node: Any, above: dict[str, str]) -> Iterator[dict[str, str]]:
    if isinstance(node, list):
        for value in node:
            yield from _chains(value, above)
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        name = value.get("parameter") if key == "choose" and isinstance(value, dict) else None
        if not isinstance(name, str):
            yield from _chains(value, above)
            continue
        for option, branch in value.items():
            if option != "parameter" and above.get(name, option) == option:
                chain = {**above, name: option}
                yield chain
                yield from _chains(branch, chain)


def _count(node: Any) -> int:
    if isinstance(node, dict):
        return 1 + sum(_count(v) for v in node.values())
    return 1 + sum(_count(v) for v in node) if isinstance(node, list) else 1


def is_live(data: Any, path: Path, values: Mapping[str, Any]) -> bool:
    """Whether a place of the file is in use with these parameter values."""
    for n, step in enumerate(path):
        if step == "choose" and isinstance(data, dict) and n + 1 < len(path):
            inner = data.get("choose")
            name = inner.get("parameter") if isinstance(inner, dict) else None
            if isinstance(name, str) and values.get(name) != path[n + 1]:
                return False
        if not has_entry(data, step):
            return True
        data = data[step]
    return True


def stand_ins(data: Mapping[str, Any]) -> dict[str, Any]:
    """Values for parameters without a default, so that the rest of a scheme can be looked at."""
    return {
        key: _stand_in(one)
        for key, one in definitions(data.get("parameters")).items()
        if one.get("default") is None
    }


def _stand_in(parameter: Mapping[str, Any]) -> Any:
    kind = parameter.get("type")
    if kind == "choice":
        return next(iter(parameter.get("options") or {}), "")
    if kind in ("flags", "table"):
        return [] if kind == "flags" else {}
    low = _number(parameter.get("low"))
    if kind != "numbers":
        return format(low, "f")
    count = len(parameter.get("labels") or ()) or 1
    if parameter.get("total") is None:
        return [format(low, "f")] * count
    total = _number(parameter["total"])
    share = (total / count).quantize(Decimal("0.01"), ROUND_DOWN)
    return [format(share, "f")] * (count - 1) + [format(total - share * (count - 1), "f")]


def _number(value: Any) -> Decimal:
    try:
        return plain_number(value)
    except ValueError:
        return Decimal(0)
