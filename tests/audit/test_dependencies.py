"""A followed audit is, to the last letter, the audit that knows of no earlier one."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from posixpath import dirname
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.audit.test_rule_examples import FILES, read_example

from onepath.analysis.index import Index
from onepath.audit.dependencies import Followed, follow_findings, keep_dependencies, part_of
from onepath.audit.rule import Rule, engine_rules
from onepath.audit.samples import OF_FILES, sample_files
from onepath.config.globs import Globs
from onepath.config.settings import Settings
from onepath.facts.store.cache import FactsCache
from onepath.plan.notes import keeps_of, unparseable_of
from onepath.run.serial import SerialExecutor
from onepath.snapshot import Folder, Overlay
from onepath.symbols.world import World

Files = Mapping[str, str]
Edit = Callable[[str, str, Files], str]
EXAMPLES = {f"{path.parent.name}/{path.stem}": read_example(path) for path in FILES}
RULES = [rule for _, rule in sorted(engine_rules().items())]
NOTHING = Globs(())


class Audits:
    """Audits of worlds that are nowhere on the disk, with one cache of facts."""

    def __init__(self, empty: Path, cache: FactsCache) -> None:
        self._empty = Folder(empty)
        self._cache = cache
        self._grounds: dict[str, Any] = {}

    def world(self, files: Files, most_open: int | None = None) -> World:
        changes = {path: text.encode() for path, text in files.items()}
        snapshot = Overlay(self._empty, changes)
        return World.open(snapshot, self._cache, SerialExecutor(), most_open=most_open)

    def begin(self, key: str) -> Files:
        """The files of an example, of which a whole audit is kept."""
        example = EXAMPLES[key]
        if key not in self._grounds:
            self.whole(example.files, example.settings, key)
        return example.files

    def whole(self, files: Files, wanted: Settings, key: str = "") -> Followed:
        """An audit of everything; with a key, what it rests on is kept under that."""
        world = self.world(files)
        world.fact_store.load(world.fact_store.python)
        index = Index(world, wanted)
        found = {rule.name: list(rule.check(index, wanted)) for rule in RULES}
        samples = sample_files(index)
        followed = Followed(found, unparseable_of(world), keeps_of(world), samples)
        if key:
            part = replace(part_of(index, found, memories_of(index)), samples=samples)
            keep_dependencies(self._cache, key, world, [part], followed.unparseable, followed.keeps)
            self._grounds[key] = self._cache.dependencies(key)
        return followed

    def followed(
        self, key: str, edited: Files, wanted: Settings, rules: Sequence[Rule] = RULES
    ) -> Followed | None:
        return follow_findings(self._grounds[key], self.world(edited), rules, wanted, NOTHING)

    def check(self, key: str, edited: Files, wanted: Settings) -> None:
        """All rules together, and the one of the example, whose doubts no other rule has for it."""
        own = engine_rules()[key.partition("/")[0]]
        whole = None
        for rules in (RULES, [own]):
            followed = self.followed(key, edited, wanted, rules)
            if followed is not None:
                whole = whole or self.whole(edited, wanted)
                for rule in rules:
                    assert sorted(followed.found[rule.name]) == sorted(whole.found[rule.name])
                assert followed.unparseable == whole.unparseable
                assert followed.samples == whole.samples
                assert followed.keeps == whole.keeps


def memories_of(index: Index) -> dict[str, Any]:
    return {rule.name: rule.rests.remember(index) for rule in RULES if rule.rests is not None}


@pytest.fixture(scope="module")
def audits(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Audits]:
    with FactsCache(tmp_path_factory.mktemp("cache")) as cache:
        yield Audits(tmp_path_factory.mktemp("empty"), cache)


def module_of(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def names_of(text: str) -> list[str]:
    body = ast.parse(text).body
    defined = [one.name for one in body if isinstance(one, ast.FunctionDef | ast.ClassDef)]
    return [*defined, "nowhere_to_be_found"]


def others(path: str, files: Files) -> list[tuple[str, list[str]]]:
    return [
        (module_of(other), names_of(text))
        for other, text in files.items()
        if other != path and other.endswith(".py")
    ]


def without_statement(at: int) -> Edit:
    def edit(path: str, text: str, files: Files) -> str:
        body = ast.parse(text).body
        if not -len(body) <= at < len(body):
            return text
        node = body[at]
        lines = text.split("\n")
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
        return "\n".join([*lines[: first - 1], *lines[node.end_lineno or first :]])

    return edit


def doubled(path: str, text: str, files: Files) -> str:
    return f"{text}\n{text}"


def renamed(path: str, text: str, files: Files) -> str:
    name = names_of(text)[0]
    return text.replace(f"def {name}(", f"def {name}_2(").replace(f"class {name}", f"class {name}2")


def importing(form: str) -> Edit:
    def edit(path: str, text: str, files: Files) -> str:
        return text + "".join(
            form.format(module=module, name=name)
            for module, names in others(path, files)
            for name in names[:2]
        )

    return edit


def with_definitions_of_others(path: str, text: str, files: Files) -> str:
    return "\n".join([text, *(t for p, t in files.items() if p != path and p.endswith(".py"))])


def with_method(path: str, text: str, files: Files) -> str:
    """One more method, named as one of another class is, in every class."""
    names = [
        inner.name
        for other in files.values()
        if "class" in other
        for one in ast.walk(ast.parse(other))
        if isinstance(one, ast.ClassDef)
        for inner in one.body
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    tree = ast.parse(text)
    for one in tree.body:
        if isinstance(one, ast.ClassDef):
            one.body += ast.parse(f"def {[*names, 'more'][0]}(self, a=1): pass").body
    return ast.unparse(tree)


def with_parameter(path: str, text: str, files: Files) -> str:
    tree = ast.parse(text)
    for one in ast.walk(tree):
        if isinstance(one, ast.FunctionDef):
            one.args.kwonlyargs.append(ast.arg("added"))
            one.args.kw_defaults.append(ast.Constant(None))
            break
    return ast.unparse(tree)


def reading(path: str, text: str, files: Files) -> str:
    """A function that reads what the file imports."""
    imports = [one for one in ast.parse(text).body if isinstance(one, ast.ImportFrom)]
    names = [alias.asname or alias.name for one in imports for alias in one.names]
    return f"{text}\ndef reads():\n    return [{', '.join(n for n in names if n != '*')}]\n"


EDITS: Mapping[str, Edit] = {
    "moved": lambda path, text, files: f"# a comment\n\n{text}",
    "reformatted": lambda path, text, files: ast.unparse(ast.parse(text)),
    "value": lambda path, text, files: f"{text}\nADDED = 1\n",
    "function": lambda path, text, files: f"{text}\ndef quite_new(a, b=1):\n    return a\n",
    "class": lambda path, text, files: f"{text}\nclass QuiteNew:\n    def m(self): ...\n",
    "subclass": lambda path, text, files: (
        text + "".join(f"\nclass New{n}({n}):\n    def m(self): ...\n" for n in names_of(text)[:-1])
    ),
    "method": with_method,
    "parameter": with_parameter,
    "first statement gone": without_statement(0),
    "last statement gone": without_statement(-1),
    "renamed": renamed,
    "doubled": doubled,
    "import of outside": lambda path, text, files: f"import json\n{text}\nx = json.dumps(1)\n",
    "imports": importing("\nfrom {module} import {name}\n"),
    "imports used": importing("\nimport {module}\ny = {module}.{name}\n"),
    "imports in a function": importing("\ndef late():\n    from {module} import {name}\n"),
    "calls": importing("\ndef late():\n    from {module} import {name} as n\n    return n(1)\n"),
    "stars": importing("\nfrom {module} import *\n"),
    "aliases": importing("\nimport {module} as m_\n{name} = m_.{name}\n"),
    "patches": importing('\nfrom unittest import mock\nmock.patch("{module}.{name}")\n'),
    "attribute": importing("\nimport {module} as m_\nm_.{name}.other.{name}\n"),
    "reads": reading,
    "exports": lambda path, text, files: f"{text}\n__all__ = {names_of(text)[:1]!r}\n",
    "getattr": lambda path, text, files: f"{text}\ndef __getattr__(name): ...\n",
    "dynamic": lambda path, text, files: f"{text}\nglobals()['x'] = 1\n",
    "definitions of others": with_definitions_of_others,
    "empty": lambda path, text, files: "",
    "broken": lambda path, text, files: f"{text}\ndef (:\n",
    "event": lambda path, text, files: text + '\nE = {"type": "agent_started", "x": 1}\n',
}
ORDINARY = ("moved", "value", "function", "import of outside", "method", "parameter")
"""Edits that should seldom need an audit of the whole, even in worlds made of nothing but cases."""


def edited(files: Files, path: str, edit: str) -> Files:
    try:
        return {**files, path: EDITS[edit](path, files[path], files)}
    except SyntaxError:
        return {**files, path: ""}


@pytest.mark.parametrize("most_open", [1, pytest.param(None, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", EXAMPLES)
def test_all_rules_in_one_pass_find_what_each_finds_by_itself(
    name: str, most_open: int | None, audits: Audits
) -> None:
    """Also where nothing that was made of a file's facts, or by another rule, is kept."""
    example = EXAMPLES[name]

    def index() -> Index:
        world = audits.world(example.files, most_open)
        world.fact_store.load(world.fact_store.python)
        return Index(world, example.settings)

    together = index()
    together.survey([*OF_FILES, *(function for rule in RULES for function in rule.of_files)])
    for rule in RULES:
        alone = index()
        for one in (together, alone):
            one.forget()
        found = [sorted(rule.check(one, example.settings)) for one in (together, alone)]
        assert found[0] == found[1], rule.name
        if rule.rests is not None:
            memories = [rule.rests.remember(one) for one in (together, alone)]
            assert memories[0] == memories[1], rule.name
    assert sample_files(together) == sample_files(index())


@pytest.mark.parametrize("every", [6, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", EXAMPLES)
def test_each_edit_of_each_file_gives_what_a_whole_audit_gives(
    name: str, every: int, audits: Audits
) -> None:
    """A sixth of them, others in each example; all of them take minutes."""
    files = audits.begin(name)
    pairs = [(path, edit) for path in files if path.endswith(".py") for edit in EDITS]
    for path, edit in pairs[list(EXAMPLES).index(name) % every :: every]:
        audits.check(name, edited(files, path, edit), EXAMPLES[name].settings)


NEW = "import json\n\n\nclass QuiteNew:\n    def m(self):\n        return json.dumps(1)\n"
BROKEN = "def (:\n"


def without(files: Files, *paths: str) -> Files:
    return {path: text for path, text in files.items() if path not in paths}


def new_paths(files: Files) -> list[str]:
    """Paths beside, above, below and instead of those that are there, or that somebody names."""
    found = {"new_one.py", "new/new_one.py", "new/__init__.py", "conftest.py", "tests/new/a.py"}
    found |= {"src/new_one.py", "setup.py", "new_one.pyx"}
    for path in files:
        folder, stem = dirname(path), path.rpartition(".")[0]
        found |= {f"{stem}.pyi", f"{stem}_2.py", f"{stem}/__init__.py", f"{stem}/new_one.py"}
        found |= {f"{folder}/__init__.py".lstrip("/"), f"{folder}/new_one.py".lstrip("/")}
        found |= {f"{folder}/test_new.py".lstrip("/"), f"{folder}/__main__.py".lstrip("/")}
    words = {word for text in files.values() for word in re.findall(r"[A-Za-z_][\w.]+", text)}
    found |= {f"{word.strip('.').replace('.', '/')}.py" for word in words if "." in word}
    return sorted(path for path in found if path not in files and "//" not in path)


@pytest.mark.parametrize("every", [6, pytest.param(1, marks=pytest.mark.slow)])
def test_files_that_come_or_go_give_what_a_whole_audit_gives(audits: Audits, every: int) -> None:
    """In each sixth example; in all of them takes minutes."""
    followed = {"come": 0, "gone": 0, "renamed": 0}
    for name, example in [*EXAMPLES.items()][::every]:
        files = audits.begin(name)
        worlds = [("come", {**files, path: NEW}) for path in new_paths(files)[:: len(files)]]
        for path in (path for path in files if path.endswith(".py")):
            beside = f"{path[:-3]}_2.py"
            worlds += [
                ("come", {**files, beside: files[path]}),
                ("come", {**files, beside: files[path], f"{path[:-3]}_3.py": NEW}),
                ("gone", without(files, path)),
                ("renamed", {**without(files, path), beside: files[path]}),
            ]
        for kind, world in worlds:
            audits.check(name, world, example.settings)
            followed[kind] += audits.followed(name, world, example.settings) is not None
    assert followed["come"] > 20, followed
    assert every > 1 or min(followed.values()) > 2, followed


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_so_do_files_that_come_and_go_among_edits(audits: Audits, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(EXAMPLES)))
    new = audits.begin(name)
    for way in data.draw(
        st.lists(st.sampled_from(("come", "gone", "edit")), min_size=1, max_size=3)
    ):
        python = [path for path in new if path.endswith(".py")]
        if way == "come":
            path = data.draw(st.sampled_from(new_paths(new)))
            texts = (NEW, "", BROKEN, *(new[path] for path in python))
            new = {**new, path: data.draw(st.sampled_from(texts))}
        elif python:
            path = data.draw(st.sampled_from(python))
            edit = data.draw(st.sampled_from(sorted(EDITS)))
            new = without(new, path) if way == "gone" else edited(new, path, edit)
    audits.check(name, new, EXAMPLES[name].settings)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_so_do_edits_of_several_files(audits: Audits, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(EXAMPLES)))
    new = audits.begin(name)
    python = [path for path in new if path.endswith(".py")]
    for path in data.draw(st.lists(st.sampled_from(python), min_size=1, max_size=4)):
        new = edited(new, path, data.draw(st.sampled_from(sorted(EDITS))))
    audits.check(name, new, EXAMPLES[name].settings)


@pytest.mark.parametrize("edit", ORDINARY)
def test_ordinary_edits_are_followed(edit: str, audits: Audits) -> None:
    outcomes = []
    for name, example in EXAMPLES.items():
        files = audits.begin(name)
        outcomes += [
            audits.followed(name, edited(files, path, edit), example.settings)
            for path in files
            if path.endswith(".py")
        ]
    assert sum(one is not None for one in outcomes) > 0.35 * len(outcomes)
