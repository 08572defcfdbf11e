"""Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig


class DesignerConfig(AppConfig):
    name = "kaohe.site.designer"
    label = "designer"
    verbose_name = "考核办法"
