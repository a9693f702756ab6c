"""The few errors that a caller of the library meets; each says what, where, and what to do."""

from __future__ import annotations


class TroubleshooterError(Exception):
    """Base of all errors that are the input's fault: the command line prints it and ends with status 2."""


class InputError(TroubleshooterError):
    """A log or file that cannot be read: missing, unreadable, empty, binary or endless."""


class UsageError(TroubleshooterError):
    """Options that make no sense."""
