"""What the app works on, without a screen: knowledge, project, log and the moves between sessions. Runs in worker threads."""

from __future__ import annotations

import io
import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from troubleshooter.errors import InputError
from troubleshooter.tui import recent

if TYPE_CHECKING:
    from troubleshooter.dialogue.session import Session
    from troubleshooter.evidence.gather import Gathered
    from troubleshooter.kb.knowledge import Knowledge
    from troubleshooter.kb.search import Index
    from troubleshooter.model import Change, Fix
    from troubleshooter.tui.logfile import LogFile


class Cancelled(Exception):
    """The person stopped the reading."""


PIECE = 1 << 16
"""Bytes of a log read at a time after its beginning: while one piece is being searched, no key gets its turn."""


class Reading(io.RawIOBase):
    """A log being read: how far it is, and a way to stop it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.total = 0
        self.done = 0
        self.stop = threading.Event()
        self._stream: BinaryIO | None = None

    def open(self) -> None:
        """Raises InputError for what is no readable file."""
        if self.path.is_dir():
            raise InputError(f"{self.path} is a directory; name the log file in it")
        try:
            self._stream = self.path.open("rb")
            self.total = os.fstat(self._stream.fileno()).st_size
        except OSError as fault:
            raise InputError(f"{self.path}: {(fault.strerror or str(fault)).lower()}") from None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self.stop.is_set():
            raise Cancelled
        assert self._stream is not None
        data = self._stream.read(min(size, PIECE) if self.done and size > 0 else size)
        self.done += len(data)
        return data

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close()
        super().close()


class Desk:
    """The options of the command, and everything that is read because of them."""

    def __init__(self, given: Any, language: str, shown: str = "") -> None:
        self.given = given
        self.language = language
        self.log_name = shown
        """How the log is called on the screen; empty while there is none."""
        self.log: LogFile | None = None
        self.knowledge: Knowledge | None = None
        self.start: Session | None = None
        """A session with what the files tell, before anybody said anything."""
        self.log_path: Path | None = None
        """Where the log lies, if it stays there."""
        self._index: tuple[Knowledge, Index] | None = None
        self.name = recent.new_name()
        self.state = recent.state_folder()
        self.roots: dict[str, Path] = {}
        """Folder below which each file lies that an edit can change."""
        self.context: Path | None = None
        """The build context where it is another folder than the project: it may be written, too."""
        self.project: Path | None = None
        self.files: tuple[str, ...] = ()

    def load(self, language: str) -> Knowledge:
        """The knowledge in ``language``. Raises TroubleshooterError."""
        from troubleshooter.evidence.gather import project_folder
        from troubleshooter.kb.load import KnowledgeError, load_knowledge

        self.project, _ = project_folder(self.given.project, self.given.no_project)
        try:
            self.knowledge = load_knowledge(self.given.knowledge, self.project, language)
        except KnowledgeError as fault:
            raise InputError(str(fault)) from None
        self.language = language
        return self.knowledge

    def begin(self, project: Path | None) -> Session:
        """A fresh session on the files of ``project`` and those that the options name."""
        from troubleshooter.case import case_from
        from troubleshooter.dialogue.session import Session

        assert self.knowledge is not None
        self.project = project
        self.start = Session(self.knowledge, case_from(self._files(project), self.knowledge, advice=True))
        return self.start

    def _files(self, project: Path | None) -> Gathered:
        from troubleshooter.evidence.gather import Sources, gather

        assert self.knowledge is not None
        g = self.given
        found = gather(Sources("", g.dockerfile, g.go_mod, g.binary, project, tuple(g.fact)), self.knowledge)
        self._note_files(found, project)
        return found

    def _note_files(self, found: Gathered, project: Path | None) -> None:
        """Which files were read, and where each lies."""
        self.files = tuple(found.texts)
        named = {p.name: p.parent for p in (self.given.dockerfile, self.given.go_mod) if p is not None}
        self.roots = {n: project or named.get(n, Path.cwd()) for n in found.texts}
        self.context = found.folder.path if found.folder is not None else None

    def read_log(self, reading: Reading, session: Session | None = None) -> Session:
        """``session`` (else a fresh one) with the log; the viewer gets its lines counted. Raises InputError or Cancelled."""
        from troubleshooter.case import patcher
        from troubleshooter.evidence.gather import Sources, gather
        from troubleshooter.tui.logfile import open_logfile

        assert self.knowledge is not None and self.start is not None
        g = self.given
        reading.open()
        try:
            sources = Sources("-", g.dockerfile, g.go_mod, g.binary, self.project, tuple(g.fact))
            evidence = gather(sources, self.knowledge, reading)  # type: ignore[arg-type]
        except InputError as fault:
            raise InputError(str(fault).replace("standard input", str(reading.path))) from None
        finally:
            reading.close()
        self._note_files(evidence, self.project)
        log = open_logfile(reading.path)
        log.count(lambda: not reading.stop.is_set())
        self.log = log
        self.log_path = None if self._is_spool(reading.path) else reading.path.resolve()
        self.log_name = reading.path.name if self.log_path else self.log_name
        base = replace(self.start.base, facts=evidence.facts, findings=evidence.findings, patch=patcher(evidence, self.knowledge))
        if session is None:
            return replace(self.start, base=replace(base, log=evidence.log))
        assert evidence.log is not None
        return replace(session, base=replace(base, log=session.base.log)).still_fails(evidence.log)

    def _is_spool(self, path: Path) -> bool:
        return str(path) == str(getattr(self.given, "spool", ""))

    def look_at(self, text: str, name: str) -> None:
        """Pasted lines as the log that the viewer shows."""
        from troubleshooter.tui.logfile import LogFile

        self.log = LogFile(io.BytesIO(text.encode("utf-8", "replace")), name)
        self.log.count()
        self.log_name, self.log_path = name, None

    def sounds_like(self, text: str, most: int = 7) -> list[tuple[str, str]]:
        """(title, what is said of it) of the causes that ``text`` is near to, by the matcher of ``ask``."""
        from troubleshooter.evidence.typed import language_of
        from troubleshooter.kb.search import index_for

        if self.knowledge is None or not text.strip():
            return []
        if self._index is None or self._index[0] is not self.knowledge:
            self._index = (self.knowledge, index_for(self.knowledge))
        found = self._index[1].nearest(text[:2000])[:most]
        titles = [self.knowledge.outlines[n.cause].title for n in found]
        return [(title, n.document if language_of(n.document) == self.language else title) for title, n in zip(titles, found, strict=True)]

    def think(self, session: Session) -> Session:
        """Everything that the screens will ask of ``session``, worked out."""
        _ = session.diagnosis, session.question, session.reading
        return session

    def translated(self, session: Session) -> Session:
        """``session`` in the language that was loaded last."""
        assert self.knowledge is not None
        return replace(session, knowledge=self.knowledge)

    def apply(self, changes: tuple[Change, ...]) -> list[Path]:
        """Writes a remedy's change. Raises InputError with nothing of that folder written."""
        from troubleshooter.remedy.write import write_changes

        written: list[Path] = []
        for root in dict.fromkeys(self.roots.get(c.name, Path.cwd()) for c in changes):
            written += write_changes([c for c in changes if self.roots.get(c.name, Path.cwd()) == root], root, self.context)
        return written

    def reread(self, session: Session) -> Session:
        """``session`` with diffs made against the files as they are now; its facts stay those of the log it is about."""
        from troubleshooter.case import patcher

        assert self.knowledge is not None
        return replace(session, base=replace(session.base, patch=patcher(self._files(self.project), self.knowledge)))

    def can_apply(self, fix: Fix) -> bool:
        return bool(fix.changes) and all(c.name in self.roots for c in fix.changes)

    def abandon(self, status: int) -> None:
        """Ends the process at once; a log that came through a pipe does not stay behind."""
        spool = getattr(self.given, "spool", None)
        if spool is not None:
            spool.unlink(missing_ok=True)
        os._exit(status)

    # --- files ---

    def keep(self, session: Session) -> None:
        """The session among the recent ones."""
        from troubleshooter.dialogue.saved import saved

        recent.keep(self.name, saved(session, **self._more(session)), self.state)

    def _more(self, session: Session) -> dict[str, str]:
        causes = session.diagnosis.causes
        said = next((e.value.strip().split("\n")[0] for e in session.events if e.kind == "typed"), "")
        path = str(self.log_path) if self.log_path else ""
        return {"title": causes[0].title if causes else said or self.log_name, "log-name": self.log_name, "log-path": path}

    def save(self, session: Session, path: Path) -> None:
        from troubleshooter.dialogue.saved import saved

        write(path, saved(session, **self._more(session)))

    def export(self, session: Session, path: Path) -> None:
        from troubleshooter.dialogue.saved import exported, exported_json

        write(path, exported_json(session) if path.suffix == ".json" else exported(session, self.language))

    def resume(self, path: Path) -> Session:
        """Raises InputError for a file that is no saved session."""
        import json

        from troubleshooter.dialogue.saved import resumed
        from troubleshooter.tui.logfile import open_logfile

        assert self.start is not None
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as fault:
            raise InputError(f"{path}: {getattr(fault, 'strerror', None) or fault}") from None
        session = resumed(text, self.start, str(path))
        data = json.loads(text)
        self.log, self.log_name, self.log_path = None, str(data.get("log-name") or ""), None
        log = Path(str(data.get("log-path") or ""))
        if session.base.log is not None and log.is_file() and log.stat().st_size == session.base.log.bytes:
            self.log, self.log_path = open_logfile(log), log
            self.log.count()
        else:
            texts = [e.value for e in session.events if e.kind in ("typed", "log") and not e.name and "\n" in e.value]
            if texts:
                self.look_at(texts[-1], self.log_name)
        if path.parent == self.state / "sessions":
            self.name = path.name
        return session


def write(path: Path, text: str) -> None:
    """Raises InputError when the file cannot be written."""
    try:
        with path.expanduser().open("w", encoding="utf-8", errors="surrogateescape", newline="") as out:
            out.write(text)
    except OSError as fault:
        raise InputError(f"{path}: {fault.strerror or fault}") from None
