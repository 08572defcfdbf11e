"""Django app of this floor."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "kaohe.register"
    label = "register"
