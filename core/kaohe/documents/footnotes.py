"""Notes of a sheet: gaps of the regulation and parameters, each numbered once."""

from __future__ import annotations

from dataclasses import dataclass, field

from kaohe.documents.paragraphs import Piece
from kaohe.results.explanation.steps import GapNote

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


@dataclass(slots=True)
class Footnotes:
    """Gives marks in the order of their first use."""

    notes: list[GapNote | tuple[str, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.notes)

    def mark(self, note: GapNote | None) -> Piece:
        """Return the mark of a gap; an empty piece without one."""
        return Piece("") if note is None else self._mark(note)

    def parameter(self, title: str, value: str) -> Piece:
        """Return the mark of a parameter."""
        return self._mark((title, value))

    def _mark(self, note: GapNote | tuple[str, str]) -> Piece:
        if note not in self.notes:
            self.notes.append(note)
        return Piece(_sign(self.notes.index(note)), "hei", 8.5)

    def lines(self) -> list[tuple[str, list[str | Piece]]]:
        """Return mark and text of every note."""
        out: list[tuple[str, list[str | Piece]]] = []
        for number, note in enumerate(self.notes):
            words: list[str | Piece]
            if isinstance(note, GapNote):
                words = [f"原文：{note.about}。", Piece("处理：", "hei"), f"{note.resolution}。"]
                if note.cites:
                    words.append(f"［{'；'.join(note.cites)}］")
                if note.ours:
                    words.append(Piece("（原文没有依据，为本方案的规定）", "hei"))
            else:
                words = [Piece("参数：", "hei"), f"{note[0]} = {note[1]}。"]
            out.append((_sign(number), words))
        return out


def _sign(number: int) -> str:
    return CIRCLED[number] if number < len(CIRCLED) else f"〔{number + 1}〕"
