"""Tells why a Go program does not build or start in its container, and what to change."""

__version__ = "0.1.0"
