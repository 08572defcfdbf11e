"""A small campaign: two villages, a group of two assessors, an organiser."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kaohe.campaigns import services
from kaohe.campaigns.models import Campaign, CampaignSubject, Sheet
from kaohe.register.models import Account, Group, GroupMember, Office, Person, Role, Unit
from kaohe.scheme.reading import SchemeSource, read_source

SCHEME = Path(__file__).parent / "scheme.yaml"
ITEMS = {"duty": 20, "team": 15, "rules": 10, "works": 10, "files": 5}


def scheme_source(path: Path = SCHEME) -> SchemeSource:
    """The scheme of these tests."""
    return read_source(path.read_bytes(), name=path.name)


def make_account(username: str, name: str, *roles: str, unit: Unit | None = None) -> Account:
    """An account with a person and roles."""
    person = Person.objects.create(name=name)
    account = Account.objects.create(username=username, person=person)
    for kind in roles:
        role_unit = unit if kind == Role.Kind.RESPONDENT else None
        Role.objects.create(account=account, kind=kind, unit=role_unit)
    return account


def client_of(account: Account, **kw: Any) -> Client:
    """A browser that is logged in."""
    client = Client(**kw)
    client.force_login(account)
    return client


@dataclass
class World:
    """What the tests act on."""

    campaign: Campaign
    organiser: Account
    respondent: Account
    neighbour: Account
    assessor: Account
    colleague: Account

    @property
    def subject(self) -> CampaignSubject:
        """The first village."""
        return self.campaign.subjects.select_related("campaign__scheme").get(title="东村")

    @property
    def other_subject(self) -> CampaignSubject:
        """The second village."""
        return self.campaign.subjects.select_related("campaign__scheme").get(title="西村")

    def self_sheet(self, subject: CampaignSubject | None = None) -> Sheet:
        """A village's own sheet, freshly read."""
        return Sheet.objects.get(subject=subject or self.subject, instrument="self_sheet")

    def group_sheet(self, account: Account | None = None) -> Sheet:
        """An assessor's sheet for the first village, freshly read."""
        return Sheet.objects.get(
            subject=self.subject, instrument="group_sheet", respondent=account or self.assessor
        )

    def stage(self, key: str) -> Any:
        """A stage, freshly read."""
        return self.campaign.stages.get(key=key)

    def open_group_stage(self) -> None:
        """Let the assessors begin."""
        services.open_stage(self.stage("group_stage"), actor=self.organiser)

    def fill(self, sheet: Sheet, marks: dict[str, Any] | None = None) -> Sheet:
        """Put full marks (or those given) on a sheet."""
        wanted = {k: str(v) for k, v in (marks or ITEMS).items()}
        actor = sheet.respondent or self.respondent
        return services.save_draft(
            sheet, version=sheet.version, changes={"marks": wanted}, actor=actor
        )

    def hand_in_self(self, marks: dict[str, Any] | None = None) -> Sheet:
        """Fill in, attach the report and hand in the first village's sheet."""
        sheet = self.fill(self.self_sheet(), marks)
        if not sheet.evidence.filter(slot="report", removed_at=None).exists():
            services.add_evidence(
                sheet, file=pdf_file("自查报告.pdf"), slot="report", actor=self.respondent
            )
        return services.submit_sheet(
            sheet, version=sheet.version, key=uuid4(), actor=self.respondent
        )

    def claim(self, **kw: Any) -> Any:
        """A claim with a certificate, handed in."""
        wanted: dict[str, Any] = {
            "rule": "honour",
            "quantity": Decimal(2),
            "reason": "先进集体",
            "actor": self.respondent,
            "files": [pdf_file("证书.pdf")],
        }
        return services.claim(self.subject, **(wanted | kw))


def build_world(scheme: Path = SCHEME) -> World:
    """Make everything through the services."""
    units = [
        Unit.objects.create(name=n, kind="村", order=o) for o, n in enumerate(["东村", "西村"])
    ]
    organiser = make_account("kaoheban", "张办", Role.Kind.ORGANISER)
    respondent = make_account("dongcun", "李东", Role.Kind.RESPONDENT, unit=units[0])
    neighbour = make_account("xicun", "王西", Role.Kind.RESPONDENT, unit=units[1])
    assessor = make_account("kao1", "赵一", Role.Kind.ASSESSOR)
    colleague = make_account("kao2", "钱二", Role.Kind.ASSESSOR)
    group = Group.objects.create(name="第一组")
    group.units.set(units)
    for account in (assessor, colleague):
        GroupMember.objects.create(group=group, person=account.person)
    Office.objects.create(person=respondent.person, unit=units[0], title="书记")
    version = services.freeze_scheme(scheme_source(scheme), plugin="tests", actor=organiser)
    campaign = services.create_campaign(
        title="2025 年度考核",
        scheme=version,
        period="2025",
        subjects=[(u, "village") for u in units],
        actor=organiser,
    )
    services.open_campaign(campaign, actor=organiser)
    services.assign_from_groups(campaign, actor=organiser)
    return World(campaign, organiser, respondent, neighbour, assessor, colleague)


@pytest.fixture
def media(tmp_path: Path, settings: Any) -> Path:
    """A media folder of its own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def world(db: None, media: Path) -> World:
    """A campaign under way."""
    return build_world()


@pytest.fixture
def committed_world(transactional_db: None, media: Path) -> World:
    """The same, committed: for tests with threads."""
    return build_world()


# Files ------------------------------------------------------------------------------------------


def pdf_bytes(body: bytes = b"") -> bytes:
    """A small PDF."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]"
        b"/Count 0>>endobj\n" + body + b"\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"
    )


def png_bytes(width: int = 2, height: int = 2, *, tail: bytes = b"", text: bytes = b"") -> bytes:
    """A small PNG."""

    def chunk(name: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\xff\0\0" * 2 for _ in range(2)))
    extra = chunk(b"tEXt", b"Comment\0" + text) if text else b""
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"") + tail
    )  # fmt: skip


def jpeg_bytes(*, tail: bytes = b"", comment: bytes = b"") -> bytes:
    """The skeleton of a JPEG: enough segments to be walked."""

    def segment(marker: int, data: bytes) -> bytes:
        return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data

    frame = struct.pack(">BHHB", 8, 16, 16, 1) + b"\x01\x11\x00"
    return (
        b"\xff\xd8" + segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
        + (segment(0xFE, comment) if comment else b"")
        + segment(0xC0, frame) + segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\x34\x56"
        + b"\xff\xd9" + tail
    )  # fmt: skip


def office_bytes(
    kind: str = "docx",
    *,
    extra: dict[str, bytes] | None = None,
    types: bytes | None = None,
    change: Callable[[zipfile.ZipFile], None] | None = None,
) -> bytes:
    """A small docx or xlsx."""
    main, part = {
        "docx": ("word/document.xml", b"wordprocessingml.document"),
        "xlsx": ("xl/workbook.xml", b"spreadsheetml.sheet"),
    }[kind]
    declared = types or (
        b'<Types><Override ContentType="application/vnd.openxmlformats-officedocument.'
        + part
        + b'.main+xml"/></Types>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", declared)
        archive.writestr(main, b"<w/>")
        for name, data in (extra or {}).items():
            archive.writestr(name, data)
        if change:
            change(archive)
    return out.getvalue()


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    """A file as a browser posts it, with a client type nobody should trust."""
    return SimpleUploadedFile(name, data, content_type="text/html")


def pdf_file(name: str = "a.pdf") -> SimpleUploadedFile:
    """A harmless PDF; each call has its own content."""
    return upload(name, pdf_bytes(uuid4().hex.encode()))
