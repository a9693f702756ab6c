"""The Go sources of a project, without a Go toolchain: what they import, and what they will want from the image.

:func:`read_project` walks a directory within bounds and follows no symbolic link out of it. :func:`facts` tells what the
files say that a build for a target uses (tests and unused packages left out), each fact at FILE:LINE.
"""

from troubleshooter.evidence.gosource.facts import FACTS, MANY, facts, project_facts
from troubleshooter.evidence.gosource.reading import (
    MAX_FILE_BYTES,
    Imported,
    Project,
    imports,
    is_standard,
    is_used,
    main_packages,
    own_directory,
    read_project,
    used_files,
)

__all__ = [
    "FACTS", "MANY", "MAX_FILE_BYTES", "Imported", "Project", "facts", "imports", "is_standard", "is_used", "main_packages",
    "own_directory", "project_facts", "read_project", "used_files",
]  # fmt: skip
