"""A go.mod or go.work from its lines: which directives there are, in lines and blocks, strict or lenient."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from troubleshooter.evidence.gomod.directives import (
    Directive,
    go_version,
    godebug,
    module,
    path_of,
    replacement,
    requirement,
    retraction,
    toolchain,
)
from troubleshooter.evidence.gomod.file import GoMod, GoModError, GoWork
from troubleshooter.evidence.gomod.lexing import Line, Token, lines


def parse(text: str) -> GoMod:
    """The directives of a go.mod; raises GoModError at the first mistake that the go command would report."""
    fields, errors = _directives(text, _MOD_VERBS, _MOD_BLOCKS)
    if errors:
        raise errors[0]
    return GoMod(**fields)


def parse_lenient(text: str) -> tuple[GoMod, tuple[GoModError, ...]]:
    """The directives of a go.mod as far as they can be read, and all mistakes. Never raises."""
    fields, errors = _directives(text, _MOD_VERBS, _MOD_BLOCKS)
    return GoMod(**fields), tuple(errors)


def parse_work(text: str) -> GoWork:
    """The directives of a go.work; raises GoModError at the first mistake."""
    fields, errors = _directives(text, _WORK_VERBS, _WORK_BLOCKS)
    if errors:
        raise errors[0]
    return GoWork(**fields)


def parse_work_lenient(text: str) -> tuple[GoWork, tuple[GoModError, ...]]:
    """The directives of a go.work as far as they can be read, and all mistakes. Never raises."""
    fields, errors = _directives(text, _WORK_VERBS, _WORK_BLOCKS)
    return GoWork(**fields), tuple(errors)


_Verb = Callable[[Directive], object]


def _directives(text: str, verbs: Mapping[str, _Verb], blocks: frozenset[str]) -> tuple[dict[str, Any], list[GoModError]]:
    """The fields of a GoMod or GoWork from every readable directive, and the mistakes in the order of their lines."""
    fields: dict[str, Any] = {}
    errors: list[GoModError] = []
    for item in _statements(text, frozenset(verbs), blocks):
        if isinstance(item, GoModError):
            errors.append(item)
            continue
        verb = item.verb.text
        try:
            made = verbs[verb](item)
            if verb not in _SINGLE:
                fields.setdefault(verb, []).append(made)
            elif verb in fields:
                raise item.wrong(f"second {verb} line", "keep one of them")
            else:
                fields[verb] = made
        except GoModError as error:
            errors.append(error)
    return {verb: tuple(made) if isinstance(made, list) else made for verb, made in fields.items()}, errors


def _statements(text: str, verbs: frozenset[str], blocks: frozenset[str]) -> Iterator[Directive | GoModError]:
    block: Line | None = None
    for line in lines(text):
        if line.error:
            yield line.error
        elif not line.tokens:
            continue
        elif block is None:
            first = line.tokens[0]
            if (opening := _opening(line.tokens)) is None:
                known = first.text in verbs
                yield (_directive(line, first, line.tokens[1:]) if known else _unknown(first, line.number, "directive", verbs))
                continue
            if len(opening) > 1 or first.text not in blocks:
                yield _unknown(first, line.number, "block", blocks)
            block = line if line.tokens[-1].text == "(" else None
        elif line.tokens[0].text != ")":
            if block.tokens[0].text in blocks:
                yield _directive(line, block.tokens[0], line.tokens)
        else:
            block = None
            if len(line.tokens) > 1:
                at = line.tokens[1].column
                yield GoModError(line.number, at, "text after a closing parenthesis", "begin a new line")
    if block is not None:
        at = block.tokens[-1].column
        yield GoModError(block.number, at, "block without end", "close it with a line that holds only )")


def _opening(tokens: tuple[Token, ...]) -> tuple[Token, ...] | None:
    """The tokens before ``(`` or ``()`` of a line that opens a block, else None."""
    texts = [token.text for token in tokens]
    size = 2 if texts[-2:] == ["(", ")"] else 1
    return tokens[:-size] if len(texts) > size and texts[-size] == "(" else None


def _directive(line: Line, verb: Token, args: tuple[Token, ...]) -> Directive:
    return Directive(verb, args, line.number, line.comment)


def _unknown(token: Token, line: int, kind: str, known: frozenset[str]) -> GoModError:
    cure = f"known here: {', '.join(sorted(known))}"
    return GoModError(line, token.column, f"unknown {kind}: {token.text[:80]!a}", cure)


_SINGLE = frozenset({"module", "go", "toolchain"})
_MOD_VERBS: Mapping[str, _Verb] = {
    "module": module,
    "go": go_version,
    "toolchain": toolchain,
    "require": requirement,
    "exclude": requirement,
    "replace": replacement,
    "retract": retraction,
    "tool": path_of,
    "ignore": path_of,
    "godebug": godebug,
}
_MOD_BLOCKS = frozenset(_MOD_VERBS) - {"go", "toolchain"}
_WORK_VERBS: Mapping[str, _Verb] = {
    "go": go_version,
    "toolchain": toolchain,
    "use": path_of,
    "replace": replacement,
    "godebug": godebug,
}
_WORK_BLOCKS = frozenset({"use", "replace", "godebug"})
