"""From a plain tree to a typed scheme: parameters, types, references.  All errors at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from pydantic import ValidationError

from kaohe.scheme.binding import Bound, bind_tree
from kaohe.scheme.checking import part_problems
from kaohe.scheme.choices import stand_ins, trials
from kaohe.scheme.consistency import consistency_problems
from kaohe.scheme.errors import SchemeError, SchemeErrors
from kaohe.scheme.model import SET_BY_READER, Scheme
from kaohe.scheme.operators import Operator, known_operators
from kaohe.scheme.references import Problem, reference_problems, written_problems
from kaohe.scheme.tree import Path, dotted
from kaohe.scheme.wording import existing_path, say_in_chinese, written_path


class Placed(Protocol):
    """What building needs of a source."""

    data: dict[str, Any]

    @property
    def fingerprint(self) -> str: ...

    def place(self, path: Path) -> str: ...


def build_scheme(
    source: Placed,
    parameters: Mapping[str, Any] | None = None,
    *,
    operators: Mapping[str, type[Operator]] | None = None,
) -> Scheme:
    """Bind parameters, type the result and check what it refers to.

    Raises:
        SchemeErrors: every mistake, with its place in the file.
    """
    rollups = source.data.get("rollups", {})  # bound when they are a scheme of their own
    bound = bind_tree({k: v for k, v in source.data.items() if k != "rollups"}, parameters)
    context = {"operators": dict(operators or {})}
    errors = [
        SchemeError("SCHEME_020", source.place(path), dotted(path), what, remedy)
        for path, what, remedy in bound.problems
    ]
    unbound = {error.place for error in errors}  # where a stand-in's own faults tell nothing
    errors += [
        _error(source, "SCHEME_021", (key,), bound, f"键“{key}”不能自己写。", "请删去它。")
        for key in sorted(SET_BY_READER & set(bound.data))
    ]
    fields = {k: v for k, v in bound.data.items() if k not in SET_BY_READER}
    fields |= {
        "rollups": rollups,
        "bindings": bound.bindings,
        "values": bound.values,
        "fingerprint": source.fingerprint,
    }
    scheme, problems = None, list[Problem]()
    try:
        scheme = Scheme.model_validate(fields, context=context)
    except ValidationError as found:
        for one in found.errors(include_url=False):
            if one["type"] == "too_short" and one["ctx"]["actual_length"] == 0 and one["input"]:
                continue  # pydantic counts only what is valid; the parts are reported themselves
            path = written_path(bound.data, one["loc"], context)
            what, remedy = say_in_chinese(one, path)
            wrong = _error(source, "SCHEME_021", path, bound, what, remedy)
            if wrong.place not in unbound:
                errors.append(wrong)
        problems = list(written_problems(bound.data))
    if scheme is not None:
        problems = reference_problems(scheme, known_operators(context)) + part_problems(scheme)
        # With a name missing, what rests on it would be reported a second time.
        problems = problems or consistency_problems(scheme)
    for p in problems:
        path = existing_path(bound.data, p.path)
        errors.append(_error(source, "SCHEME_030", path, bound, p.what, p.remedy))
    if errors or scheme is None:
        raise SchemeErrors(dict.fromkeys(errors))
    return scheme


def check_all_choices(
    source: Placed, *, operators: Mapping[str, type[Operator]] | None = None
) -> None:
    """Build a scheme once per branch of its choices.

    Raises:
        SchemeErrors: what is wrong with any of them.
    """
    errors: list[SchemeError] = []
    found, complete = trials(source.data)
    if not complete:
        errors.append(
            SchemeError("SCHEME_022", source.place(("parameters",)), "parameters",
                        "choose 的组合太多，无法逐一检查。", "请减少选项或嵌套。")
        )  # fmt: skip
    substitutes = stand_ins(source.data)
    for trial in found:
        try:
            build_scheme(source, {**substitutes, **trial}, operators=operators)
        except SchemeErrors as wrong:
            errors += wrong.errors
    if errors:
        raise SchemeErrors(dict.fromkeys(errors))


def _error(
    source: Placed, code: str, path: Path, bound: Bound, what: str, remedy: str
) -> SchemeError:
    origin = bound.origin(path)
    return SchemeError(code, source.place(origin), dotted(origin), what, remedy)
