"""Changes to files other than the Dockerfile: go.mod, .dockerignore, scripts. What is not touched keeps its bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from troubleshooter.evidence import dockerignore
from troubleshooter.remedy.place import EditRefused

if TYPE_CHECKING:
    from troubleshooter.evidence.compose import Service

_Operation = Callable[..., str]


def edit_go_mod(text: str, operations: Sequence[Mapping[str, Any]]) -> str:
    """Apply ``set-go-directive: {version}``, ``drop-toolchain: {}`` and ``set-require: {path, version}`` to a go.mod.

    Like every editor here it raises :class:`EditRefused` when there is nothing to change, ``ValueError`` for an unknown operation.
    """
    return _edited(
        text, operations, {"set-go-directive": _set_go, "drop-toolchain": _drop_toolchain, "set-require": _set_require}, "go.mod"
    )


def edit_dockerignore(text: str, operations: Sequence[Mapping[str, Any]]) -> str:
    """Apply ``add-exception: {path}``, ``add-pattern: {pattern}``, ``remove-pattern: {pattern}`` to a .dockerignore."""
    known = {"add-exception": _add_exception, "add-pattern": _add_pattern, "remove-pattern": _remove_pattern}
    return _edited(text, operations, known, ".dockerignore")


def edit_text(text: str, operations: Sequence[Mapping[str, Any]]) -> str:
    """Apply ``replace: {find, with}`` to a go.sum or a Go file: every place, and refused where there is none."""
    return _edited(text, operations, {"replace": _replace}, "a text")


def edit_script(text: str, operations: Sequence[Mapping[str, Any]]) -> str:
    """Apply ``fix-line-ends: {}`` and ``set-shebang: {interpreter}`` to a script."""
    return _edited(text, operations, {"fix-line-ends": _fix_line_ends, "set-shebang": set_shebang}, "a script")


def edit_compose(text: str, operations: Sequence[Mapping[str, Any]]) -> str:
    """Apply ``set: {key, value}`` and ``drop-volume: {place}`` to the service of a compose file that is ours."""
    return _edited(text, operations, {"set": _set_key, "drop-volume": _drop_volume}, "a compose file")


def _edited(text: str, operations: Sequence[Mapping[str, Any]], known: Mapping[str, _Operation], file: str) -> str:
    for name, arguments in _pairs(operations):
        text = _applied(text, name, arguments, known, file)
    return text


def _applied(text: str, name: str, arguments: Any, known: Mapping[str, _Operation], file: str) -> str:
    """One operation, or ``any``: those of a list that find something to change, refused only if none does."""
    if name == "any":
        refusals = []
        for inner, given in _pairs(arguments):
            try:
                text = _applied(text, inner, given, known, file)
            except EditRefused as refusal:
                refusals.append(refusal)
        if len(refusals) == len(arguments):
            raise refusals[0] if refusals else EditRefused("There is nothing to do.")
        return text
    if name not in known:
        raise ValueError(f"unknown operation {name!r} for {file}; known are {', '.join(known)}")
    return known[name](text, **arguments)


def fix_line_ends(data: bytes) -> bytes:
    """A script with LF line ends and without a byte order mark: the kernel takes the shebang line literally."""
    fixed = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    if fixed == data:
        raise EditRefused("The file has LF line ends already.")
    return fixed


def set_shebang(text: str, interpreter: str = "/bin/sh") -> str:
    """A script that begins with ``#!INTERPRETER``; an existing shebang is replaced."""
    first, newline, rest = text.partition("\n")
    if first.rstrip("\r") == f"#!{interpreter}":
        raise EditRefused(f"The script names {interpreter} already.")
    if first.startswith("#!"):
        return f"#!{interpreter}{newline}{rest}"
    return f"#!{interpreter}\n{text}"


def _pairs(operations: Sequence[Mapping[str, Any]]) -> list[tuple[str, Any]]:
    return [
        (
            name,
            {key: str(value) for key, value in (arguments or {}).items()} if isinstance(arguments, Mapping) or not arguments else arguments,
        )
        for operation in operations
        for name, arguments in operation.items()
    ]


def _newline(text: str) -> str:
    return "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"


def _set_go(text: str, version: str) -> str:
    match = re.search(r"^go[ \t]+([^\s/]+)", text, re.MULTILINE)
    if match:
        if match.group(1) == version:
            raise EditRefused(f"go.mod asks for Go {version} already.")
        return text[: match.start(1)] + version + text[match.end(1) :]
    module = re.search(r"^module[^\n]*\n?", text, re.MULTILINE)
    if not module:
        raise EditRefused("go.mod has no module line.")
    return _insert_after(text, module.end(), f"go {version}", blank_before=True)


def _drop_toolchain(text: str) -> str:
    match = re.search(r"^toolchain[ \t][^\n]*(\n|\Z)", text, re.MULTILINE)
    if not match:
        raise EditRefused("go.mod has no toolchain line.")
    before, after = text[: match.start()], text[match.end() :]
    doubled = before.endswith("\n" + _newline(text)) and after.startswith(_newline(text))
    return before + (after.removeprefix(_newline(text)) if doubled else after)


def _set_require(text: str, path: str, version: str) -> str:
    match = re.search(rf"^(?:require[ \t]+|[ \t]+){re.escape(path)}[ \t]+(\S+)", text, re.MULTILINE)
    if match:
        if match.group(1) == version:
            raise EditRefused(f"go.mod requires {path} {version} already.")
        return text[: match.start(1)] + version + text[match.end(1) :]
    block = re.search(r"^require[ \t]*\([^\n]*\n", text, re.MULTILINE)
    if block:
        return text[: block.end()] + f"\t{path} {version}{_newline(text)}" + text[block.end() :]
    anchors = list(re.finditer(r"^(?:require|toolchain|go|module)[ \t][^\n]*\n?", text, re.MULTILINE))
    if not anchors:
        raise EditRefused("go.mod has no module line.")
    last = max(anchors, key=lambda each: each.end())
    own_group = not last.group().startswith("require")
    return _insert_after(text, last.end(), f"require {path} {version}", blank_before=own_group)


def _insert_after(text: str, at: int, line: str, blank_before: bool = False) -> str:
    """Insert a line at a line's start, or behind a last line without a line end."""
    newline = _newline(text)
    blank = newline if blank_before else ""
    if at > 0 and not text[:at].endswith("\n"):
        return text[:at] + newline + blank + line + text[at:]
    return text[:at] + blank + line + newline + text[at:]


def _add_exception(text: str, path: str) -> str:
    out, _ = dockerignore.ignored(dockerignore.parse(text), path)
    if not out:
        raise EditRefused(f".dockerignore does not leave {path} out.")
    return _insert_after(text, len(text), f"!{path}")


def _add_pattern(text: str, pattern: str) -> str:
    if any(line.strip() == pattern for line in text.split("\n")):
        raise EditRefused(f".dockerignore has the line {pattern} already.")
    return _insert_after(text, len(text), pattern)


def _remove_pattern(text: str, pattern: str) -> str:
    lines = text.split("\n")
    kept = [line for line in lines if line.strip() != pattern]
    if len(kept) == len(lines):
        raise EditRefused(f".dockerignore has no line {pattern}.")
    return "\n".join(kept)


# --- go.sum, Go sources, compose files, scripts ---------------------------------------------------------------------


def _replace(text: str, find: str, **to: str) -> str:
    if not find or find not in text:
        raise EditRefused(f"The file does not contain {find!r}.")
    return text.replace(find, to["with"])


def _fix_line_ends(text: str) -> str:
    return fix_line_ends(text.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")


def _service(text: str) -> Service:
    from troubleshooter.evidence import compose  # YAML is read only where a compose file is changed

    service = compose.read(text)
    if service is None:
        raise EditRefused("The compose file cannot be read, or does not tell which service is meant.")
    return service


def _set_key(text: str, key: str, value: str) -> str:
    service, lines = _service(text), text.split("\n")
    at = [i for i, line in enumerate(lines) if re.match(rf"\s+{re.escape(key)}:\s*\S", line) and i + 1 >= service.line]
    if not at:
        raise EditRefused(f"The service {service.name} has no {key}.")
    parts = re.fullmatch(r"([^:]*:\s*)[^#\r]*?(\s+#.*|\r?)", lines[at[0]])
    lines[at[0]] = parts[1] + value + parts[2] if parts else lines[at[0]]
    return "\n".join(lines)


def _drop_volume(text: str, place: str) -> str:
    service, lines = _service(text), text.split("\n")
    found = [line for _, at, line in service.volumes if at == place]
    if not found or not lines[found[0] - 1].lstrip().startswith("-"):
        raise EditRefused(f"No line of its own mounts {place}.")
    del lines[found[0] - 1]
    if len(service.volumes) == 1:
        lines = [line for line in lines if line.strip() != "volumes:" or not line.startswith(" ")]
    return "\n".join(lines)
