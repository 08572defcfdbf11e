"""``python -m kaohe.cli``."""

from __future__ import annotations

import sys

from kaohe.cli import main

sys.exit(main())
