"""Build hook: compiles the built-in YAML into ``knowledge/.compiled``, so that the first run need not read it.

The files are keyed by the content of the YAML and of the code that reads it; a checkout that changes either falls back
to reading the YAML.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LANGUAGES = ("en", "ja")


class CompileKnowledge(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        sys.path.insert(0, str(root))
        try:
            from troubleshooter.kb.load import COMPILED, compile_builtin

            folder = root / "knowledge" / COMPILED
            shutil.rmtree(folder, ignore_errors=True)
            for language in LANGUAGES:
                compile_builtin(language, folder)
            if version != "editable":  # logs in which nothing of ours is wrong: `kb lint` of a pack looks at them
                from troubleshooter.authoring.negatives import KINDS

                for log in (log for kind in KINDS for log in (root / "tests" / "recorded" / kind).glob("*/log.txt")):
                    place = f"troubleshooter/knowledge/negatives/{log.parent.parent.name}/{log.parent.name}/log.txt"
                    build_data["force_include"][str(log)] = place
        finally:
            sys.path.remove(str(root))
