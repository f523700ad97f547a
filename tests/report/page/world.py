"""Pictures for the tests of the page: one of a small fragmented repository, one that is hostile."""

import json
import re
from typing import Any

from onepath.audit.finding import Violation, findings
from onepath.audit.result import AuditResult
from onepath.audit.rule import Rule
from onepath.config.owners import CodeOwners
from onepath.discover.fragmentation import Fragmentation, Fragmented, PathTo, Stop
from onepath.model import Changeset, Note, Phase, Plan, Refusal, Removed, VersionId
from onepath.plan.history import Chosen, Point, Revision
from onepath.report.page.picture import Picture

HOSTILE = (
    "</script><script>window.harmed = 1</script>",
    "<img src=x onerror='window.harmed = 2'>",
    "--><!-- <svg onload=window.harmed=3>",
    "\u202egpj.elif\u2066",
    "$title ${contents} &lt; \u2028 \x00\x1b[31m",
    "javascript:window.harmed=4",
)
"""What a name, a path or a line of code may be, and would do in a page that is careless."""

CODE = b"import os\nimport sys\nfrom pkg.old import Thing\n\nThing()\n"


def rule(name: str) -> Rule:
    return Rule(name, f"what {name} finds", lambda _, __: ())


def phase(number: int, name: str, refusals: tuple[Refusal, ...]) -> Phase:
    return Phase(
        number=number,
        name=name,
        branch=f"migrate/p/{number:02d}-{name}",
        title=f"Do {name}",
        versions=(VersionId("pack", number, name, "0" * 64),),
        changeset=Changeset((), refusals),
        before={"shim": 7},
        after={"shim": 2},
        removed=(Removed("pkg/old.py", "Thing", "class"),),
    )


def picture(count: int = 120, text: str = "", **more: Any) -> Picture:
    """A picture with so many findings, and `text` wherever text of the repository comes in."""
    paths = [f"src/part{number % 7}/{text}module{number}.py" for number in range(count)]
    violations = [
        Violation(
            path,
            3,
            f"{text} 'pkg.old.Thing' is deprecated",
            f"pkg.old.Thing{text}",
            "pkg.new.Thing",
        )
        for path in paths
    ]
    old = findings("deprecated-import", "pack/v0001", violations[: count // 2])
    shim = findings("shim", "", violations[count // 2 :])
    result = AuditResult(
        "0123456789abcdef" * 2 + "01234567",
        ("deprecated-import", "patch-of-nothing", "shim"),
        (*old, *shim),
        200,
        200,
        (Refusal(f"{text}bad.py", 2, "unparseable", f"broken {text}"),),
        (Note(f"{text}link", "symlink", f"not followed {text}"),),
    )
    stops = (Stop("pkg.old.Thing", True), Stop("pkg.new.Thing", False))
    symbol = Fragmented(
        "pkg.new.Thing",
        True,
        f"pkg/{text}new.py",
        4,
        (PathTo("pkg.new.Thing", stops[1:], 4, 3), PathTo(f"pkg.old.Thing{text}", stops, 9, 8)),
        (PathTo(f"pkg.gone.Thing{text}", (), 2, 2),),
    )
    refusals = tuple(
        Refusal(f"docs/{text}guide{number}.md", number, f"reason-{number % 3}", f"because {text}")
        for number in range(60)
    )
    points = tuple(
        Point(Revision(f"{day:040x}", f"2025-09-{day:02d}T10:00:00Z", f"title {text}"), rules, 200)
        for day, rules in (
            (1, {"shim": 90, "deprecated-import": 70}),
            (2, {"shim": 60, "deprecated-import": 60}),
        )
    )
    values: dict[str, Any] = {
        "title": f"demo {text}",
        "date": "2025-09-02T10:00:00Z",
        "result": result,
        "rules": {name: rule(name) for name in result.rules},
        "fragmentation": Fragmentation((symbol,), 1, 0),
        "plan": Plan(
            "0123", "0123", (phase(1, "imports", refusals), phase(2, "shims", ())), (), (), 200, 200
        ),
        "waits": {"reason-0": "a decision in migrate.toml"},
        "owners": CodeOwners(b"* @everybody\n/src/part1/ @one @two\n/src/part2/\n"),
        "history": (Chosen(tuple(point.revision for point in points), 30, False), points),
        "code": {path: text.encode("utf-8", "surrogateescape") + b"\n" + CODE for path in paths},
    }
    return Picture(**{**values, **more})


def embedded(page: str) -> Any:
    """The data in a page."""
    found = re.search(r'<script type="application/json" id="contents">(.*?)</script>', page, re.S)
    assert found is not None
    return json.loads(found[1])
