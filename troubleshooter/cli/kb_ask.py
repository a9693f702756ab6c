"""Questions in plain lines on a terminal: an empty answer takes what stands in brackets, a wrong one is asked for again."""

from __future__ import annotations

from collections.abc import Callable

from troubleshooter.errors import UsageError


def editing() -> None:
    """Arrow keys, and Tab for the names of files, where the system has GNU readline."""
    try:
        import readline
    except ImportError:
        return
    readline.parse_and_bind("tab: complete")
    readline.set_completer_delims(" \t\n")


def asked(question: str, default: str = "", fault: Callable[[str], str] = lambda answer: "", needed: bool = True) -> str:
    """The answer. ``fault`` says what is wrong with one, empty for nothing. Raises UsageError when the input ends."""
    while True:
        try:
            answer = input(f"{question} [{default}] " if default else f"{question} ").strip() or default
        except EOFError:
            print()
            raise UsageError("the input ended before all was answered; nothing was written") from None
        if not answer and not needed:
            return ""
        wrong = fault(answer) if answer else "Something is needed here."
        if not wrong:
            return answer
        print(f"  {wrong}")


def agreed(question: str) -> bool:
    """Yes, unless the answer begins with n."""
    return not asked(f"{question} [Y/n]", needed=False).lower().startswith("n")
