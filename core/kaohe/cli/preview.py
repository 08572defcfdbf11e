"""``kaohe preview``."""

from __future__ import annotations

import os
import tempfile
from argparse import Namespace
from pathlib import Path

from kaohe.cli.output import refuse


def preview(args: Namespace) -> int:
    """Serve the forms of a scheme file from a database that is thrown away."""
    path = Path(args.file).resolve()
    if not path.is_file():
        return refuse([f"{args.file}：没有这个文件。核对文件名。"])
    with tempfile.TemporaryDirectory(prefix="kaohe-preview-") as folder:
        (Path(folder) / "static").mkdir()  # whitenoise wants it, empty or not
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "kaohe.site.preview.settings",
            "KAOHE_DATA": folder,
            "KAOHE_DATABASE_URL": f"sqlite:///{Path(folder) / 'preview.sqlite3'}",
            "KAOHE_PREVIEW_FILE": str(path),
            "KAOHE_TLS": "false",
        }
        os.environ.pop("KAOHE_SECRETS", None)
        from kaohe.cli.manage import setup

        setup()
        print("… 建立临时数据库", flush=True)
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
        return _serve(args.host, args.port, str(args.file))


def _serve(host: str, port: int, name: str) -> int:
    from django.core.servers.basehttp import run
    from django.core.wsgi import get_wsgi_application

    from kaohe.site.preview.workshop import workshop

    workshop().refresh()
    for error in workshop().errors:
        print(error)
    print(f"预览 {name}：http://{host}:{port}/　（按 Ctrl+C 停止）", flush=True)
    try:
        run(host, port, get_wsgi_application(), threading=True)
    except OSError as error:
        return refuse([f"端口 {port} 用不了（{error.strerror or error}）。用 --port 换一个。"])
    except KeyboardInterrupt:
        print()
    return 0
