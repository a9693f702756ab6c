"""The operations on a Dockerfile. Each function's docstring begins with its form in YAML; each returns a new draft.

``stage`` is ``build``, ``final``, a stage's name or its index. An operation that finds nothing to change raises
:class:`EditRefused`, so that no remedy promises a change that does not happen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from troubleshooter.remedy.operations.base import insert_workdir, replace_image, set_image, set_platform, set_user, set_workdir
from troubleshooter.remedy.operations.building import add_flag, remove_flag, set_target
from troubleshooter.remedy.operations.copying import (
    change_copy_dest,
    change_copy_from,
    change_copy_source,
    chmod,
    chown_copy,
    complete_copy,
    copy,
    copy_from,
    drop_copy_source,
    make_folder,
)
from troubleshooter.remedy.operations.environment import set_env, unset_env
from troubleshooter.remedy.operations.instructions import (
    continue_line,
    correct_keyword,
    remove_instruction,
    remove_instruction_flag,
    replace_in_instruction,
    set_syntax,
)
from troubleshooter.remedy.operations.packages import add_packages, reinstall, update_lists
from troubleshooter.remedy.operations.runs import insert_run, move_runs
from troubleshooter.remedy.operations.starting import change_entrypoint, exec_form
from troubleshooter.remedy.place import Draft

Operation = Callable[..., Draft]
OPERATIONS: Mapping[str, Operation] = {
    "set-env": set_env,
    "unset-env": unset_env,
    "add-flag": add_flag,
    "remove-flag": remove_flag,
    "set-target": set_target,
    "add-packages": add_packages,
    "insert-run": insert_run,
    "copy-from": copy_from,
    "copy": copy,
    "change-copy-source": change_copy_source,
    "change-copy-dest": change_copy_dest,
    "change-copy-from": change_copy_from,
    "chmod": chmod,
    "remove-instruction-flag": remove_instruction_flag,
    "set-image": set_image,
    "set-platform": set_platform,
    "set-user": set_user,
    "set-workdir": set_workdir,
    "exec-form": exec_form,
    "change-entrypoint": change_entrypoint,
    "replace-in-instruction": replace_in_instruction,
    "remove-instruction": remove_instruction,
    "continue-line": continue_line,
    "set-syntax": set_syntax,
    "move-runs": move_runs,
    "reinstall": reinstall,
    "update-lists": update_lists,
    "insert-workdir": insert_workdir,
    "replace-image": replace_image,
    "chown-copy": chown_copy,
    "make-folder": make_folder,
    "complete-copy": complete_copy,
    "correct-keyword": correct_keyword,
    "drop-copy-source": drop_copy_source,
}
