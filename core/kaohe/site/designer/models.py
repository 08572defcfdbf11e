"""Uploaded schemes."""

from __future__ import annotations

from django.db import models

from kaohe.campaigns.fields import OrderedJSONField


class SchemeDraft(models.Model):
    """A version of a scheme somebody uploaded."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        OFFERED = "offered", "可选用"
        WITHDRAWN = "withdrawn", "已收回"

    scheme_id = models.CharField("编号", max_length=80)
    version = models.CharField("版本", max_length=20)
    title = models.CharField("名称", max_length=200)
    fingerprint = models.CharField(max_length=64)
    data = OrderedJSONField()
    """The unbound tree, order of keys kept: PostgreSQL sorts those of its own JSON type."""
    file_name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    uploaded_by = models.CharField(max_length=150)
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ["scheme_id", "-uploaded_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["scheme_id", "version"], name="scheme_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.version}）"
