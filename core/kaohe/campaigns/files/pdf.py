"""Looking into a PDF for what acts by itself, also where it is packed or spelt in hexadecimal."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|RichMedia)\b")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_PACKED = re.compile(rb"/ObjStm\b")
_STREAM = re.compile(rb"stream\r?\n")
_LONGEST_HEADER = 4096
_MOST_UNPACKED = 64 * 1024 * 1024
"""Of all object streams together: they hold dictionaries, not pictures."""


def is_active(data: bytes) -> bool:
    """Whether a PDF runs scripts or starts programs.

    Object streams are unpacked, because that is where writers put the dictionaries since PDF 1.5.
    Encrypted ones cannot be; files with an owner's password are too common to refuse, and what is
    downloaded opens outside of our pages.
    """
    return any(_ACTIVE.search(_spelt_out(part)) for part in (data, *_object_streams(data)))


def _spelt_out(data: bytes) -> bytes:
    if b"#" not in data:
        return data
    return _ESCAPE.sub(lambda m: bytes([int(m[1], 16)]), data)


def _object_streams(data: bytes) -> Iterator[bytes]:
    left = _MOST_UNPACKED
    for mark in _PACKED.finditer(data):
        start = _STREAM.search(data, mark.end(), mark.end() + _LONGEST_HEADER)
        if start is None or left <= 0:
            continue
        try:
            found = zlib.decompressobj().decompress(data[start.end() :], left)
        except zlib.error:
            continue
        left -= len(found)
        yield found
