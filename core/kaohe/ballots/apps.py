"""Django app of this floor."""

from django.apps import AppConfig


class BallotsConfig(AppConfig):
    name = "kaohe.ballots"
    label = "ballots"
    verbose_name = "测评"

    def ready(self) -> None:
        """Register the checks, and keep ballots out of the SQL log."""
        from kaohe.ballots import checks, logs

        del checks
        logs.install()
