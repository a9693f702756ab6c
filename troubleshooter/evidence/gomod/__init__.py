"""go.mod and go.work: text in, directives with their lines out.

The grammar is that of golang.org/x/mod/modfile: one directive a line, or a block in parentheses; ``//`` comments;
``"…"`` strings (the go command refuses backquoted ones). :func:`parse` and :func:`parse_work` are as strict as the go
command and raise :class:`GoModError` at the first mistake; :func:`parse_lenient` and :func:`parse_work_lenient` never
raise, skip what is wrong and return the errors. :func:`facts` and :func:`work_facts` tell what a diagnosis needs to know.
"""

from troubleshooter.evidence.gomod.facts import FACTS, MANY, directive_format, facts, work_facts
from troubleshooter.evidence.gomod.file import (
    GoMod,
    GoModError,
    GoWork,
    Replacement,
    Requirement,
    Retraction,
    Value,
    is_directory,
    replacement_of,
    requirements,
)
from troubleshooter.evidence.gomod.lexing import quoted
from troubleshooter.evidence.gomod.parsing import parse, parse_lenient, parse_work, parse_work_lenient

__all__ = [
    "FACTS", "MANY", "GoMod", "GoModError", "GoWork", "Replacement", "Requirement", "Retraction", "Value", "directive_format",
    "facts", "is_directory", "parse", "parse_lenient", "parse_work", "parse_work_lenient", "quoted", "replacement_of",
    "requirements", "work_facts",
]  # fmt: skip
