"""What keeps keys quick beside long work: no search for garbage among what stays, and other threads that give way often."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

GIVE_WAY = 0.0005
"""Seconds after which a thread that works lets the one that draws have its turn."""
NEVER = 1 << 30


def hold_still() -> None:
    """While the program loads all stays: nothing is looked through for garbage."""
    gc.disable()


def settle() -> None:
    """What is loaded by now is never looked through again, and only young objects are: the whole takes a fifth of a second."""
    gc.freeze()
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, NEVER)
    gc.enable()


@contextmanager
def giving_way() -> Iterator[None]:
    """For long work in a worker thread."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(min(GIVE_WAY, before))
    try:
        yield
    finally:
        sys.setswitchinterval(before)
