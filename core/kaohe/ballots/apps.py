"""Django app of this floor."""

from django.apps import AppConfig


class BallotsConfig(AppConfig):
    name = "kaohe.ballots"
    label = "ballots"
