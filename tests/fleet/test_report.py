"""`migrate fleet FILE report`: each repository audited and planned, and one page over all."""

from pathlib import Path

from tests.fleet.conftest import FIRST, Fleet
from tests.report.page.world import embedded


def test_each_repository_is_audited_and_its_phases_have_their_status(fleet: Fleet) -> None:
    landed = fleet.add("app")
    fleet("apply")
    fleet.add("new")
    before = landed.git("for-each-ref")
    done = fleet.json("report")
    assert landed.git("for-each-ref") == before
    app, new = (one["result"] for one in done.by_name.values())
    assert app["revision"] == landed.git("rev-parse", "HEAD")
    assert [(one["name"], one["status"]) for one in app["phases"]] == [
        ("canonical-imports", "landed"),
        ("shims", "landed"),
    ]
    assert app["phases"][0]["branch"] == FIRST
    assert {one["status"] for one in new["phases"]} == {"pending"}
    assert app["rules"]["shim"]["findings"] == new["rules"]["shim"]["findings"] > 0
    assert "findings, 2 landed\n" in fleet("report", "--only", "*/app").out


def test_a_repository_without_a_configuration_is_audited_and_has_no_phases(fleet: Fleet) -> None:
    plain = fleet.add("plain")
    plain.git("rm", "--quiet", "migrate.toml")
    plain.commit(message="no configuration")
    done = fleet.json("report").by_name["repos/plain"]["result"]
    assert (done["phases"], done["python_files"]) == ([], 4)
    assert "shim" in done["rules"]


def test_one_page_over_all_is_written(fleet: Fleet, tmp_path: Path) -> None:
    fleet.add("app")
    fleet.add("wrong", {"migrate.toml": "[import]\n"})
    page = tmp_path / "fleet.html"
    done = fleet("report", "--html", str(page), code=2)
    assert "repos/wrong  failed (2)" in done.out
    assert f"wrote {page}" in done.err
    shown = embedded(page.read_text("utf-8"))
    assert shown["title"] == "fleet/fleet.toml"
    assert [(one["name"], one["code"]) for one in shown["repositories"]] == [
        ("repos/app", 0),
        ("repos/wrong", 2),
    ]
    assert fleet("plan", "--html", str(page), code=2).err.count("--html belongs to")
