"""What a partial clone lacks is not read, and what came of that is forgotten once it is fetched."""

from collections.abc import Callable
from pathlib import Path

from tests.conftest import Repository

from onepath.audit.result import AuditResult
from onepath.codemod.packs.configuration import parse_config
from onepath.codemod.packs.installed import load_packs
from onepath.model import Plan
from onepath.plan.auditing import make_audit
from onepath.plan.planner import make_plan
from onepath.run.serial import SerialExecutor
from onepath.snapshot import GitTree
from onepath.snapshot import Repository as Opened

FILES = {
    "pkg/__init__.py": "",
    "pkg/new.py": "class Thing:\n    pass\n",
    "pkg/old.py": "from pkg.new import Thing\n",
    "one.py": "from pkg.old import Thing\n",
}
CONFIG = parse_config('schema = 1\n[imports]\n"pkg.old.Thing" = "pkg.new.Thing"\n', "x")


def outcome(folder: Path) -> tuple[AuditResult, Plan]:
    opened = Opened.discover(folder)
    assert opened is not None
    with opened:
        tree, cache = GitTree(opened), opened.cache_dir
        audit = make_audit(tree, CONFIG, executor=SerialExecutor(), cache_dir=cache)
        plan = make_plan(tree, CONFIG, load_packs(), executor=SerialExecutor(), cache_dir=cache)
    return audit, plan


def test_what_was_missing_is_read_once_it_is_there(
    make_repository: Callable[..., Repository], tmp_path: Path
) -> None:
    repository = make_repository(FILES)
    repository.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    repository.git(
        "clone",
        "--quiet",
        "--no-checkout",
        "--filter=blob:none",
        f"file://{repository.path}",
        str(clone),
    )
    for path in FILES.keys() - {"one.py"}:
        repository.git("-C", str(clone), "show", f"main:{path}")  # which fetches it
    audit, plan = outcome(clone)
    assert not [one for one in audit.findings if one.rule == "deprecated-import"]
    assert [note[:2] for note in audit.notes] == [("one.py", "missing-object")]
    assert not any(phase.changeset.changes for phase in plan.phases)

    repository.git("-C", str(clone), "show", "main:one.py")
    audit, plan = outcome(clone)
    assert [one.path for one in audit.findings if one.rule == "deprecated-import"] == ["one.py"]
    assert audit.notes == plan.notes == ()
    assert [change.path for change in plan.phases[0].changeset.changes] == ["one.py"]
