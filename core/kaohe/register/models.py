"""Units and their tree, people, the offices they hold, accounts and roles."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models

from kaohe.register.pinyin import sort_key


class Unit(models.Model):
    """An organisation: a branch, a village, a department."""

    name = models.CharField("名称", max_length=100, unique=True)
    kind = models.CharField("类别", max_length=60, blank=True)
    """Class in the office's own words (村, 机关, 总支); a campaign maps it to the scheme's classes."""
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    order = models.PositiveIntegerField("序号", default=0)
    pinyin = models.CharField(max_length=300, blank=True, editable=False)
    members = models.PositiveIntegerField("党员数", null=True, blank=True)
    founded = models.CharField("成立时间", max_length=10, blank=True)
    """ISO date or year and month: 1998-07."""
    note = models.CharField("备注", max_length=200, blank=True)
    active = models.BooleanField("在册", default=True)

    class Meta:
        ordering = ["order", "pinyin", "id"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the sort key in step with the name."""
        self.pinyin = sort_key(self.name)[:300]
        super().save(*args, **kwargs)


class Person(models.Model):
    """Somebody who holds an office or an account.  Voters are never recorded."""

    name = models.CharField("姓名", max_length=60)
    pinyin = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        ordering = ["pinyin", "id"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the sort key in step with the name."""
        self.pinyin = sort_key(self.name)[:200]
        super().save(*args, **kwargs)


class Office(models.Model):
    """An office a person holds in a unit."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="offices")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="offices")
    title = models.CharField("职务", max_length=40)
    """书记, 组长, 组员 …"""
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "unit", "title"], name="office_once")
        ]


class Group(models.Model):
    """An assessment group (考核组): people who score a set of units."""

    name = models.CharField("组别", max_length=60, unique=True)
    order = models.PositiveIntegerField(default=0)
    units = models.ManyToManyField(Unit, related_name="groups")

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """A person in an assessment group."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, models.PROTECT, related_name="groups")
    leads = models.BooleanField("组长", default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "person"], name="group_member_once")
        ]


class Account(AbstractUser):
    """A log-in.  What it may do follows from its roles, and for respondents from its unit."""

    person = models.OneToOneField(Person, models.PROTECT, null=True, blank=True)
    must_change_password = models.BooleanField("首次登录须改密码", default=False)
    """Set with a one-time password; any new password clears it."""

    def __str__(self) -> str:
        return self.person.name if self.person else self.username

    def set_password(self, raw_password: str | None) -> None:
        """A password somebody chose is no longer the one on the printed list."""
        super().set_password(raw_password)
        self.must_change_password = False


class Role(models.Model):
    """A role an account has; respondents have it for one unit."""

    class Kind(models.TextChoices):
        ORGANISER = "organiser", "考核办"
        ASSESSOR = "assessor", "考核组"
        RESPONDENT = "respondent", "填报人"
        DECIDER = "decider", "党委"
        AUDITOR = "auditor", "监督"
        DESIGNER = "designer", "办法设计"
        TECHNICIAN = "technician", "系统管理"

    account = models.ForeignKey(Account, models.CASCADE, related_name="roles")
    kind = models.CharField(max_length=20, choices=Kind)
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True, related_name="roles")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "kind", "unit"], name="role_once"),
            # SQLite counts nulls as distinct: roles without a unit need a rule of their own.
            models.UniqueConstraint(
                fields=["account", "kind"], condition=models.Q(unit=None), name="role_once_at_large"
            ),
        ]


class RollUpload(models.Model):
    """An uploaded roll between preview and import; what was read is dropped once it is decided."""

    class State(models.TextChoices):
        PREVIEW = "preview", "待确认"
        APPLIED = "applied", "已导入"
        DISCARDED = "discarded", "已放弃"

    name = models.CharField("文件名", max_length=200)
    digest = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=20, choices=State, default=State.PREVIEW)
    cells = models.JSONField(null=True)
    """The sheets as read (`kaohe.register.importing.uploads`)."""
    answers = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)
    """What the import did: shown afterwards."""

    class Meta:
        ordering = ["-uploaded_at", "-id"]


class WorkdayYear(models.Model):
    """The holidays and swapped workdays of a year, as an office entered them."""

    year = models.PositiveSmallIntegerField("年份", primary_key=True)
    text = models.TextField("放假安排", blank=True)
    """As it was pasted or typed: shown again for editing."""
    days = models.JSONField(default=dict)
    """What was read of it: ISO day -> whether it is worked."""
    complete = models.BooleanField("已录齐", default=False)
    """Whether the days left out follow the week; otherwise the published ones stay in force."""
    changed_by = models.CharField(max_length=100, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["year"]

    def __str__(self) -> str:
        return f"{self.year} 年放假安排"
