"""`migrate serve --lsp`, asked by a real client over its stdin and stdout."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.lsp.client import LanguageClient

FILES = {
    "pkg/__init__.py": "",
    "pkg/new.py": "class Manager:\n    pass\n",
    "pkg/old.py": "from pkg.new import Manager\n",
    "app.py": "from pkg.new import Manager\n\nmanager = Manager()\n",
    "other.py": "from pkg.old import Manager\n",
    "kept.py": "import pkg.old\n\npkg.old.Manager = None\n",
    "notes.txt": "pkg.old.Manager\n",
    "migrate.toml": '[imports]\n"pkg.old.Manager" = "pkg.new.Manager"\n',
    # What lies in the folder that is served is not imported.
    "onepath_cli/__init__.py": "raise SystemExit('the code of the user was run')\n",
}
_WAIT = 60.0


class Editor:
    """What an editor knows of a folder: open documents, diagnostics, messages."""

    def __init__(self, client: LanguageClient, folder: Path) -> None:
        self._client = client
        self._folder = folder
        self._versions: dict[str, int] = {}
        self._told: dict[tuple[str, int], list[types.Diagnostic]] = {}
        self._news = asyncio.Event()
        self.messages: list[str] = []

        @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params: types.PublishDiagnosticsParams) -> None:
            self._told[params.uri, params.version or 0] = list(params.diagnostics)
            self._news.set()

        @client.feature(types.WINDOW_SHOW_MESSAGE)
        def shown(params: types.ShowMessageParams) -> None:
            self.messages.append(params.message)
            self._news.set()

    def uri(self, path: str) -> str:
        return (self._folder / path).as_uri()

    def open(self, path: str, text: str) -> None:
        self._versions[path] = 1
        document = types.TextDocumentItem(self.uri(path), "python", 1, text)
        self._client.text_document_did_open(types.DidOpenTextDocumentParams(document))

    def change(self, path: str, text: str) -> None:
        self._versions[path] += 1
        document = types.VersionedTextDocumentIdentifier(self._versions[path], self.uri(path))
        whole = types.TextDocumentContentChangeWholeDocument(text)
        self._client.text_document_did_change(types.DidChangeTextDocumentParams(document, [whole]))

    def save(self, path: str) -> None:
        document = types.TextDocumentIdentifier(self.uri(path))
        self._client.text_document_did_save(types.DidSaveTextDocumentParams(document))

    async def diagnostics(self, path: str) -> list[types.Diagnostic]:
        """Those of the document as it is now, as soon as they are told."""
        return await self._when(lambda: self._told.get((self.uri(path), self._versions[path])))

    async def diagnostics_with(self, path: str, count: int) -> list[types.Diagnostic]:
        """The same, once there are so many."""

        def told() -> list[types.Diagnostic] | None:
            now = self._told.get((self.uri(path), self._versions[path]))
            return now if now is not None and len(now) == count else None

        return await self._when(told)

    async def message(self) -> str:
        return await self._when(lambda: self.messages[-1] if self.messages else None)

    async def _when(self, told: Callable[[], Any]) -> Any:
        async with asyncio.timeout(_WAIT):
            while (answer := told()) is None:
                self._news.clear()
                await self._news.wait()
        return answer

    async def fix(self, path: str, diagnostics: list[types.Diagnostic]) -> types.CodeAction | None:
        """The one quick fix of diagnostics, with its edit; None if there is none."""
        found = await self._client.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(self.uri(path)),
                diagnostics[0].range,
                types.CodeActionContext(diagnostics),
            )
        )
        if not found:
            return None
        [action] = found
        assert isinstance(action, types.CodeAction)
        return await self._client.code_action_resolve_async(action)


def edit(folder: Path, talk: Callable[[Editor], Awaitable[None]]) -> None:
    """Edit in a folder that a server of its own process serves."""

    async def run() -> None:
        client = LanguageClient("editor", "1")
        editor = Editor(client, folder)
        await client.start_io(
            sys.executable, "-P", "-m", "onepath_cli", "serve", "--lsp", cwd=str(folder)
        )
        try:
            await client.initialize_async(
                types.InitializeParams(types.ClientCapabilities(), root_uri=folder.as_uri())
            )
            client.initialized(types.InitializedParams())
            await talk(editor)
            await client.shutdown_async(None)
            client.exit(None)
        finally:
            await client.stop()

    asyncio.run(run())


def applied(text: str, action: types.CodeAction) -> str:
    """The text after the edits of an action, as an editor applies them: UTF-16, from the end."""
    assert action.edit is not None
    [document] = action.edit.document_changes or ()
    assert isinstance(document, types.TextDocumentEdit)
    lines = text.split("\n")

    def offset(place: types.Position) -> int:
        line = lines[place.line].encode("utf-16-le")[: 2 * place.character].decode("utf-16-le")
        return sum(len(one) + 1 for one in lines[: place.line]) + len(line)

    spans = [(offset(e.range.start), offset(e.range.end), e.new_text) for e in document.edits]
    for start, end, new in sorted(spans, reverse=True):
        text = text[:start] + new + text[end:]
    return text


@pytest.fixture
def repository(make_repository: Callable[..., Any]) -> Any:
    return make_repository(FILES)


# ------------------------------------------------------------------ refused


def test_what_is_no_python_file_of_the_repository_is_left_alone(
    repository: Any, tmp_path: Path
) -> None:
    async def talk(editor: Editor) -> None:
        editor.open("notes.txt", FILES["notes.txt"])
        editor.open("../outside.py", FILES["other.py"])
        editor.open("other.py", FILES["other.py"])
        assert len(await editor.diagnostics("other.py")) == 1
        assert not editor.messages

    edit(repository.path, talk)


def test_a_configuration_with_an_error_is_said(repository: Any) -> None:
    repository.write({"migrate.toml": "[imports\n"})

    async def talk(editor: Editor) -> None:
        editor.open("other.py", FILES["other.py"])
        assert "migrate.toml" in await editor.message()
        repository.write({"migrate.toml": FILES["migrate.toml"]})
        editor.save("other.py")
        assert len(await editor.diagnostics("other.py")) == 1

    edit(repository.path, talk)


def test_a_place_that_the_phase_leaves_alone_says_why(repository: Any) -> None:
    async def talk(editor: Editor) -> None:
        editor.open("kept.py", FILES["kept.py"])
        found = await editor.diagnostics("kept.py")
        action = await editor.fix("kept.py", found)
        assert action is not None
        assert action.edit is None
        assert (await editor.message()).startswith("onepath left line 3 alone: ")

    edit(repository.path, talk)


def test_text_that_is_half_written_is_no_error(repository: Any) -> None:
    async def talk(editor: Editor) -> None:
        editor.open("app.py", "from pkg.old import (\n")
        assert await editor.diagnostics("app.py") == []
        editor.change("app.py", FILES["other.py"])
        assert len(await editor.diagnostics("app.py")) == 1

    edit(repository.path, talk)


# -------------------------------------------------------------------- done


@pytest.mark.parametrize(
    "text",
    [
        "from pkg.old import Manager\n\nmanager = Manager()\n",
        "x = '\U0001f600'; from pkg.old import Manager  # \xe9\nmanager = Manager()\n",
        "import pkg.old\r\n\r\nmanager = pkg.old.Manager()\r\n",
        "# -*- coding: latin-1 -*-\nx = '\xe9'\nfrom pkg.old import Manager\n",
    ],
)
def test_what_is_typed_is_found_and_mended(repository: Any, text: str) -> None:
    async def talk(editor: Editor) -> None:
        editor.open("app.py", FILES["app.py"])
        assert await editor.diagnostics("app.py") == []
        editor.change("app.py", text)
        found = await editor.diagnostics("app.py")
        assert [(one.source, one.code) for one in found] == [("onepath", "deprecated-import")]
        action = await editor.fix("app.py", found)
        assert action is not None
        assert action.title == "Import by the canonical paths, in this file"
        after = applied(text, action)
        assert "pkg.old" not in after
        assert after.count("\n") == text.count("\n")
        editor.change("app.py", after)
        assert await editor.diagnostics("app.py") == []

    before = repository.state()
    edit(repository.path, talk)
    assert repository.state() == before


def test_a_diagnostic_stands_where_the_name_is(repository: Any) -> None:
    text = "\U0001f600 = 1\nx = '\U0001f600'; import pkg.old; y = pkg.old.Manager\n"
    text = text.replace("\U0001f600 = 1", "# \U0001f600")

    async def talk(editor: Editor) -> None:
        editor.open("app.py", text)
        [found] = await editor.diagnostics("app.py")
        line = text.split("\n")[found.range.start.line].encode("utf-16-le")
        name = line[2 * found.range.start.character : 2 * found.range.end.character]
        assert name.decode("utf-16-le") == "pkg.old.Manager"

    edit(repository.path, talk)


def test_a_file_that_was_saved_is_what_the_others_see(repository: Any) -> None:
    async def talk(editor: Editor) -> None:
        editor.open("other.py", "from pkg.gone import Manager\n")
        assert len(await editor.diagnostics("other.py")) == 1
        repository.write({"pkg/gone.py": "Manager = 1\n"})
        editor.save("other.py")
        assert await editor.diagnostics_with("other.py", 0) == []

    edit(repository.path, talk)
