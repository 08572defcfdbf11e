from django.db import migrations

from kaohe.audit.triggers import backwards, forwards


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
