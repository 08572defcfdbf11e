"""Without the plugin these tests are not collected: the core's stay green."""

from __future__ import annotations

try:
    import kaohe_ideology
except ImportError:
    collect_ignore_glob = ["test_*.py"]
else:
    del kaohe_ideology
