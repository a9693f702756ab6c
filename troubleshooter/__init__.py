"""Tells why a Go program does not build or start in its container, and what to change.

>>> from troubleshooter import diagnose
>>> diagnosis = diagnose("exec /app: no such file or directory", facts={"final.image": "scratch", "link": "dynamic"})
>>> diagnosis.outcome, diagnosis.causes[0].id
('diagnosed', 'exec-loader-missing-scratch')

Everything else is imported when it is first used, so that ``import troubleshooter`` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from troubleshooter.api import ask, check, diagnose
    from troubleshooter.dialogue.session import Session
    from troubleshooter.errors import InputError, TroubleshooterError, UsageError
    from troubleshooter.kb.knowledge import Knowledge
    from troubleshooter.kb.layers import KnowledgeError
    from troubleshooter.kb.load import load_knowledge
    from troubleshooter.model import Diagnosis, Fact, Hypothesis, Question

__version__ = "0.1.0"

_PLACES = {
    "troubleshooter.api": ("ask", "check", "diagnose"),
    "troubleshooter.dialogue.session": ("Session",),
    "troubleshooter.errors": ("InputError", "TroubleshooterError", "UsageError"),
    "troubleshooter.kb.knowledge": ("Knowledge",),
    "troubleshooter.kb.layers": ("KnowledgeError",),
    "troubleshooter.kb.load": ("load_knowledge",),
    "troubleshooter.model": ("Diagnosis", "Fact", "Hypothesis", "Question"),
}

__all__ = [
    "Diagnosis", "Fact", "Hypothesis", "InputError", "Knowledge", "KnowledgeError", "Question", "Session", "TroubleshooterError",
    "UsageError", "ask", "check", "diagnose", "load_knowledge",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    for module, names in _PLACES.items():
        if name in names:
            from importlib import import_module

            return getattr(import_module(module), name)
    raise AttributeError(f"module 'troubleshooter' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), *__all__]
