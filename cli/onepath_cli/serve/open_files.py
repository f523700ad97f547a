"""Files as an editor has them, in the repository around them: what is found, and what mends it."""

import io
import tokenize
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from onepath_cli.context import WORKTREE, Options, Workspace, open_engine

if TYPE_CHECKING:
    from onepath.audit.finding import Finding
    from onepath.codemod.packs.pack import Pack
    from onepath.config.migrate_toml import Config
    from onepath.model import FileChange, Refusal, Snapshot


@dataclass(frozen=True, slots=True)
class Mended:
    """What a phase does to one file, with all other files left alone."""

    change: "FileChange | None"
    """None if it changes nothing in it."""
    refusals: "Sequence[Refusal]"
    """What it leaves alone in it."""


class OpenFiles:
    """Audits and mends single files without what is on disk being changed.

    The files around them are those of the work tree when they were last read: `reread` forgets
    them, and the next question reads them again.

    Args:
        options: The global options.
        workspace: The folder, and its repository if it is in one.
    """

    def __init__(self, options: Options, workspace: Workspace) -> None:
        self._options = options
        self._workspace = workspace
        self._around: tuple[Snapshot, Config, Pack] | None = None

    def reread(self) -> None:
        """Forget the files and the configuration: something on disk has changed."""
        self._around = None

    def findings(self, path: str, text: "EditorText") -> "Sequence[Finding]":
        """Return what the rules that judge a file by itself find in it.

        Args:
            path: Relative to the top folder, with `/`.
            text: As it is in the editor.

        Raises:
            InputError: The configuration has errors.
        """
        from onepath.plan.auditing import local_rules, make_audit
        from onepath.run import make_executor
        from onepath.snapshot.overlay import Overlay

        snapshot, config, pack = self._read()
        with make_executor(1) as executor:
            result = make_audit(
                Overlay(snapshot, {path: text.data}),
                config,
                executor=executor,
                cache_dir=self._workspace.cache_dir,
                rules=local_rules(None, config),
                paths=[path],
                pack=pack,
            )
        return result.findings

    def phase_of(self, finding: "Finding") -> str:
        """The phase that mends a finding and is configured; empty if there is none."""
        _, config, pack = self._read()
        phase = pack.audit_rules[finding.rule].phase
        versions = pack.phases(config).get(phase, ()) if finding.fixed_by else ()
        return phase if any(version.configured(config) for version in versions) else ""

    def title(self, phase: str) -> str:
        """What a phase does, in words."""
        _, config, pack = self._read()
        return "; ".join(version.title for version in pack.phases(config)[phase])

    def mend(self, path: str, text: "EditorText", phase: str) -> Mended:
        """Return what a phase does to a file, proven in the repository around it.

        Args:
            path: Relative to the top folder, with `/`.
            text: As it is in the editor.
            phase: The phase.

        Raises:
            InputError: The phase can't be planned.
        """
        from onepath.codemod.packs.installed import packs_of
        from onepath.config.globs import literal_globs
        from onepath.plan.planner import make_plan
        from onepath.run import make_executor
        from onepath.snapshot.overlay import Overlay

        snapshot, config, _ = self._read()
        others = literal_globs(_beside(path, snapshot.entries))
        alone = replace(config, exclude=(*config.exclude, *others))
        with make_executor(self._options.jobs) as executor:
            plan = make_plan(
                Overlay(snapshot, {path: text.data}),
                alone,
                packs_of(config),
                executor=executor,
                cache_dir=self._workspace.cache_dir,
                phases=[phase],
            )
        changesets = [planned.changeset for planned in plan.phases]
        changes = [
            change
            for changeset in changesets
            for change in changeset.changes
            if change.path == path
        ]
        refusals = [refusal for changeset in changesets for refusal in changeset.refusals]
        return Mended(
            changes[0] if changes else None, [one for one in refusals if one.path == path]
        )

    def _read(self) -> "tuple[Snapshot, Config, Pack]":
        if self._around is None:
            from onepath.codemod.packs.installed import packs_of
            from onepath.codemod.packs.pack import chosen_pack
            from onepath_cli.auditing import audit_config

            config = audit_config(self._options, self._workspace)
            pack = chosen_pack(packs_of(config), config)
            with open_engine(self._options, self._workspace, WORKTREE) as (snapshot, _):
                self._around = snapshot, config, pack
        return self._around


@dataclass(frozen=True, slots=True)
class EditorText:
    """A text in an editor, and the bytes that would be written of it."""

    data: bytes
    encoding: str

    @classmethod
    def of(cls, text: str) -> "EditorText":
        """Encode as the text itself asks for, in UTF-8 where it can't be encoded so."""
        plain = text.encode("utf-8", "surrogateescape")
        try:
            encoding = tokenize.detect_encoding(io.BytesIO(plain).readline)[0]
            return cls(text.encode(encoding, "surrogateescape"), encoding)
        except (SyntaxError, UnicodeEncodeError):
            return cls(plain, "utf-8")

    def decoded(self, data: bytes) -> str:
        """A part of it, or what replaces one."""
        return data.decode(self.encoding, "surrogateescape")

    def offset(self, line: int, column: int) -> int:
        """Where a line (from 1, ended by `\\n`) and a character of it (from 1) are, in bytes."""
        start = 0
        for _ in range(line - 1):
            start = self.data.find(b"\n", start) + 1
        text = self.decoded(self.data[start:].partition(b"\n")[0])[: column - 1]
        return start + len(text.encode(self.encoding, "surrogateescape"))


def _beside(path: str, paths: Iterable[str]) -> list[str]:
    """The fewest files and folders that hold all paths but one."""
    above = {str(folder) for folder in PurePosixPath(path).parents} | {path}
    beside: dict[str, None] = {}
    for other in paths:
        prefix = ""
        for part in other.split("/"):
            prefix = f"{prefix}/{part}" if prefix else part
            if prefix not in above:
                beside[prefix] = None
                break
    return list(beside)
