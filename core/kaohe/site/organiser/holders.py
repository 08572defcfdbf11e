"""Step 2 for schemes that assess office holders: who of them takes part, under which class."""

from __future__ import annotations

from typing import Any

from django import forms

from kaohe.campaigns.kinds import assessed_kinds
from kaohe.campaigns.services import HolderLine, SubjectChoice
from kaohe.scheme.model import Scheme

TAKES_PART = "all"


class HoldersForm(forms.Form):
    """Office holders of the register, each with a class or none."""

    def __init__(
        self,
        *args: Any,
        scheme: Scheme,
        holders: list[HolderLine],
        chosen: dict[tuple[int, int], str] | None,
        **kw: Any,
    ) -> None:
        """`chosen`: (person, unit) -> class, if the step was saved before."""
        super().__init__(*args, **kw)
        self.holders = holders
        kinds = assessed_kinds(scheme)
        for line in holders:
            classes = kinds[line.kind].classes
            offered = list(classes.items()) if classes else [(TAKES_PART, "参加")]
            suggested = line.group if classes else TAKES_PART
            if chosen is not None:
                saved = chosen.get((line.person.pk, line.unit.pk))
                suggested = "" if saved is None else saved or TAKES_PART
            self.fields[self._name(line)] = forms.ChoiceField(
                label=f"{line.person}（{line.unit} {line.office}）",
                choices=[("", "不参加"), *offered],
                required=False,
                initial=suggested,
            )

    @staticmethod
    def _name(line: HolderLine) -> str:
        return f"holder_{line.kind}_{line.person.pk}_{line.unit.pk}"

    def rows(self) -> list[tuple[HolderLine, forms.BoundField]]:
        """Office holders with their fields, for the table."""
        return [(line, self[self._name(line)]) for line in self.holders]

    def chosen(self) -> list[SubjectChoice]:
        """Those who take part."""
        out = []
        for line in self.holders:
            group = self.cleaned_data.get(self._name(line), "")
            if group:
                group = "" if group == TAKES_PART else group
                out.append(line._replace(group=group).choice())
        return out
