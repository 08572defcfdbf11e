"""A second, tiny reading of the scheme: plain fractions over the scheme's JSON.

It shares no code with the product; where both agree, two independent readings agree.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import Any


def half_up(value: Fraction, places: int) -> Fraction:
    """Round halves away from zero."""
    unit = 10**places
    whole, rest = divmod(abs(value) * unit, 1)
    whole += rest >= Fraction(1, 2)
    return Fraction(whole if value >= 0 else -whole, unit)


class Interpreter:
    """Scores one subject."""

    def __init__(self, scheme: dict[str, Any], rows: dict[str, list[dict[str, Any]]]) -> None:
        self.scheme, self.rows = scheme, rows
        self.places = scheme["decimals"]

    def named(self, name: str) -> Fraction | None:
        node = self.scheme["scores"][name]
        value = self.node(node)
        if value is None or (node["shown"] is False and node["decimals"] is None):
            return value
        places = self.places if node["decimals"] is None else node["decimals"]
        return half_up(value, places)

    def child(self, node: dict[str, Any]) -> tuple[Fraction | None, str]:
        """(value, what happens if it is missing)."""
        if node["operator"] == "score":
            name = node["args"]["name"]
            policy = node["missing"]
            if policy == "stop":
                policy = self.scheme["scores"][name]["missing"]
            if policy == "reweight" and not self.is_ruled(name):
                policy = "stop"
            return self.named(name), policy
        value = self.node(node)
        if value is not None and node["decimals"] is not None:
            value = half_up(value, node["decimals"])
        return value, node["missing"]

    def is_ruled(self, name: str) -> bool:
        return any(r["kind"] == "reweight" and r["target"] == name for r in self.rows["rulings"])

    def node(self, node: dict[str, Any]) -> Fraction | None:
        args: dict[str, Any] = node["args"]
        if node["operator"] == "votes":
            return self.do_votes(
                args, self.places if node["decimals"] is None else node["decimals"]
            )
        found: Fraction | None = getattr(self, "do_" + node["operator"])(args)
        return found

    def several(self, nodes: list[dict[str, Any]]) -> list[Fraction] | None:
        values = []
        for one in nodes:
            value, policy = self.child(one)
            if value is None and policy == "stop":
                return None
            if value is not None:
                values.append(value)
        return values or None

    def do_number(self, args: dict[str, Any]) -> Fraction:
        return Fraction(args["value"])

    def do_score(self, args: dict[str, Any]) -> Fraction | None:
        return self.named(args["name"])

    def do_sum(self, args: dict[str, Any]) -> Fraction | None:
        values = self.several(args["of"])
        return None if values is None else sum(values, Fraction())

    def do_mean(self, args: dict[str, Any]) -> Fraction | None:
        values = self.several(args["of"])
        return None if values is None else sum(values, Fraction()) / len(values)

    def do_product(self, args: dict[str, Any]) -> Fraction | None:
        found = [self.child(one) for one in args["of"]]
        if any(value is None and policy == "stop" for value, policy in found):
            return None
        made, some = Fraction(1), False
        for place, (value, _) in enumerate(found):
            if value is not None:
                made, some = made * value / (Fraction(args["out_of"]) if place else 1), True
        return made if some else None

    def do_highest(self, args: dict[str, Any]) -> Fraction | None:
        values = self.several(args["of"])
        return None if values is None else max(values)

    def do_lowest(self, args: dict[str, Any]) -> Fraction | None:
        values = self.several(args["of"])
        return None if values is None else min(values)

    def do_weighted(self, args: dict[str, Any]) -> Fraction | None:
        value, used, whole = Fraction(), Fraction(), Fraction()
        for part in args["parts"]:
            weight = Fraction(part["weight"])
            whole += weight
            one, policy = self.child(part["of"])
            if one is None:
                if policy == "stop":
                    return None
                continue
            value += one * weight
            used += weight
        if not used:
            return None
        return value * whole / used / Fraction(args["out_of"])

    def do_cap(self, args: dict[str, Any]) -> Fraction | None:
        value, _ = self.child(args["of"])
        return None if value is None else min(value, Fraction(args["at"]))

    def do_floor(self, args: dict[str, Any]) -> Fraction | None:
        value, _ = self.child(args["of"])
        return None if value is None else max(value, Fraction(args["at"]))

    def do_scale(self, args: dict[str, Any]) -> Fraction | None:
        value, _ = self.child(args["of"])
        if value is None:
            return None
        return value * Fraction(args["target"]) / Fraction(args["source"])

    def do_sheet(self, args: dict[str, Any]) -> Fraction | None:
        instrument = self.scheme["instruments"][args["instrument"]]
        items = {i["id"] for i in self.scheme["items"][instrument["items"]]["items"]}
        sheets: dict[str, dict[str, Fraction]] = defaultdict(dict)
        for row in self.rows["marks"]:
            if row["instrument"] == args["instrument"]:
                sheets[row["respondent"]][row["item"]] = Fraction(row["value"])
        totals = []
        for marks in sheets.values():
            if "*" in marks:
                totals.append(marks["*"])
            elif set(marks) == items:
                totals.append(sum(marks.values(), Fraction()))
            else:
                return None
        return sum(totals, Fraction()) / len(totals) if totals else None

    def do_votes(self, args: dict[str, Any], places: int) -> Fraction | None:
        """Aspects are shown with the decimals of their node."""
        options = self.scheme["instruments"][args["poll"]]["options"]
        tallies: dict[str, list[int | Fraction]] = defaultdict(lambda: [Fraction(), 0])
        for row in self.rows["votes"]:
            if row["poll"] == args["poll"] and row["aspect"] != "@":
                tallies[row["aspect"]][0] += Fraction(options[row["option"]]) * row["count"]
                tallies[row["aspect"]][1] += row["count"]
        shown = [half_up(Fraction(p) / n, places) for p, n in tallies.values() if n]
        return sum(shown, Fraction()) / len(shown) if shown else None

    def do_rating(self, args: dict[str, Any]) -> Fraction | None:
        for row in self.rows["marks"]:
            if row["instrument"] == args["form"] and row["item"] == args["score"]:
                return Fraction(row["value"])
        total, forms = Fraction(), 0
        for row in self.rows["votes"]:
            if row["poll"] == args["form"] and row["aspect"] == args["score"]:
                total += Fraction(row["option"]) * row["count"]
                forms += row["count"]
        return total / forms if forms else None

    def do_entries(self, args: dict[str, Any]) -> Fraction:
        total = Fraction()
        for row in self.rows["entries"]:
            rule = self.scheme["entries"][row["rule"]]
            if row["rule"] not in args["rules"] or row["state"] != "verified":
                continue
            each = Fraction(1)
            if isinstance(rule["points"], dict):
                each = Fraction(rule["points"][row["label"]])
            points = each * Fraction(row["quantity"])
            total += points if rule["sign"] == "+" else -points
        return total


def interpret(scheme: dict[str, Any], facts: Any, subject: str) -> dict[str, Fraction | None]:
    """Every named score of a subject."""
    rows = {
        table: [row._asdict() for row in getattr(facts, table) if row.subject == subject]
        for table in ("marks", "votes", "entries", "rulings")
    }
    reader = Interpreter(scheme, rows)
    return {name: reader.named(name) for name in scheme["scores"]}
