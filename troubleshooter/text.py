"""One normal form of text, so that a signal written once matches however a log quotes, escapes or spaces it."""

from __future__ import annotations

import re
import unicodedata

_QUOTES = {ord(c): "'" for c in "\"`´‘’‚‛“”„‟«»‹›「」『』"}
_ESCAPED_QUOTE = re.compile(r"\\+(?=[\"'])")
_ESCAPED_BREAK = re.compile(r"\\+[nr](?![a-z]{3,}[\\/])")
_ESCAPED_TAB = re.compile(r"\\+t(?=\s|\w+\.go)")
_UNICODE_ESCAPE = re.compile(r"\\+u00(3c|3e|26)", re.IGNORECASE)
_UNICODE_ESCAPES = {"3c": "<", "3e": ">", "26": "&"}


def normal(text: str) -> str:
    """``text`` with every kind of quote as ``'``, full-width forms made narrow and escaped quotes and breaks undone.

    A log writes ``\\"`` where JSON wraps a message, and ``‘x’`` where gcc speaks UTF-8; signals are compared in this
    form only. Escaped line breaks become real ones, so the result may span several lines.
    """
    if "\\" in text:
        escaped = '\\"' in text or text.lstrip().startswith("{")
        text = _ESCAPED_QUOTE.sub("", text)
        text = _UNICODE_ESCAPE.sub(lambda m: _UNICODE_ESCAPES[m[1].lower()], text)
        if escaped:
            text = _ESCAPED_TAB.sub(" ", _ESCAPED_BREAK.sub("\n", text))
    text = text.translate(_QUOTES)
    return text if text.isascii() else unicodedata.normalize("NFKC", text)
