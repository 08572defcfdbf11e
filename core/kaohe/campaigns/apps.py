"""Django app of this floor."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "kaohe.campaigns"
    label = "campaigns"
