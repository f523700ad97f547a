"""A plan that stands is, to the last letter, the plan that knows of no earlier one."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from posixpath import dirname
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.made_codemods import made

from onepath.codemod.examples import Example, examples_of
from onepath.codemod.outcome import Proposal
from onepath.codemod.packs.configuration import parse_config
from onepath.codemod.packs.installed import load_packs
from onepath.codemod.packs.pack import Pack
from onepath.config.migrate_toml import Config
from onepath.errors import OnepathError
from onepath.facts.documents.kinds import holds_paths_as_text
from onepath.facts.prefilter.words import AllOf, Needles
from onepath.model import Plan
from onepath.plan import planner
from onepath.plan.planner import make_plan
from onepath.proof.declared import Declared
from onepath.report.document import plan_document
from onepath.run.processes import ProcessExecutor
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder, GitTree, Overlay, Repository
from onepath.snapshot.asked import entries_of_kind
from onepath.symbols.near_paths import near_path
from onepath.symbols.world import World
from onepath_packs.websocket import PACK

FILES = {
    "p/__init__.py": "",
    "p/new.py": "class Manager: pass\n",
    "p/use.py": "from p.new import Manager\n\n\ndef use(): return Manager()\n",
    "p/other.py": "import json\n\n\ndef other(): return json.dumps(1)\n",
    "notes.txt": "nothing\n",
}
NOTHING = Proposal((), (), Declared(is_proven=True), {}, {})
Look = Callable[[World], Any]


class Plans:
    """Plans of one codemod that only looks, over real repositories, with one cache."""

    def __init__(self, look: Look, cache: Path, make_repository: Any, **more: Any) -> None:
        self.looks = 0
        self._cache = cache
        self._repository = make_repository()
        self._there: set[str] = set()
        self._more = {"executor": SerialExecutor(), **more}

        def propose(world: World, _: Config) -> Proposal:
            self.looks += 1
            look(world)
            return NOTHING

        self._packs = {"made": Pack("made", (made(1, "one", "first", "Do one", propose),))}
        self._config = replace(parse_config("", "migrate.toml"), packs=("made",))

    def plan(self, files: Mapping[str, str]) -> Plan:
        for path in {*self._there, *FILES} - files.keys():
            (self._repository.path / path).unlink(missing_ok=True)
        self._there = {*files}
        self._repository.commit(files)
        repository = Repository.discover(self._repository.path)
        assert repository is not None
        return make_plan(
            GitTree(repository, "HEAD"),
            self._config,
            self._packs,
            cache_dir=self._cache,
            **self._more,
        )

    def stands(self, **changes: str) -> bool:
        """Whether a plan of `FILES` stands with other content of files, by their stem."""
        self.plan(FILES)
        before = self.looks
        self.plan(
            {
                path: changes.get(path.rpartition("/")[2].partition(".")[0], text)
                for path, text in FILES.items()
            }
        )
        return self.looks == before


@pytest.fixture
def plans(make_repository: Any, tmp_path: Path) -> Callable[..., Plans]:
    return lambda look, **more: Plans(look, tmp_path / "cache", make_repository, **more)


def imports_of_all(world: World) -> None:
    for path in world.fact_store.python:
        assert world.facts(path).imports is not None


def uses_of_all(world: World) -> None:
    for path in world.fact_store.python:
        assert world.facts(path).uses is not None


def mentions_of_json(world: World) -> None:
    world.fact_store.others_mentioning(world.fact_store.python, Needles.of(["json"]))


def mentions_of_both(world: World) -> None:
    both = AllOf((Needles.of(["json"]), Needles.of(["dumps"])))
    world.fact_store.others_mentioning(world.fact_store.python, both)


def text_of(path: str) -> Look:
    return lambda world: world.read([path])


NO_LONGER = "import json\n\n\ndef other(): return json.loads('1')\n"
LATER = f"{FILES['p/other.py']}\n\nclass Added: pass\n"


@pytest.mark.parametrize(
    ("look", "changes", "stands"),
    [
        (lambda world: None, {"other": "x = 1\n", "notes": "more"}, True),
        (imports_of_all, {"other": NO_LONGER}, True),
        (imports_of_all, {"other": LATER}, True),
        (imports_of_all, {"other": f"import os\n{FILES['p/other.py']}"}, False),
        (imports_of_all, {"other": f"# moved\n{FILES['p/other.py']}"}, False),
        (uses_of_all, {"other": NO_LONGER}, False),
        (uses_of_all, {"notes": "more"}, True),
        (mentions_of_json, {"other": NO_LONGER}, True),
        (mentions_of_json, {"other": "x = 1\n"}, False),
        (mentions_of_json, {"use": "import json\n"}, False),
        (mentions_of_json, {"notes": "import json\n"}, False),
        (mentions_of_both, {"use": "import json\n"}, True),
        (mentions_of_both, {"use": "import json\njson.dumps(1)\n"}, False),
        (mentions_of_both, {"other": NO_LONGER}, False),
        (text_of("notes.txt"), {"notes": "more\n"}, False),
        (text_of("notes.txt"), {"other": "x = 1\n"}, True),
        (text_of("p/other.py"), {"other": LATER}, False),
        (imports_of_all, {"other": "import json\n\n\ndef other(:\n"}, False),
    ],
)
def test_a_plan_stands_while_what_it_was_given_is_the_same(
    plans: Any, look: Look, changes: Mapping[str, str], stands: bool
) -> None:
    assert plans(look).stands(**changes) is stands


def without(path: str) -> Mapping[str, str]:
    return {other: text for other, text in FILES.items() if other != path}


def lists_python(world: World) -> None:
    assert list(world.fact_store.python)


def lists_all(world: World) -> None:
    assert len(world.snapshot.entries)


def finds(dotted: str) -> Look:
    return lambda world: world.modules.find(dotted)


def finds_where_it_is_gone(dotted: str, path: str) -> Look:
    """Ask in a planned world which does not have a file."""
    return lambda world: world.after({path: None}).modules.find(dotted)


def looks_up(path: str) -> Look:
    return lambda world: path in world.snapshot.entries


def suggests(dotted: str) -> Look:
    return lambda world: near_path(world, dotted)


def texts_of_kind(world: World) -> None:
    entries_of_kind(world.snapshot.entries, holds_paths_as_text)


def mentions_in_texts(world: World) -> None:
    world.fact_store.texts_mentioning(holds_paths_as_text, Needles.of(["json"]))


@pytest.mark.parametrize(
    ("look", "files", "stands"),
    [
        (lambda world: None, {**FILES, "p/more.py": ""}, True),
        (lambda world: None, {**FILES, "more.txt": ""}, True),
        (lambda world: None, without("p/other.py"), True),
        (lambda world: None, {**without("p/other.py"), "p/o.py": FILES["p/other.py"]}, True),
        (lists_python, {**FILES, "p/more.py": ""}, False),
        (lists_python, without("p/other.py"), False),
        (lists_python, {**FILES, "more.txt": ""}, True),
        (lists_all, {**FILES, "more.txt": ""}, False),
        (mentions_of_json, {**FILES, "p/more.py": "import os\n"}, True),
        (mentions_of_json, {**FILES, "p/more.py": "import json\n"}, False),
        (mentions_of_json, without("p/other.py"), False),
        (mentions_of_json, without("p/use.py"), True),
        (mentions_of_both, {**FILES, "p/more.py": "import json\n"}, True),
        (mentions_of_both, {**FILES, "p/more.py": FILES["p/other.py"]}, False),
        (mentions_of_both, without("p/other.py"), False),
        (suggests("p.nwe"), {**FILES, "p/more.py": "x = 1\n"}, True),
        (suggests("p.nwe"), {**FILES, "p/newer.py": ""}, False),
        (suggests("p.nwe"), {**FILES, "p/knew/a.py": ""}, False),
        (suggests("p.nwe"), without("p/new.py"), False),
        (suggests("p.nwe"), without("p/other.py"), True),
        (suggests("q.others"), without("p/other.py"), False),
        (suggests("q.others"), {**FILES, "others.py": "x = 1\n"}, False),
        (suggests("q.elsewhere"), without("p/other.py"), True),
        (mentions_in_texts, {**FILES, "more.txt": "os"}, True),
        (mentions_in_texts, {**FILES, "more.txt": "json"}, False),
        (texts_of_kind, {**FILES, "more.txt": ""}, False),
        (texts_of_kind, {**FILES, "more.png": ""}, True),
        (finds("p.more"), {**FILES, "p/more.py": ""}, False),
        (finds("p.more"), {**FILES, "p/more/__init__.py": ""}, False),
        (finds("p.more"), {**FILES, "p/more/deep/a.py": ""}, False),
        (finds("p.more"), {**FILES, "p/most.py": ""}, True),
        (finds("p.new"), {**FILES, "p/new/__init__.py": ""}, False),
        (finds("p.other"), without("p/other.py"), False),
        (finds("q"), {**FILES, "q/a.py": ""}, False),
        (finds("p.use"), {**FILES, "src/a.py": ""}, False),
        (finds_where_it_is_gone("q", "q/a.py"), {**FILES, "q/b.py": ""}, False),
        (looks_up("p/more.py"), {**FILES, "p/more.py": ""}, False),
        (looks_up("p/other.py"), without("p/other.py"), False),
        (lambda world: world.facts("p/more.py"), {**FILES, "p/more.py": ""}, False),
        (lambda world: world.facts("p/other.py"), without("p/other.py"), False),
        (lambda world: world.after({"p/more.py": b""}), {**FILES, "p/more.py": ""}, False),
        (lambda world: None, {**FILES, "q/pyproject.toml": "[project]\nname = 'q'\n"}, True),
    ],
)
def test_it_does_where_files_come_and_go_for_which_nobody_asks(
    plans: Any, look: Look, files: Mapping[str, str], stands: bool
) -> None:
    one = plans(look)
    one.plan(FILES)
    plan = one.plan(files)
    assert (one.looks == 1) is stands
    assert plan.python_files == sum(path.endswith(".py") for path in files)


def test_it_does_not_where_another_folder_is_a_root(plans: Any) -> None:
    one = plans(lambda world: None)
    one.plan({**FILES, "q/kit/a.py": ""})
    one.plan({**FILES, "q/kit/a.py": "", "q/setup.cfg": "[metadata]\nname = q\n"})
    assert one.looks == 2


def test_what_forks_ask_of_paths_counts(plans: Any) -> None:
    def spread(world: World) -> None:
        world.fact_store.spread(lambda _: world.modules.find("p.more") and None, ["p"] * 100)

    with ProcessExecutor(2) as executor:
        one = plans(spread, executor=executor)
        one.plan(FILES)
        one.plan({**FILES, "p/more.py": ""})
    assert one.looks == 2


def test_it_is_that_of_the_new_commit(plans: Any) -> None:
    one = plans(lambda world: None)
    first, second = one.plan(FILES), one.plan({**FILES, "notes.txt": "more\n"})
    assert one.looks == 1
    assert first.base != second.base == second.commit


@pytest.mark.parametrize("look", [text_of("p/other.py"), lambda w: w.facts("p/other.py").uses])
def test_what_forks_read_counts(plans: Any, look: Look) -> None:
    def spread(world: World) -> None:
        world.fact_store.spread(lambda _: look(world) and None, ["p/other.py"] * 100)

    with ProcessExecutor(2) as executor:
        assert not plans(spread, executor=executor).stands(other=NO_LONGER)


# ------------------------------------------------------------- any examples

EXAMPLES = [one for one in examples_of(PACK) if one.expected]


def edited(text: bytes, way: str, draw: Callable[..., Any]) -> bytes:
    lines = text.split(b"\n")
    at = draw(st.integers(0, len(lines)))
    if way == "line removed":
        return b"\n".join(lines[:at] + lines[at + 1 :])
    added = {
        "comment": b"# a comment",
        "value": b"ADDED = 1",
        "import": b"import json",
        "function": b"def added(): return 1",
        "class": b"class Added: pass",
        "line doubled": lines[at] if at < len(lines) else b"",
    }[way]
    return b"\n".join([*lines[:at], added, *lines[at:]])


BYSTANDERS = {
    f"bystander_{n}.py": b"import os\n\n\ndef f():\n    return os.sep\n" for n in range(3)
}
EDITS = ("comment", "value", "import", "function", "class", "line doubled", "line removed")


WAYS = (*EDITS, "added", "deleted", "renamed", "mentioned")
MENTIONS = ("{0} = 1", "import {0} as other", "from {0} import *", "# {0}", "x = '{0}'", "x.{0}()")


def changed(files: Mapping[str, bytes], draw: Callable[..., Any]) -> Mapping[str, bytes]:
    """The files with one of them changed, come, gone or renamed, or with one that spells a word."""
    path = draw(st.sampled_from(sorted(path for path in files if path.endswith(".py"))))
    way = draw(st.sampled_from(WAYS))
    if way in EDITS:
        return {**files, path: edited(files[path], way, draw)}
    if way == "mentioned":
        word = draw(st.sampled_from(sorted({*re.findall(rb"[A-Za-z_]\w+", files[path]), b"new_x"})))
        line = draw(st.sampled_from(MENTIONS)).format(word.decode())
        other = draw(st.sampled_from(sorted({*BYSTANDERS, "new_x.py"})))
        return {**files, other: files.get(other, b"") + f"\n{line}\n".encode()}
    left = {other: text for other, text in files.items() if way == "added" or other != path}
    new = draw(st.sampled_from(sorted(_new_paths(files))))
    return left if way == "deleted" else {**left, new: draw(st.sampled_from((files[path], b"")))}


def _new_paths(files: Mapping[str, bytes]) -> set[str]:
    """Paths beside, above, below and instead of those that are there, or that imports name."""
    found = {"new_one.py", "new_folder/new_one.py", "new.md", "conftest.py", "src/new_one.py"}
    for path in files:
        folder, stem = dirname(path), path.rpartition(".")[0]
        found |= {f"{stem}.pyi", f"{stem}_2.py", f"{stem}/__init__.py", f"{stem}/new_one.py"}
        found |= {f"{folder}/__init__.py".lstrip("/"), f"{folder}/new_one.py".lstrip("/")}
    words = {word.decode() for text in files.values() for word in re.findall(rb"[\w.]+", text)}
    found |= {f"{word.replace('.', '/')}.py" for word in words if "." in word.strip(".")}
    return {path for path in found if path not in files and not _is_in_the_way(path, files)}


def _is_in_the_way(path: str, files: Mapping[str, bytes]) -> bool:
    return path.startswith("/") or any(
        other.startswith(f"{path}/") or path.startswith(f"{other}/") for other in files
    )


@pytest.fixture(scope="module")
def stood() -> Any:
    counts = {True: 0, False: 0}
    yield counts
    assert min(counts.values()) > 10, counts


@given(data=st.data())
@settings(
    max_examples=40, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
def test_a_plan_after_any_edit_is_that_of_who_knows_no_earlier_one(
    tmp_path_factory: pytest.TempPathFactory, stood: dict[bool, int], data: st.DataObject
) -> None:
    example: Example = data.draw(st.sampled_from(EXAMPLES))
    files = {**BYSTANDERS, **example.before}
    empty = Folder(tmp_path_factory.mktemp("empty"))
    cache = tmp_path_factory.mktemp("cache")
    _outcome(Overlay(empty, files), example, cache)
    for _ in range(2):
        files = changed(files, data.draw)
        now = Overlay(empty, files)
        outcome, has_stood = _outcome(now, example, cache)
        assert outcome == _outcome(now, example, None)[0]
        stood[has_stood] += 1


def _outcome(snapshot: Overlay, example: Example, cache: Path | None) -> tuple[Any, bool]:
    """A plan as a document with all new content, or its error; and whether an earlier one stood."""
    planned = []
    with pytest.MonkeyPatch.context() as patch:
        original = planner._in_turn
        patch.setattr(planner, "_in_turn", lambda *given: planned.append(1) or original(*given))
        try:
            config = parse_config(example.config, "migrate.toml")
            plan = make_plan(
                snapshot, config, load_packs(), executor=SerialExecutor(), cache_dir=cache
            )
        except OnepathError as error:
            return str(error), False
    return (plan_document(plan), plan.files_after), not planned
