"""The files of an image as its layers make them: a tree in memory, with links resolved inside the image.

Only what :class:`Entry` holds is kept of a file. Layers are applied in order as a container engine does: whiteouts first,
then the entries, parents through symbolic links, hard links to what is there by then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from troubleshooter.evidence.program import Binary
from troubleshooter.frozen import dataclass

_MAX_LINKS = 40
"""As many symbolic links the kernel follows in one look-up."""


@dataclass(frozen=True)
class Entry:
    """One file of an image. ``type``: file, dir, link (symbolic), hardlink (in layers only) or special."""

    type: str
    mode: int = 0
    size: int = 0
    uid: int = 0
    gid: int = 0
    target: str = ""
    """Where a symbolic or hard link points."""
    kind: str = ""
    """What a regular file is by its first bytes, as magic.kind_of says."""
    binary: Binary | None = None
    """The headers of an ELF file; None for other files and for ELF files that are damaged or too large."""
    damage: str = ""
    """Why the headers of an ELF file could not be read."""
    content: bytes = b""
    """The first bytes of scripts, and the whole of the few files that decide something (/etc/passwd, …)."""


@dataclass(frozen=True)
class Layer:
    """What one layer changes. Paths are without leading slash; the root is the empty path."""

    entries: tuple[tuple[str, Entry], ...]
    removed: tuple[str, ...] = ()
    """Paths with a whiteout (``.wh.name``)."""
    emptied: tuple[str, ...] = ()
    """Directories whose older content is hidden (``.wh..wh..opq``)."""


@dataclass
class _Node:
    entry: Entry
    children: dict[str, _Node] = field(default_factory=dict)


_DIRECTORY = Entry("dir", 0o755)


class Tree:
    """The merged files of an image."""

    def __init__(self) -> None:
        self._root = _Node(_DIRECTORY)

    def apply(self, layer: Layer) -> None:
        """Put one more layer on top."""
        for path in layer.emptied:
            found = self._find(path)
            if found is not None:
                found.children.clear()
        for path in layer.removed:
            folder, _, name = path.rpartition("/")
            parent = self._find(folder)
            if parent is not None:
                parent.children.pop(name, None)
        for path, entry in layer.entries:
            self._put(path, entry)

    def get(self, path: str) -> Entry | None:
        """The file at an absolute path, symbolic links followed within the image; None where nothing is."""
        return self.resolve(path)[1]

    def resolve(self, path: str) -> tuple[str, Entry | None]:
        """Where a path leads after all symbolic links, and what is there (None for nothing, and for a loop)."""
        done, node, rest = self._walk(path)
        return "/" + "/".join([*done, *rest]), node.entry if not rest else None

    def children(self, path: str) -> dict[str, Entry]:
        """The names in a directory and what they are (links not followed); empty for anything else."""
        node = self._find(path)
        return {name: child.entry for name, child in node.children.items()} if node is not None else {}

    def parents(self, path: str) -> Iterator[Entry]:
        """The directories that lead to a resolved path, the root first."""
        node = self._root
        yield node.entry
        for part in path.strip("/").split("/")[:-1]:
            if part not in node.children:
                return
            node = node.children[part]
            yield node.entry

    def walk(self) -> Iterator[tuple[str, Entry]]:
        """All files with their absolute paths, in no order that matters."""
        pending = [("", self._root)]
        while pending:
            path, node = pending.pop()
            for name, child in node.children.items():
                yield f"{path}/{name}", child.entry
                if child.children:
                    pending.append((f"{path}/{name}", child))

    def _find(self, path: str) -> _Node | None:
        """The node at a path, symbolic links followed."""
        _, node, rest = self._walk(path)
        return None if rest else node

    def _walk(self, path: str, make: bool = False) -> tuple[list[str], _Node, list[str]]:
        """As far as a path leads: the names on the way, the node at its end, and the names that are not there.

        With ``make``, directories are put where nothing, no directory or a loop of links is: no names are left over.
        """
        parts = _steps(path)
        done: list[str] = []
        nodes = [self._root]
        links = 0
        while parts:
            part = parts.pop()
            if part == "..":
                del done[-1:], nodes[max(len(nodes) - 1, 1) :]
                continue
            node = nodes[-1].children.get(part)
            if node is not None and node.entry.type == "link" and links < _MAX_LINKS:
                links += 1
                if node.entry.target.startswith("/"):
                    done, nodes = [], [self._root]
                parts += _steps(node.entry.target)
                continue
            stands = node is not None and (node.entry.type == "dir" or not (parts or make or node.entry.type == "link"))
            if node is None or not stands:
                if not make:
                    return done, nodes[-1], [part, *parts[::-1]]
                node = nodes[-1].children[part] = _Node(_DIRECTORY)
            done.append(part)
            nodes.append(node)
        return done, nodes[-1], []

    def _put(self, path: str, entry: Entry) -> None:
        folder, _, name = path.rpartition("/")
        if not name:
            self._root.entry = entry if entry.type == "dir" else self._root.entry
            return
        parent = self._walk(folder, make=True)[1]
        if entry.type == "hardlink":
            entry = self.get(entry.target) or Entry("special")
        existing = parent.children.get(name)
        if existing is not None and existing.entry.type == entry.type == "dir":
            existing.entry = entry
        else:
            parent.children[name] = _Node(entry)


def _steps(path: str) -> list[str]:
    """The names of a path, the last one first."""
    return [part for part in path.split("/") if part not in ("", ".")][::-1]
