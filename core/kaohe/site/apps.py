"""Django app of this floor."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "kaohe.site"
    label = "site"

    def ready(self) -> None:
        """Register the checks."""
        from kaohe.site import checks, deploy_checks

        del checks, deploy_checks
