"""The generated pages: made from the knowledge, compared with those that lie in a folder, written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from troubleshooter.authoring.cases import own_cases, recorded
from troubleshooter.authoring.cause_page import MADE, by_message, index, page
from troubleshooter.kb.layers import TRANSLATED, builtin_folder, cache_folder, read_layer
from troubleshooter.kb.load import assemble


def pages(extra: Sequence[Path] = ()) -> dict[str, str]:
    """Every page by its name: English at the top, other languages in folders. Only the built-in knowledge and ``extra`` count,
    so that what is written does not depend on the machine."""
    found: dict[str, str] = {}
    recorded_of = _recorded()
    for language in ("en", *TRANSLATED):
        stack = [read_layer("built-in", builtin_folder(), language, trusted=True), *(read_layer(str(p), p, language) for p in extra)]
        knowledge = assemble(stack, language, cache_folder())
        folder = "" if language == "en" else f"{language}/"
        found[f"{folder}index.md"] = index(knowledge, language)
        found[f"{folder}messages.md"] = by_message(knowledge, language)
        for name in sorted(knowledge.causes):
            found[f"{folder}{name}.md"] = page(knowledge.causes[name], knowledge, language, recorded_of.get(name, ()))
    return found


def _recorded() -> dict[str, list[dict[str, str]]]:
    """The recorded cases of each cause that have a Dockerfile, the shortest first, as examples; an installed wheel has none."""
    found: dict[str, list[dict[str, str]]] = {}
    for case in recorded(own_cases()):
        if case.dockerfile is not None and not case.typed:
            files = {"dockerfile": case.dockerfile, "go-mod": case.go_mod, "log": case.folder / "log.txt"}
            texts = {key: _read(path) for key, path in files.items() if path is not None}
            found.setdefault(case.cause, []).append({"expect": "first", **{k: t for k, t in texts.items() if t}})
    return {cause: sorted(cases, key=lambda c: (len(c.get("dockerfile", "")), c.get("log", "")))[:4] for cause, cases in found.items()}


def stale(made: Mapping[str, str], folder: Path) -> list[str]:
    """Names of the pages in ``folder`` that are missing, differ, or belong to a cause that is no more."""
    differing = [name for name, text in made.items() if _read(folder / name) != text]
    return sorted([*differing, *(n for n in _there(folder) if n not in made)])


def write(made: Mapping[str, str], folder: Path, names: Iterable[str]) -> None:
    """Writes the pages ``names``; takes away those that are no longer made. Raises OSError."""
    for name in names:
        path = folder / name
        if name in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made[name], "utf-8", newline="\n")
        else:
            path.unlink()


def _there(folder: Path) -> list[str]:
    """Pages in the folder that an earlier run made."""
    found = [p for p in folder.rglob("*.md") if p.is_file()]
    return [p.relative_to(folder).as_posix() for p in found if MADE in (_read(p) or "").split("\n")[:3]]


def _read(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError):
        return None
