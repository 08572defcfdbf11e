"""Files people hand in at the demo: the smallest PDF there is."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile


def certificate(text: str, *, name: str) -> SimpleUploadedFile:
    """An upload of one empty page that carries a title."""
    return SimpleUploadedFile(name, _pdf(text))


def _pdf(text: str) -> bytes:
    """The smallest PDF there is: one empty page that carries a title."""
    title = text.encode("utf-16-be").hex().upper()
    parts = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        f"<</Title<FEFF{title}>>>",
    )
    out, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += f"{number} 0 obj{part}endobj\n"
    start = len(out)
    out += f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n"
    out += "".join(f"{p:010d} 00000 n \n" for p in places)
    out += f"trailer<</Size {len(parts) + 1}/Root 1 0 R/Info 4 0 R>>\nstartxref\n{start}\n%%EOF\n"
    return out.encode("ascii")
