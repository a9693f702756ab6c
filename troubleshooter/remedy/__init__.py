"""Remedies: which one fits, its steps with the user's own names, and the change as a diff."""
