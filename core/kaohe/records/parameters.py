"""Parameters of a record: checked where they stand, then bound into the scheme."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kaohe.records.names import Names, hint
from kaohe.scheme.binding import parameter_problems
from kaohe.workbooks import match_key

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme
    from kaohe.scheme.operators import Operator
    from kaohe.scheme.reading import SchemeSource

Complaint = tuple[tuple[str, ...], str, str]
"""(path below the parameters, what, remedy)"""


@dataclass(slots=True)
class Binder:
    """Binds a scheme with the parameters of a record, those of the caller first."""

    source: SchemeSource
    given: dict[str, Any] = field(default_factory=dict)
    operators: dict[str, type[Operator]] = field(default_factory=dict)

    def bind(self, written: Mapping[str, Any]) -> tuple[Scheme, dict[str, Any], list[Complaint]]:
        """The bound scheme, the parameters it was bound with, and what is wrong with them.

        A wrong parameter is left at its default, so that reading can go on and find the rest.
        """
        declared = self.source.data.get("parameters") or {}
        names = Names({k: (str(p.get("title", k)),) for k, p in declared.items()})
        good: dict[str, Any] = {}
        complaints: list[Complaint] = []
        for key, value in {**written, **self.given}.items():
            if key.startswith("_") or value is None:
                continue
            name = names.find(key)
            if name is None:
                complaints.append(((key,), f"没有参数“{key}”", hint(key, declared)))
                continue
            plain = plain_value(declared[name], value)
            found = parameter_problems(declared[name], plain)
            if found:
                title = declared[name].get("title", name)
                complaints += [((key,), f"参数“{title}”{what}", "") for what in found]
            else:
                good[name] = plain
        scheme = self.source.bind(good, operators=self.operators)
        return scheme, good, complaints


def plain_value(parameter: Mapping[str, Any], value: Any) -> Any:
    """A value as the scheme keeps it: text of numbers, keys of options (their titles are known)."""
    options = parameter.get("options") or {}
    keys = {match_key(str(title)): key for key, title in options.items()}
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value if value in options else keys.get(match_key(value), value)
    if isinstance(value, list | tuple):
        return [plain_value(parameter, one) for one in value]
    if isinstance(value, Mapping):
        return {str(k): plain_value({}, v) for k, v in value.items() if not str(k).startswith("_")}
    return f"{value:f}" if hasattr(value, "adjusted") else str(value)


def split_setting(text: str) -> tuple[str, Any]:
    """``bonus_on=mean`` or ``aspect_points=15,15,…`` from a command line.

    Raises:
        ValueError: there is no ``=``.
    """
    key, sign, value = text.partition("=")
    if not sign or not key.strip():
        raise ValueError(f"“{text}”应写成 参数=值，如 bonus_on=mean")
    return key.strip(), value.strip()


def settings_for(source: SchemeSource, settings: Iterator[tuple[str, str]]) -> dict[str, Any]:
    """Settings of a command line, lists and tables split as their parameters ask."""
    declared = source.data.get("parameters") or {}
    names = Names({k: (str(p.get("title", k)),) for k, p in declared.items()})
    out: dict[str, Any] = {}
    for key, text in settings:
        kind = declared.get(names.known(key), {}).get("type")
        parts = [
            p.strip() for p in text.replace("，", ",").replace("、", ",").split(",") if p.strip()
        ]
        if kind in ("numbers", "flags"):
            out[key] = parts
        elif kind == "table":
            pairs = (p.replace("：", ":").partition(":") for p in parts)
            out[key] = {k.strip(): v.strip() for k, _, v in pairs}
        else:
            out[key] = text
    return out
