"""The two codes of a slip: 128 random bits in the QR code, 50 to type; only keyed hashes stay."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.views.decorators.debug import sensitive_variables

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U."""
QR_BITS, TYPED_BITS = 128, 50
QR_LENGTH, TYPED_LENGTH = 26, 10
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SKIP = frozenset(" \t\r\n-_‐‑‒–—―−·.．。、,，\u3000\u200b\u200c\u200d\ufeff")


@dataclass(frozen=True, slots=True)
class NewCode:
    """A slip's codes in clear.  Exists in memory for one response only."""

    qr: str
    typed: str

    @property
    def typed_grouped(self) -> str:
        """The typed code as printed, in groups of 3-4-3 as telephone numbers are read aloud."""
        return f"{self.typed[:3]}-{self.typed[3:7]}-{self.typed[7:]}"


@dataclass(frozen=True, slots=True)
class HashedCode:
    """A code somebody presented, as its keyed hash."""

    form: Literal["qr", "typed"]
    hash: str
    prefix: str
    """First two characters of a typed code (10 of its 50 bits), to count failures by."""

    @property
    def column(self) -> str:
        """The column of `Code` it is looked up in."""
        return "qr_hash" if self.form == "qr" else "typed_hash"


def _draw(bits: int, length: int) -> str:
    number = secrets.randbits(bits)
    return "".join(ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(length)))


def new_code() -> NewCode:
    """Draw a slip's two codes from the system's generator."""
    return NewCode(qr=_draw(QR_BITS, QR_LENGTH), typed=_draw(TYPED_BITS, TYPED_LENGTH))


@sensitive_variables()
def normal_code(text: str) -> str:
    """Return what was meant: full-width, lower case, spaces, dashes, O for 0 and I or L for 1."""
    # A whole address may have been pasted or typed by a wedge scanner: the code follows the "#".
    text = unicodedata.normalize("NFKC", text[:300]).rpartition("#")[2]
    return "".join(c for c in text if c not in _SKIP).upper().translate(_READ_AS)


@sensitive_variables()
def keyed(purpose: str, *parts: str) -> str:
    """HMAC-SHA256 under the pepper, which is kept outside the database and its backups."""
    message = "\0".join(("kaohe.ballots.v1", purpose, *parts)).encode()
    return hmac.new(settings.BALLOT_PEPPER.encode(), message, hashlib.sha256).hexdigest()


@sensitive_variables()
def hash_code(text: str) -> HashedCode | None:
    """Hash what a voter presented; None if it cannot be a code at all."""
    code = normal_code(text)
    if any(c not in ALPHABET for c in code):
        return None
    if len(code) == QR_LENGTH:
        return HashedCode("qr", keyed("qr", code), "")
    if len(code) == TYPED_LENGTH:
        return HashedCode("typed", keyed("typed", code), code[:2])
    return None


@sensitive_variables()
def retry_tag(code: HashedCode, nonce: str) -> str:
    """Tag by which a repeated post is recognised; empty without a nonce."""
    return keyed("retry", code.hash, nonce) if nonce else ""


@sensitive_variables()
def entry_pass(code: HashedCode) -> str:
    """Proof that this code was found before, so that slowing down guesses spares its holder."""
    return keyed("pass", code.hash)


@sensitive_variables()
def is_entry_pass(code: HashedCode, value: str) -> bool:
    """Tell whether `value` is the pass of this code."""
    return hmac.compare_digest(entry_pass(code).encode(), value.encode("utf-8", "replace"))
