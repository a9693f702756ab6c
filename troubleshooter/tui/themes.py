"""The two colour schemes of the app, and the one that leaves colours to the terminal."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    "troubleshooter-dark", primary="#4fb3bf", secondary="#7aa2f7", accent="#e5a84b", foreground="#d7dde4", background="#11161c",
    surface="#161d25", panel="#1f2933", success="#7fbf6a", warning="#e5c07b", error="#e06c75", dark=True,
    variables={"border": "#4fb3bf", "border-blurred": "#44525f"},
)  # fmt: skip
LIGHT = Theme(
    "troubleshooter-light", primary="#00697a", secondary="#3455a4", accent="#a35a00", foreground="#1d2328", background="#fbfaf7",
    surface="#f3f1ec", panel="#e6e2d9", success="#2c6e2f", warning="#7a5200", error="#b3261e", dark=False,
    variables={"border": "#00697a", "border-blurred": "#a8a294"},
)  # fmt: skip
THEMES = (DARK.name, LIGHT.name, "ansi-dark")
