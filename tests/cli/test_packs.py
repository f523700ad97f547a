"""Packs of one's own: found by path, several of them, and what they bring."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onepath.codemod.packs import installed
from onepath.codemod.packs.configuration import load_config, parse_config
from onepath.codemod.packs.installed import load_packs, local_pack, packs_of
from onepath.codemod.packs.pack import Pack, chosen_pack, joined
from onepath.codemod.packs.scaffold import scaffold
from onepath.errors import ConfigError, InputError
from onepath_packs import canonical, websocket

CONFIG = """\
packs = ["canonical", "codemods/{name}"]
[imports]
"app.old.send" = "app.mail.send"
[rename_keyword]
function = "app.mail.send"
keywords = {{ retries = "attempts" }}
"""
FILES = {
    "app/__init__.py": "",
    "app/mail.py": "def send(text, attempts=1):\n    return text\n",
    "app/old.py": "from app.mail import send\n",
    "jobs.py": "from app.old import send\n\nsend('a', retries=2)\nsend('b', **{})\n",
}

Migrate = Callable[..., Any]


class Project:
    """A repository with a pack of its own, under a name that no other test has."""

    def __init__(self, repository: Any, migrate: Migrate, name: str) -> None:
        self.repository, self.name = repository, name
        self.path: Path = repository.path
        self._migrate = migrate
        self.repository.write(scaffolded(name))
        self.repository.write({"migrate.toml": CONFIG.format(name=name)})

    def run(self, *arguments: str, code: int = 0) -> Any:
        done = self._migrate("--jobs", "1", *arguments, cwd=self.path)
        assert done.code == code, f"{done.out.decode()}{done.err}"
        return done

    def json(self, *arguments: str, code: int = 0) -> Any:
        return json.loads(self.run(*arguments, "--format", "json", code=code).out)


def scaffolded(name: str) -> dict[str, str]:
    """The files of a new pack in the folder `codemods`."""
    made = scaffold(Path("nowhere"), name)
    return {f"codemods/{path}": text for path, text in made.files.items()}


@pytest.fixture
def project(
    make_repository: Callable[..., Any], migrate: Migrate, request: pytest.FixtureRequest
) -> Project:
    name = f"pack_{abs(hash(request.node.name)) % 10**8}"
    return Project(make_repository(FILES), migrate, name)


# ------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('pack = "canonical"\npacks = ["canonical"]\n', "two names of one key"),
        ("packs = []\n", "packs: is empty"),
        ('packs = ["canonical", 3]\n', "packs: expected a list of strings"),
        ('packs = ["canonical", "canonical"]\n', "'canonical' appears twice"),
        ('pack = "canonical"\n[events]\nrewrite = true\n', "is read by the pack 'websocket'"),
    ],
)
def test_packs_that_can_not_be(text: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        parse_config(text, "migrate.toml")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('pack = "other"\n', "no pack 'other'"),
        ('packs = ["canonical", "tools/own"]\n', "'tools/own' is no installed one"),
        ('packs = ["canonical", "websocket"]\n', "both have a phase 'canonical-imports'"),
    ],
)
def test_packs_that_are_not_there_or_do_not_go_together(text: str, told: str) -> None:
    def phases() -> Any:
        config = parse_config(text, "migrate.toml")
        return chosen_pack(packs_of(config), config).phases(config)

    with pytest.raises(InputError, match=told):
        phases()


def test_a_folder_without_a_pack(tmp_path: Path) -> None:
    (tmp_path / "migrate.toml").write_text('packs = ["canonical", "./own"]\n')
    with pytest.raises(InputError, match="there is no such pack"):
        load_config(tmp_path / "migrate.toml")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "__init__.py").write_text("PACK = 1\n")
    with pytest.raises(InputError, match="holds no pack"):
        load_config(tmp_path / "migrate.toml")


def test_a_pack_that_fails_when_it_is_imported(tmp_path: Path) -> None:
    (tmp_path / "__init__.py").write_text("1 / 0\n")
    for _ in range(2):
        with pytest.raises(InputError, match="can't be imported: ZeroDivisionError"):
            local_pack(tmp_path)


def test_two_packs_of_one_name_or_table() -> None:
    with pytest.raises(InputError, match="two packs are called 'canonical'"):
        joined([canonical.PACK, Pack("canonical", ())])
    table = type("Other", (), {"table_name": "events"})
    with pytest.raises(InputError, match="both have a table 'events'"):
        joined([websocket.PACK, Pack("own", (), tables=(table,))])  # type: ignore[arg-type]


def test_without_a_default_the_configuration_must_name_a_pack(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(installed, "load_packs", lambda: {"canonical": canonical.PACK})
    with pytest.raises(InputError, match="names no pack, and none is the default"):
        parse_config("", "migrate.toml")


def test_code_of_the_repository_runs_only_if_the_file_on_disk_names_it(project: Project) -> None:
    project.repository.commit({}, "with the pack")
    (project.path / "migrate.toml").write_text('pack = "canonical"\n')
    done = project.run("--rev", "HEAD", "--dry-run", code=2)
    assert "runs only if the configuration on disk names it" in done.err
    (project.path / "migrate.toml").write_text(CONFIG.format(name=project.name))
    plan = project.json("--rev", "HEAD", "--dry-run")
    assert [phase["name"] for phase in plan["phases"]] == ["canonical-imports", "rename-keyword"]


def test_a_bare_repository_runs_no_code(project: Project, tmp_path: Path) -> None:
    project.repository.commit({}, "with the pack")
    project.repository.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    project.path = tmp_path / "bare.git"
    assert "names the pack" in project.run("--dry-run", code=2).err


def test_a_defect_names_the_pack_and_its_version(project: Project) -> None:
    file = project.path / "codemods" / project.name / "rename_keyword" / "codemod.py"
    text = file.read_text().replace("return with_keywords(", "return 1 / 0 or with_keywords(")
    file.write_text(text)
    project.repository.commit({}, "with the pack")
    said = project.run("--dry-run", code=70).err
    assert f"a defect of the pack '{project.name}'" in said
    assert f"{project.name}/v0001_rename_keyword: ZeroDivisionError" in said


# ------------------------------------------------------------------ what works


def test_a_pack_in_a_folder_and_an_installed_one(project: Project) -> None:
    project.repository.commit({}, "with the pack")
    plan = project.json("--dry-run")
    assert [phase["versions"] for phase in plan["phases"]] == [
        ["canonical/v0001_canonical_imports"],
        [f"{project.name}/v0001_rename_keyword"],
    ]
    assert plan["phases"][1]["declared"] == {"rename-keyword-call": {"before": 2, "after": 1}}
    assert [one["code"] for one in plan["phases"][1]["refusals"]] == ["double-star"]
    project.run("apply")
    branch = "migrate/canonical/06-rename-keyword"
    text = project.repository.git("show", f"{branch}:jobs.py")
    assert "from app.mail import send\n\nsend('a', attempts=2)" in text
    ledger = f".migrate/ledger/{project.name}/0001_rename_keyword.toml"
    assert "hash" in project.repository.git("show", f"{branch}:{ledger}")
    states = [phase["status"] for phase in project.json("status")["phases"]]
    assert states == ["landed", "landed"]
    verified = project.json("verify")
    assert [one["status"] for one in verified["branches"]] == ["same", "same"]
    assert f"{project.name}/v0001_rename_keyword (head)" in project.run("heads").out.decode()


def test_its_rule_is_run_and_says_which_version_mends(project: Project) -> None:
    project.repository.commit({}, "with the pack")
    found = project.json("audit", "--rule", "rename-keyword", code=1)["findings"]
    assert [(one["path"], one["line"], one["fixed_by"]) for one in found] == [
        ("jobs.py", 3, f"{project.name}/v0001")
    ]
    assert (
        "The old name is going to be removed."
        in project.run("explain", "rename-keyword").out.decode()
    )
    by_imports = project.json("audit", "--rule", "deprecated-import", code=1)["findings"]
    assert {one["fixed_by"] for one in by_imports} == {"canonical/v0001"}


def test_versions_of_several_packs_are_grouped_by_their_packs(project: Project) -> None:
    phases = f'[phases]\nall = [1, "{project.name}/1"]\n'
    (project.path / "migrate.toml").write_text(CONFIG.format(name=project.name) + phases)
    project.repository.commit({}, "with the pack")
    [phase] = project.json("--dry-run")["phases"]
    assert phase["versions"] == [
        "canonical/v0001_canonical_imports",
        f"{project.name}/v0001_rename_keyword",
    ]


def test_the_digest_is_the_same_wherever_the_pack_is(tmp_path: Path) -> None:
    digests = set()
    for number in (1, 2):
        for path, text in scaffolded(f"moved_{number}").items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        (version,) = local_pack(tmp_path / "codemods" / f"moved_{number}").versions
        digests.add(version.digest)
    assert len(digests) == 1
    file = tmp_path / "codemods" / "moved_2" / "rename_keyword" / "rule.py"
    file.write_text(file.read_text() + "\n# more\n")
    del version.__dict__["digest"]
    assert version.digest not in digests


def test_new_and_test(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    name = f"codemods/{project.name}"
    assert "4 examples: all as they say" in project.run("test", name).out.decode()
    assert project.json("test", name) == {"schema": 1, "examples": 4, "problems": {}}
    done = project.run("new", f"{project.name}/rename_keyword", code=2)
    assert "exists already" in done.err
    assert "is no name of a pack" in project.run("new", "No", code=2).err
    examples = project.path / name / "rename_keyword" / "examples"
    example = examples / "calls_follow.example"
    example.write_text(example.read_text().replace("attempts=2)", "attempts=4)"))
    (examples / "refused_double_star.example").unlink()
    done = project.run("test", name, code=1)
    assert '+post(post("inner", attempts=1)[0], attempts=2)' in done.out.decode()
    assert "v0001_rename_keyword: no example shows what it refuses" in done.out.decode()


def test_a_version_is_added_to_a_pack(project: Project) -> None:
    project.run("new", f"{project.name}_two/first")
    project.run("new", f"{project.name}_two/second")
    init = (project.path / "codemods" / f"{project.name}_two" / "__init__.py").read_text()
    assert "CODEMODS = (First, Second)" in init
    text = (project.path / "codemods" / f"{project.name}_two" / "second" / "codemod.py").read_text()
    assert "number = 2\n" in text


def test_packs_without_a_name_are_the_default() -> None:
    assert parse_config("", "migrate.toml").packs == ("websocket",)
    assert [pack.name for pack in load_packs().values() if pack.is_default] == ["websocket"]
