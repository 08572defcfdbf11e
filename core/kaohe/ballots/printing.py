"""Slips on paper: kept in memory for one response, drawn by a printer the site names."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import segno
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString, mark_safe

from kaohe.ballots.models import Poll
from kaohe.ballots.queries import definition_of
from kaohe.ballots.services import Slip

PRINTER = "kaohe.documents.slips.slips_pdf"
"""Default of the setting `KAOHE_SLIP_PRINTER`: a path, since documents are a floor above."""


@dataclass(frozen=True, slots=True)
class PrintedSlip:
    """What is printed on one slip.  It carries no number and no order."""

    title: str
    unit: str
    stratum: str
    """Class of voters, or empty."""
    url: str
    """What the QR code says; the code stands in the fragment, which no server ever sees."""
    address: str
    """What somebody types who cannot scan."""
    typed: str
    """The typed code in groups."""

    @property
    def qr_svg(self) -> SafeString:
        """The QR code as inline SVG, without styles (the content policy forbids them)."""
        out = io.BytesIO()
        segno.make(self.url, error="m", micro=False).save(
            out, kind="svg", xmldecl=False, svgns=True, border=2, omitsize=True, svgclass="qr",
            lineclass=None,
        )  # fmt: skip
        return mark_safe(out.getvalue().decode())


@dataclass(frozen=True, slots=True)
class SlipBatch:
    """One print run."""

    title: str
    slips: tuple[PrintedSlip, ...]

    @property
    def by_poll(self) -> list[tuple[str, list[PrintedSlip]]]:
        """Slips by what they are for, so that stacks can be cut and laid out by meeting."""
        stacks: dict[str, list[PrintedSlip]] = {}
        for slip in self.slips:
            stacks.setdefault(f"{slip.unit} {slip.title}", []).append(slip)
        return list(stacks.items())


def slip_batch(slips: Iterable[Slip], polls: Iterable[Poll], *, address: str) -> SlipBatch:
    """Turn issued slips into what is printed.

    Args:
        address: the voter's page (``https://example.org/v``).
    """
    definitions = {poll.pk: definition_of(poll) for poll in polls}
    printed = []
    for slip in slips:
        definition = definitions[slip.poll]
        printed.append(
            PrintedSlip(
                title=definition.title,
                unit=definition.unit,
                stratum=dict(definition.strata)[slip.stratum] if slip.stratum else "",
                url=f"{address}#{slip.code.qr}",
                address=address.partition("://")[2],
                typed=slip.code.typed_grouped,
            )
        )
    units = {definition.unit for definition in definitions.values()}
    title = next(iter(units)) if len(units) == 1 else f"{len(units)} 个单位"
    return SlipBatch(f"{title} 测评票 {len(printed)} 张", tuple(printed))


def printer() -> Callable[[SlipBatch], bytes] | None:
    """The function that makes a PDF of a batch; None if the site has none or lacks fonts."""
    try:
        found: Callable[[SlipBatch], bytes] = import_string(
            getattr(settings, "KAOHE_SLIP_PRINTER", PRINTER)
        )
    except ImportError:
        return None
    # Asked before codes are drawn: slips that fail to print afterwards would be lost.
    is_ready: Callable[[], bool] = getattr(found, "is_ready", lambda: True)
    return found if is_ready() else None
