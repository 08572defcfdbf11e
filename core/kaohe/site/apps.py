"""Django app of this floor."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "kaohe.site"
    label = "site"
