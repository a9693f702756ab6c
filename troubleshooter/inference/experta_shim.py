"""The one door to experta.

experta 1.9.4 pins frozendict 1.2, which looks for ``collections.Mapping``; Python 3.10 took that name away. It is lent
for the time of the import and taken back. experta also calls ``logging.basicConfig()``, whose handler would write
over the terminal interface: what it added is removed again.
"""

from __future__ import annotations

import collections
import collections.abc
import logging
from typing import Any


def _import() -> Any:
    lent = not hasattr(collections, "Mapping")
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    if lent:
        collections.Mapping = collections.abc.Mapping  # type: ignore[attr-defined]
    try:
        import experta
    except Exception as fault:
        raise ImportError(f"experta 1.9.4 cannot be imported ({fault}); install it again: pip install --force-reinstall "
                          "experta==1.9.4") from fault  # fmt: skip
    finally:
        if lent:
            del collections.Mapping  # type: ignore[attr-defined]
        for handler in [h for h in root.handlers if h not in handlers]:
            root.removeHandler(handler)
        root.setLevel(level)
    return experta


experta: Any = _import()
