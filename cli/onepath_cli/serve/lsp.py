"""The findings of open files and what mends them, over the Language Server Protocol.

What is read is the text in the editor and, around it, the work tree as it was last saved. A quick
fix is planned and proven when it is chosen, not before: its edits are those of the phase.
"""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls import uris
from pygls.lsp.server import LanguageServer
from pygls.workspace import TextDocument

import onepath
from onepath.audit.finding import Finding
from onepath.errors import OnepathError
from onepath.model import FileChange
from onepath_cli.serve.open_files import EditorText, OpenFiles

_PAUSE = 0.15
"""Seconds without a keystroke after which a file is looked at."""
_SOURCE = "onepath"
_DOTTED = re.compile(rb"[\w.\x80-\xff]+")
_LINE = re.compile(rb"[^\r\n]*")
_LINE_END = re.compile(r"\r\n|\n|\r")
_DEPRECATED = frozenset({"deprecated-import"})


class Server(LanguageServer):
    """One session with an editor.

    Args:
        files: Audits and mends them.
        top: The top folder of the repository.
    """

    def __init__(self, files: OpenFiles, top: Path) -> None:
        super().__init__("onepath", onepath.__version__)
        self.files = files
        self._top = top.resolve()
        self._asked: dict[str, asyncio.Task[None]] = {}
        self._turn = asyncio.Lock()
        """One question at a time: they share what was read of the repository."""

    def path_of(self, uri: str) -> str | None:
        """A document's path in the repository; None if it is no Python file of it."""
        name = uris.to_fs_path(uri)
        if name is None or not name.endswith((".py", ".pyi")):
            return None
        path = Path(name).resolve()
        return path.relative_to(self._top).as_posix() if path.is_relative_to(self._top) else None

    # -------------------------------------------------------------- findings

    def ask(self, uri: str, pause: float = 0.0) -> None:
        """Look at a document after a pause; what was asked for it before is not done any more."""
        if uri in self._asked:
            self._asked[uri].cancel()
        self._asked[uri] = asyncio.get_running_loop().create_task(self._look(uri, pause))

    def forget(self, uri: str) -> None:
        """A document was closed."""
        if uri in self._asked:
            self._asked.pop(uri).cancel()
        self._publish(uri, None, [])

    async def _look(self, uri: str, pause: float) -> None:
        await asyncio.sleep(pause)
        path = self.path_of(uri)
        if path is None:
            return
        document = self.workspace.get_text_document(uri)
        text, version = EditorText.of(document.source), document.version
        try:
            async with self._turn:
                findings = await asyncio.to_thread(self.files.findings, path, text)
                phases = [self.files.phase_of(finding) for finding in findings]
        except OnepathError as error:
            self._say(error)
            return
        if document.version == version:
            places = _Places(document, text)
            pairs = zip(findings, phases, strict=True)
            self._publish(uri, version, [_diagnostic(places, *pair) for pair in pairs])

    def _publish(self, uri: str, version: int | None, diagnostics: list[types.Diagnostic]) -> None:
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri, diagnostics, version)
        )

    def _say(self, error: OnepathError) -> None:
        hint = f" ({error.hint})" if error.hint else ""
        self.window_show_message(
            types.ShowMessageParams(types.MessageType.Warning, f"onepath: {error.message}{hint}")
        )

    # ----------------------------------------------------------- quick fixes

    def actions(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """One action for each phase that mends a finding where the cursor is."""
        uri = params.text_document.uri
        mended: dict[str, list[types.Diagnostic]] = {}
        for diagnostic in params.context.diagnostics:
            if diagnostic.source == _SOURCE and isinstance(diagnostic.data, Mapping):
                mended.setdefault(str(diagnostic.data.get("phase")), []).append(diagnostic)
        return [
            types.CodeAction(
                title=f"{self.files.title(phase)}, in this file",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=diagnostics,
                data={"uri": uri, "phase": phase},
            )
            for phase, diagnostics in mended.items()
        ]

    async def resolve(self, action: types.CodeAction) -> types.CodeAction:
        """Plan what an action does, on the text as it is now."""
        data: Mapping[str, Any] = action.data or {}
        uri, phase = str(data.get("uri", "")), str(data.get("phase", ""))
        path = self.path_of(uri)
        if path is None:
            return action
        document = self.workspace.get_text_document(uri)
        text = EditorText.of(document.source)
        try:
            async with self._turn:
                mended = await asyncio.to_thread(self.files.mend, path, text, phase)
        except OnepathError as error:
            self._say(error)
            return action
        if mended.change is not None and mended.change.new is not None:
            action.edit = _edit(document, text, mended.change)
        for refusal in mended.refusals:
            self.window_show_message(
                types.ShowMessageParams(
                    types.MessageType.Info,
                    f"onepath left line {refusal.line} alone: {refusal.reason}",
                )
            )
        return action


def make_server(files: OpenFiles, top: Path) -> Server:
    """Return the server for a repository.

    Args:
        files: Audits and mends its files.
        top: Its top folder.
    """
    server = Server(files, top)

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: types.DidOpenTextDocumentParams) -> None:
        server.ask(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: types.DidChangeTextDocumentParams) -> None:
        server.ask(params.text_document.uri, _PAUSE)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: types.DidSaveTextDocumentParams) -> None:
        server.files.reread()
        for uri in server.workspace.text_documents:
            server.ask(uri)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def changed_on_disk(params: types.DidChangeWatchedFilesParams) -> None:
        server.files.reread()
        for uri in server.workspace.text_documents:
            server.ask(uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.forget(params.text_document.uri)

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions([types.CodeActionKind.QuickFix], resolve_provider=True),
    )
    async def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        return server.actions(params)

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def resolved(action: types.CodeAction) -> types.CodeAction:
        return await server.resolve(action)

    return server


def _edit(document: TextDocument, text: EditorText, change: FileChange) -> types.WorkspaceEdit:
    """The edits of a changed file, for the version of the document that they were made for."""
    places = _Places(document, text)
    identifier = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
    edits = [
        types.TextEdit(places.span(edit.start, edit.end), text.decoded(edit.new))
        for edit in change.edits
    ]
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(identifier, list(edits))])


class _Places:
    """Where bytes of a text are, in the units that the editor counts in."""

    def __init__(self, document: TextDocument, text: EditorText) -> None:
        self._codec = document.position_codec
        self._text = text

    def span(self, start: int, end: int) -> types.Range:
        return types.Range(self._position(start), self._position(end))

    def _position(self, offset: int) -> types.Position:
        lines = _LINE_END.split(self._text.decoded(self._text.data[:offset]))
        return types.Position(len(lines) - 1, self._codec.client_num_units(lines[-1]))

    def name_at(self, line: int, column: int) -> types.Range:
        """The dotted name at a place; what is left of the line where there is none."""
        start = self._text.offset(line, column)
        match = _DOTTED.match(self._text.data, start) or _LINE.match(self._text.data, start)
        return self.span(start, match.end() if match else start)


def _diagnostic(places: _Places, finding: Finding, phase: str) -> types.Diagnostic:
    return types.Diagnostic(
        range=places.name_at(finding.line, finding.column),
        message=finding.message,
        severity=types.DiagnosticSeverity.Warning,
        code=finding.rule,
        source=_SOURCE,
        tags=[types.DiagnosticTag.Deprecated] if finding.rule in _DEPRECATED else None,
        data={"phase": phase} if phase else None,
    )
