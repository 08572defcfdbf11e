"""Breaking Chinese text into lines: which characters may start or end one, and what hangs.

Pure: characters and widths in, ranges out.  reportlab's own rules are tuned for Japanese and put
，；： at the start of lines and （《 at the end.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

NO_START = frozenset("！），．：；？］｝、。〉》」』】〕〗〙〞’”…—～·％‰℃℉°′″!%),.:;?]}¢")
NO_END = frozenset("（［｛〈《「『【〔〖〘〝‘“＄￥￡([{$#")
HANGING = frozenset("，。、；：")
"""May stand in the margin, one at most, if the next character may start a line."""
NEWLINE = "\n"
TOLERANCE = 0.01


class Line(NamedTuple):
    """The characters `start` to `end`, and how the line ended."""

    start: int
    end: int
    width: float
    hangs: bool
    """Whether the last character stands in the margin (and is not in `width`)."""
    closes: bool
    """Whether the paragraph or a forced line ends here: never stretched."""


def _is_word(char: str) -> bool:
    """Latin letters, digits and their marks: kept together with their neighbours."""
    return char < "\u2000" and char not in " \n"


def may_break(chars: Sequence[str], at: int) -> bool:
    """Return whether a line may end between the characters `at - 1` and `at`."""
    before, after = chars[at - 1], chars[at]
    if after == " " or after in NO_START or before in NO_END or unicodedata.combining(after):
        return False
    return before == " " or not (_is_word(before) and _is_word(after))


def break_lines(
    chars: Sequence[str],
    widths: Sequence[float],
    *,
    first: float,
    rest: float,
    hang: bool = True,
) -> list[Line]:
    """Break text into lines.

    Args:
        chars: the characters; a newline forces a break.
        widths: their widths.
        first: the width of the first line.
        rest: the width of the others.
        hang: whether a comma or full stop may stand in the margin.
    """
    lines: list[Line] = []
    total, start = len(chars), 0
    while start < total:
        room = rest if lines else first
        line = _take(chars, widths, start, room + TOLERANCE, hang)
        lines.append(line)
        start = line.end + 1 if line.end < total and chars[line.end] == NEWLINE else line.end
        while not line.closes and start < total and chars[start] == " ":
            start += 1
    if not chars or chars[-1] == NEWLINE:
        lines.append(Line(total, total, 0.0, False, True))
    return lines


def _take(
    chars: Sequence[str], widths: Sequence[float], start: int, room: float, hang: bool
) -> Line:
    used, last, at = 0.0, start, start
    used_to_last = 0.0
    while at < len(chars) and chars[at] != NEWLINE:
        if at > start and may_break(chars, at):
            last, used_to_last = at, used
        if used + widths[at] > room and at > start and chars[at] != " ":
            follows = at + 1
            open_after = follows >= len(chars) or may_break(chars, follows)
            if hang and chars[at] in HANGING and open_after and used <= room:
                closes = follows >= len(chars) or chars[follows] == NEWLINE
                return Line(start, follows, used, True, closes)
            if last > start:
                return _trim(chars, widths, Line(start, last, used_to_last, False, False))
            return _trim(chars, widths, Line(start, at, used, False, False))
        used += widths[at]
        at += 1
    return _trim(chars, widths, Line(start, at, used, False, True))


def _trim(chars: Sequence[str], widths: Sequence[float], line: Line) -> Line:
    """Leave trailing spaces out of the width, so that right and justified lines sit flush."""
    width, end = line.width, line.end
    while end > line.start and chars[end - 1] == " ":
        end -= 1
        width -= widths[end]
    return line._replace(width=width)
