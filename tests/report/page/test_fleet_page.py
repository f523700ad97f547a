"""The page of a fleet: what is in it, and in a real browser what a reader does with it."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Repository
from tests.fleet.conftest import FILES, PROGRAM
from tests.report.page.conftest import Open
from tests.report.page.test_browser import violations
from tests.report.page.test_page import Elements
from tests.report.page.world import HOSTILE, embedded

from onepath.fleet.page import fleet_contents
from onepath.fleet.report import Summary
from onepath.fleet.results import RepositoryResult
from onepath.report.page.html import fleet_page


def picture(number: int, text: str = "") -> dict[str, Any]:
    """What a run says of a repository: its phase is landed, pending or merged, by its number."""
    status = ("landed", "pending", "merged")[number % 3]
    pull = {"number": 7, "url": f"https://forge.test/{text}/7", "state": "open"}
    phase = {
        "number": 1, "name": "imports", "title": f"Do {text}", "branch": f"migrate/{text}/01",
        "status": status, "files": 2, "edits": 3,
        "refusals": [{"code": "dynamic", "waits": "the code that is named", "count": number}],
        "pull_request": pull if status == "landed" else None,
    }  # fmt: skip
    return {
        "schema": 1, "revision": "0123456789abcdef", "python_files": 20, "unparseable": number % 2,
        "rules": {
            "shim": {"summary": "what forwards", "findings": number, "files": 1},
            f"own{text}": {"summary": text, "findings": 0, "files": 0},
        },
        "phases": [phase] if number else [],
    }  # fmt: skip


def summary(count: int = 40, text: str = "") -> Summary:
    """A run over so many repositories, the last of which failed; `text` is wherever text may be."""
    results = [
        RepositoryResult(
            f"repos/{text}r{number:02}", f"/srv/{text}", 0, result=picture(number, text)
        )
        for number in range(count - 1)
    ]
    failed = RepositoryResult("repos/z", "/srv/z", 4, f"git failed\n{text}", f"mend {text}")
    return Summary("report", (*results, failed), frozenset(), (f"gone {text}",), ("1 fork",))


def made(text: str = "", count: int = 12) -> str:
    return fleet_page(fleet_contents(summary(count, text), f"company {text}", "today"))


# ------------------------------------------------------------------- what is in it


def test_the_same_run_gives_the_same_bytes_and_asks_for_nothing_from_outside() -> None:
    assert made() == made()
    parsed = Elements(made())
    assert not {"link", "img", "iframe", "object", "embed"} & set(parsed.tags)
    assert not [value for name, value in parsed.attributes if name in ("src", "srcset", "action")]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_add_no_element_and_hide_nothing(text: str) -> None:
    plain, hostile = Elements(made()), Elements(made(text))
    assert hostile.tags == plain.tags
    assert json.dumps(embedded(made(text)), ensure_ascii=False).isprintable()


def test_what_failed_has_its_reason_line_by_line_and_no_picture() -> None:
    failed = embedded(made("x"))["repositories"][-1]
    assert failed["reason"] == ["git failed", "x"]
    assert (failed["code"], failed["hint"], failed["picture"]) == (4, "mend x", None)


# ------------------------------------------------------------------- in a browser

browser = pytest.mark.browser


def page_of(folder: Path, shown: Summary, title: str = "company/fleet.toml") -> Path:
    file = folder / "fleet.html"
    file.write_text(fleet_page(fleet_contents(shown, title, "2026-01-01 10:00 UTC")), "utf-8")
    return file


@browser
def test_every_section_has_its_figures(show: Open, tmp_path: Path) -> None:
    page = show(page_of(tmp_path, summary())).page
    cards = page.locator(".cards li").all_inner_texts()
    # 39 that were read: 38 with a phase, of which 13, 13 and 12 are pending, merged and landed.
    assert [card.split()[0] for card in cards] == ["40", "741", "25", "12", "741"]
    assert "1 failed" in cards[0]
    assert page.locator("#summary tbody tr").first.inner_text().split("\t")[1:] == [
        "741",
        "38",
        "38",
    ]
    assert page.locator("#phases tbody tr").all_inner_texts() == ["imports\t13\t12\t13\t50\t75"]
    assert page.locator("#refusals tbody tr").all_inner_texts() == [
        "dynamic\tthe code that is named\t741\t38"
    ]
    assert "gone" in page.locator("#summary").inner_text()


@browser
def test_a_figure_leads_to_its_repositories(show: Open, tmp_path: Path) -> None:
    opened = show(page_of(tmp_path, summary()))
    opened.page.locator("#phases").get_by_role("link", name="12").click()
    assert opened.status("repositories").startswith("12 of 40 repositories")
    assert opened.page.evaluate("document.activeElement.className") == "status"
    links = opened.page.locator("#repositories .item a")
    assert links.first.get_attribute("href") == "https://forge.test//7"
    assert links.first.inner_text() == "#7 open"
    opened.page.locator(".cards a").first.click()
    opened.page.locator("#repositories .item").nth(1).wait_for(state="detached")
    item = opened.page.locator("#repositories .item").inner_text()
    assert "failed (4)" in item
    assert "Try: mend" in item


@browser
def test_search_takes_names_and_reasons(show: Open, tmp_path: Path) -> None:
    opened = show(page_of(tmp_path, summary()))
    opened.page.locator("#repositories-search").fill("GIT failed")
    assert opened.status("repositories").startswith("1 of 40 repositories")
    again = show(page_of(tmp_path, summary()), "#repositories?rule=shim&q=r38")
    assert again.status("repositories").startswith("1 of 40 repositories")


@browser
def test_a_fleet_in_which_nothing_could_be_read_says_so(show: Open, tmp_path: Path) -> None:
    page = show(page_of(tmp_path, summary(1))).page
    assert "No rule was asked" in page.locator("#summary .empty").inner_text()
    assert "No repository has" in page.locator("#phases .empty").inner_text()
    assert "No phase leaves" in page.locator("#refusals .empty").inner_text()


@browser
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_stay_text(text: str, show: Open, tmp_path: Path) -> None:
    page = show(page_of(tmp_path, summary(5, text), f"fleet {text}")).page
    assert page.evaluate("window.harmed") is None
    assert text.split()[0].split("\u202e")[0] in page.locator("#repositories").inner_text()
    assert "\u202e" not in page.locator("body").inner_text()


@browser
def test_an_address_that_is_none_of_the_web_is_no_link(show: Open, tmp_path: Path) -> None:
    shown = summary(2)
    result = dict(picture(3))
    result["phases"][0]["pull_request"] = {
        "number": 7, "url": "javascript:window.harmed=1", "state": "open",
    }  # fmt: skip
    odd = RepositoryResult("repos/odd", "/srv/odd", 0, result=result)
    page = show(page_of(tmp_path, Summary("report", (odd, *shown.results)))).page
    assert page.locator("#repositories .item a").count() == 0
    assert "#7 open" in page.locator("#repositories").inner_text()


@browser
@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible_and_fits(width: int, scheme: str, show: Open, tmp_path: Path) -> None:
    page = show(page_of(tmp_path, summary()), width=width, scheme=scheme).page
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


@browser
def test_a_real_fleet_is_as_its_table_says(show: Open, tmp_path: Path) -> None:
    top = tmp_path / "company"
    for name in ("a", "b", "broken"):
        more = {"migrate.toml": "[import]\n"} if name == "broken" else {}
        Repository(top / "repos" / name).commit({**FILES, **more}, "start")
    (top / "fleet.toml").write_text('[[repositories]]\npath = "repos/*"\n')
    run = [*PROGRAM, "fleet", str(top / "fleet.toml")]
    subprocess.run([*run, "apply", "--only", "repos/a"], check=True, capture_output=True)
    file = tmp_path / "fleet.html"
    done = subprocess.run(
        [*run, "report", "--html", str(file), "--format", "json"], capture_output=True
    )
    assert done.returncode == 2
    found = [
        sum(rule["findings"] for rule in one["result"]["rules"].values())
        for one in json.loads(done.stdout)["repositories"]
        if one["result"]
    ]
    page = show(file).page
    assert page.title() == "company/fleet.toml: repositories and phases"
    cards = page.locator(".cards strong").all_inner_texts()
    assert cards[:3] == ["3", str(sum(found)), "4"]
    items = page.locator("#repositories .item").all_inner_texts()
    assert re.search(r"canonical-imports\s+landed", items[0])
    assert re.search(r"canonical-imports\s+pending", items[1])
    assert "unknown key 'import'" in items[2]
    assert violations(page) == []
    page.screenshot(path=tmp_path / "fleet.png", full_page=True)
