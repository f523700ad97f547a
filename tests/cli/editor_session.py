"""A session of an editor over the wire: what each side says, message by message.

    python -m tests.cli.editor_session

records it into `editor_session.jsonl`, which a test plays again. Nothing of a client library is in
between, so that a change of what stands on the wire is seen.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

RECORDING = Path(__file__).with_name("editor_session.jsonl")
ROOT = "file:///house"
"""Stands for the folder."""
FILES = {
    "pkg/__init__.py": "",
    "pkg/new.py": "class Manager:\n    pass\n",
    "pkg/old.py": "from pkg.new import Manager\n",
    "app.py": "",
    "migrate.toml": '[imports]\n"pkg.old.Manager" = "pkg.new.Manager"\n',
}
_APP = f"{ROOT}/app.py"
_TYPED = "from pkg.old import Manager\n\nmanager = Manager()\n"
_MENDED = "from pkg.new import Manager\n\nmanager = Manager()\n"
_DOCUMENT = "textDocument/"


def editor() -> Iterator[tuple[dict[str, Any], str]]:
    """What the editor says, and the method or id of what it then waits for; empty for nothing.

    It is sent the answer.
    """
    capabilities = {"textDocument": {"publishDiagnostics": {"versionSupport": True}}}
    start = {"processId": None, "rootUri": ROOT, "capabilities": capabilities}
    yield {"id": 1, "method": "initialize", "params": start}, "1"
    yield {"method": "initialized", "params": {}}, ""
    opened = {"uri": _APP, "languageId": "python", "version": 1, "text": ""}
    yield (
        {"method": f"{_DOCUMENT}didOpen", "params": {"textDocument": opened}},
        f"{_DOCUMENT}publishDiagnostics",
    )
    told = yield _change(2, _TYPED), f"{_DOCUMENT}publishDiagnostics"
    found = told["params"]["diagnostics"]
    asked = {
        "textDocument": {"uri": _APP},
        "range": found[0]["range"],
        "context": {"diagnostics": found},
    }
    told = yield {"id": 2, "method": f"{_DOCUMENT}codeAction", "params": asked}, "2"
    [action] = told["result"]
    yield {"id": 3, "method": "codeAction/resolve", "params": action}, "3"
    yield _change(3, _MENDED), f"{_DOCUMENT}publishDiagnostics"
    yield {"id": 4, "method": "shutdown"}, "4"
    yield {"method": "exit"}, ""


def _change(version: int, text: str) -> dict[str, Any]:
    document = {"uri": _APP, "version": version}
    changes = {"textDocument": document, "contentChanges": [{"text": text}]}
    return {"method": f"{_DOCUMENT}didChange", "params": changes}


def play(folder: Path) -> list[dict[str, Any]]:
    """Have the session with a server in a folder; return what both sides say, in order.

    Args:
        folder: A repository with `FILES`.
    """
    said: list[dict[str, Any]] = []
    root = folder.as_uri()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "onepath_cli", "serve", "--lsp"],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    talk: Any = editor()
    message, awaited = next(talk)
    while True:
        message = {"jsonrpc": "2.0", **message}
        said.append({"editor": message})
        _write(process.stdin, json.dumps(message).replace(ROOT, root))
        answer = {}
        while awaited and awaited not in (str(answer.get("id")), answer.get("method")):
            answer = json.loads(_read(process.stdout).replace(root, ROOT))
            said.append({"server": answer})
        try:
            message, awaited = talk.send(answer)
        except StopIteration:
            break
    process.stdin.close()
    status = process.wait(timeout=60)
    assert status == 0, status
    process.stdout.close()
    return said


def _write(stream: IO[bytes], text: str) -> None:
    data = text.encode()
    stream.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
    stream.flush()


def _read(stream: IO[bytes]) -> str:
    size = 0
    while line := stream.readline().strip():
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            size = int(value)
    return stream.read(size).decode()


def recorded() -> list[dict[str, Any]]:
    """What was said when the session was recorded."""
    return [json.loads(line) for line in RECORDING.read_text("utf-8").splitlines()]


def main() -> None:
    """Record the session."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        for path, text in FILES.items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(text, "utf-8")
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "-m", "Code"]):
            subprocess.run(["git", *identity, *command], cwd=folder, check=True)
        lines = [json.dumps(one, sort_keys=True) for one in play(folder)]
    RECORDING.write_text("".join(f"{line}\n" for line in lines), "utf-8")


if __name__ == "__main__":
    main()
