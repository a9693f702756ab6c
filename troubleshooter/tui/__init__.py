"""The full-screen face of the dialogue; nothing here is imported before a terminal is known to be there."""
