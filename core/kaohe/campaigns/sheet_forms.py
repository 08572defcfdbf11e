"""The form of a sheet: a field for each figure, chosen by its kind, and the remarks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kaohe.campaigns.blocks import Block, block_of
from kaohe.campaigns.drafts import field_name, places_of, text_at
from kaohe.campaigns.errors import Problem
from kaohe.campaigns.inputs import read_input
from kaohe.campaigns.marks import (
    LONGEST_MARK,
    LONGEST_REASON,
    Layout,
    Reading,
    deductions,
)
from kaohe.campaigns.terms import choice_terms
from kaohe.scheme.model import Item
from kaohe.scheme.rules import Input


def _with_empty(name: str, html: SafeString) -> SafeString:
    """Browsers post nothing for what is not ticked: an empty value goes first, the tick wins."""
    return format_html('<input type="hidden" name="{}" value="">{}', name, html)


class Tick(forms.CheckboxInput):
    """A checkbox that posts 1 or an empty text."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, check_test=lambda value: str(value or "") not in ("", "0"))

    def format_value(self, value: Any) -> str:
        """What a tick posts, whether it is ticked or not."""
        return "1"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        """The text as posted, right or wrong."""
        return str(data.get(name, ""))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Whether the field was on the page at all."""
        return name not in data

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The checkbox after its empty value."""
        return _with_empty(name, super().render(name, value, attrs, renderer))


class InputField(forms.CharField):
    """A figure: text as typed, read by our own reader."""

    def __init__(self, *, of: Input, layout: Layout) -> None:
        self.of, self.layout = of, layout
        super().__init__(
            label=of.title,
            required=False,
            strip=True,
            max_length=LONGEST_MARK,
            widget=_widget(of, layout),
        )

    def clean(self, value: Any) -> Any:
        """Return the text as typed; raise what is wrong with it."""
        text = super().clean(value)
        if text:
            try:
                read_input(text, of=self.of, step=self.layout.spec.step)
            except ValueError as error:
                raise forms.ValidationError(f"{error}。") from error
        return text


def _widget(of: Input, layout: Layout) -> forms.Widget:
    attrs: dict[str, Any] = {"data-input": of.id}
    if of.kind in ("once", "na"):
        return Tick(attrs)
    if of.kind == "choice":
        options = choice_terms(layout.input_items[of.id], of)
        return forms.RadioSelect(attrs, choices=[(str(n + 1), t) for n, t in enumerate(options)])
    attrs |= {"autocomplete": "off", "class": "short num"}
    if of.kind == "count":
        attrs |= {"min": "0", "max": f"{of.high:f}", "step": "1", "data-stepper": ""}
        return forms.NumberInput(attrs | {"inputmode": "numeric", "placeholder": "0"})
    # The keyboards of phones for decimals have no minus.
    attrs |= {"inputmode": "text" if of.low < 0 else "decimal", "maxlength": str(LONGEST_MARK)}
    if of.kind == "points":
        # An item without a maximum has none to show.
        has_maximum = layout.input_items[of.id].points is not None
        attrs |= {"data-max": f"{of.high:f}" if has_maximum else "", "data-item": of.id}
    return forms.TextInput(attrs)


class StepForm(forms.Form):
    """One page of a sheet: figures and a remark per item.  Blank is allowed until hand-in."""

    def __init__(self, *args: Any, items: tuple[Item, ...], layout: Layout, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.items, self.layout = items, layout
        deducts = layout.spec.reason == "deduction"
        free = "自评说明" if layout.spec.by == "subject" else "说明"
        for item in items:
            for one in layout.inputs[item.id]:
                self.fields[field_name("marks", one.id)] = InputField(of=one, layout=layout)
            measured = item.rule is not None
            label = "备注" if deducts and measured else "扣分理由" if deducts else free
            self.fields[field_name("reasons", item.id)] = _remark(label, item.id, 2)
            if deducts:
                for key in deductions(item):
                    self.fields[field_name("reasons", key)] = _remark("扣分理由", key, 1)

    def blocks(self, reading: Reading, problems: tuple[Problem, ...] | None = None) -> list[Block]:
        """The items as the page shows them.

        Args:
            problems: what to show beside the fields; None: what the form itself found wrong.
        """
        if problems is None:
            wrong = {
                (place, key): self.errors[name][0]
                for item in self.items
                for place, key in places_of(self.layout, item)
                if (name := field_name(place, key)) in self.errors
            }
        else:
            wrong = {(p.field, p.input): f"{p.what}。" for p in problems}
        sections = [i.section for i in self.layout.items]
        out = []
        for item in self.items:
            at = self.layout.items.index(item)
            out.append(
                block_of(
                    item,
                    {
                        (place, key): self[name]
                        for place, key in places_of(self.layout, item)
                        if (name := field_name(place, key)) in self.fields
                    },
                    reading,
                    wrong,
                    opens=bool(item.section)
                    and (item is self.items[0] or sections[at - 1] != item.section),
                    closes=bool(item.section)
                    and (at + 1 == len(sections) or sections[at + 1] != item.section),
                )
            )
        return out


def _remark(label: str, key: str, rows: int) -> forms.CharField:
    attrs = {"rows": rows, "maxlength": str(LONGEST_REASON), "data-item": key}
    return forms.CharField(
        label=label, required=False, max_length=LONGEST_REASON, widget=forms.Textarea(attrs)
    )


def initial_of(layout: Layout, data: Mapping[str, Any]) -> dict[str, str]:
    """What a draft holds, by field name."""
    out = {}
    for key in layout.input_items:
        out[field_name("marks", key)] = text_at(layout, data, "marks", key)
    for key in layout.reason_ids:
        out[field_name("reasons", key)] = text_at(layout, data, "reasons", key)
    return out
