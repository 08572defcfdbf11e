"""Django app of this floor."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "kaohe.documents"
    label = "documents"
    verbose_name = "文件"

    def ready(self) -> None:
        """Register the checks."""
        from kaohe.documents import checks

        del checks
