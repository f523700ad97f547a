"""The page in a real browser: what a reader does with it, by mouse, by keyboard, and on paper."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.report.page.conftest import Open, Opened
from tests.report.page.world import HOSTILE, picture

from onepath.discover.fragmentation import Fragmentation

pytestmark = pytest.mark.browser

TOP = Path(__file__).resolve().parents[3]
BARE = {"plan": None, "owners": None, "history": None, "fragmentation": Fragmentation((), 0, 0)}


def tags(opened: Opened, section: str = "findings") -> set[str]:
    return set(opened.page.locator(f"#{section} .item .tag").all_inner_texts())


def choose(opened: Opened, field: str, value: str, section: str = "findings") -> None:
    opened.page.locator(f"#{section}-{field}").select_option(value)


def violations(page: Any) -> list[tuple[str, list[str]]]:
    """What axe-core finds: its rules, each with the beginnings of the elements at fault."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page).response["violations"]
    return [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]


# ------------------------------------------------------------------- what is shown


def test_every_section_has_its_figures(show: Open) -> None:
    page = show(picture()).page
    assert page.title() == "demo : paths, phases and findings"
    cards = page.locator(".cards li").all_inner_texts()
    assert [card.split()[0] for card in cards] == ["120", "60", "1", "0", "60"]
    assert page.locator("#symbols svg").count() == 1
    assert page.locator("#history svg").count() == 1
    assert "shim 7 → 2" in page.locator("#phases table").inner_text()
    assert page.locator("#places svg").count() == 2
    assert page.locator("#acceptance svg").count() == 1


def test_the_acceptance_of_the_plan_is_that_of_its_phases_together(show: Open) -> None:
    page = show(picture()).page
    rows = page.locator("#acceptance tbody tr").all()
    cells = [[cell.strip() for cell in row.locator("th, td").all_inner_texts()] for row in rows]
    assert [row[:5] for row in cells] == [
        ["1. imports", "7", "5", "71 %", "2"],
        ["2. shims", "7", "5", "71 %", "2"],
        ["All phases", "14", "10", "71 %", "4"],
    ]
    assert cells[0][5].splitlines() == [
        "40 the code that is named",
        "20 a decision in migrate.toml",
    ]
    assert cells[1][5] == ""


def test_sections_without_content_say_why(show: Open) -> None:
    page = show(picture(0, **BARE, code={})).page
    for section, words in {
        "symbols": "nothing is fragmented",
        "phases": "asks for nothing",
        "acceptance": "No phase is planned",
        "history": "No history",
        "places": "no findings",
        "refusals": "No phase is planned",
        "findings": "find nothing",
    }.items():
        assert words in page.locator(f"#{section} .empty").inner_text()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_stay_text(text: str, show: Open) -> None:
    opened = show(picture(12, text))
    page = opened.page
    page.locator("#symbols summary, #summary summary, #phases summary").first.click()
    assert page.evaluate("window.harmed") is None
    assert page.evaluate("document.querySelectorAll('img, body script[src]').length") == 0
    visible = text.split()[0].split("\u202e")[0]
    assert visible in page.locator("#findings .item").first.inner_text()
    assert "\u202e" not in page.locator("body").inner_text()


def test_code_is_shown_around_the_line(show: Open) -> None:
    item = show(picture(3)).page.locator("#findings .item").first
    assert item.locator(".line").count() == 5
    assert item.locator(".here").inner_text().strip().endswith("import sys")


# ------------------------------------------------------------------- search and filters


def test_search_takes_every_word(show: Open) -> None:
    opened = show(picture())
    opened.page.locator("#findings-search").fill("PART3 shim")
    assert opened.status("findings").startswith("8 of 120 findings")
    assert tags(opened) == {"shim"}
    opened.page.locator("#findings-search").fill("no such thing")
    assert opened.status("findings") == "0 of 120 findings; nothing matches"
    assert opened.page.locator("#findings .item").count() == 0
    opened.page.get_by_role("button", name="Clear filters").last.click()
    assert opened.status("findings").startswith("120 findings")


def test_filters_narrow_each_other_and_stand_in_the_address(show: Open) -> None:
    opened = show(picture())
    choose(opened, "rule", "shim")
    choose(opened, "owner", "@one")
    assert opened.status("findings").startswith("8 of 120 findings")
    assert opened.page.url.endswith("#findings?rule=shim&owner=%40one")
    again = show(picture(), opened.page.url.partition("#")[2].join(["#", ""]))
    assert again.status("findings") == opened.status("findings")
    assert again.page.locator("#findings-owner").input_value() == "@one"


def test_an_address_may_ask_for_what_is_not_there(show: Open) -> None:
    opened = show(picture(), "#findings?rule=gone&q=%3Cimg%20src%3Dx%3E")
    assert opened.status("findings") == "0 of 120 findings; nothing matches"


def test_pages_are_turned_and_the_reader_is_at_their_beginning(show: Open) -> None:
    opened = show(picture())
    findings = opened.page.locator("#findings")
    first = findings.locator(".item").first.inner_text()
    findings.get_by_role("button", name="Next").click()
    assert "26 to 50 are shown" in opened.status("findings")
    assert findings.locator(".item").first.inner_text() != first
    assert opened.page.evaluate("document.activeElement.className") == "status"
    findings.get_by_role("button", name="Previous").click()
    assert findings.locator(".item").first.inner_text() == first


def test_thousands_of_findings_are_a_page_at_a_time(show: Open) -> None:
    opened = show(picture(9000, code={}))
    assert opened.page.locator("#findings .item").count() == 25
    assert "Page 1 of 360" in opened.page.locator("#findings .pager").inner_text()
    opened.page.locator("#findings-search").fill("module8999.py")
    assert opened.status("findings") == "1 of 9,000 findings; 1 to 1 are shown"


# ------------------------------------------------------------------- links


def test_every_link_leads_somewhere_in_the_page(show: Open) -> None:
    page = show(picture()).page
    links = page.eval_on_selector_all("a", "(all) => all.map((one) => one.getAttribute('href'))")
    assert len(links) > 20
    ids = set(page.eval_on_selector_all("[id]", "(all) => all.map((one) => one.id)"))
    assert {link.partition("?")[0] for link in links} <= {f"#{one}" for one in ids}


@pytest.mark.parametrize(
    ("section", "name", "target", "status"),
    [
        ("summary", "shim", "findings", "60 of 120"),
        ("places", "@two", "findings", "17 of 120"),
        ("places", "src/part2", "findings", "17 of 120"),
        ("refusals", "reason-1", "refusals", "20 of 60"),
        ("refusals", "a decision in migrate.toml", "refusals", "20 of 60"),
        ("phases", "60", "refusals", "60 places"),
    ],
)
def test_a_figure_leads_to_what_it_counts(
    section: str, name: str, target: str, status: str, show: Open
) -> None:
    opened = show(picture())
    opened.page.locator(f"#{section}").get_by_role("link", name=name, exact=True).first.click()
    opened.page.locator(".status:focus").wait_for()
    assert opened.status(target).startswith(status)


def test_a_finding_has_an_address_of_its_own(show: Open) -> None:
    opened = show(picture())
    opened.page.locator("#findings .item a").nth(3).click()
    opened.page.locator(".status:focus").wait_for()
    assert opened.status("findings") == "1 of 120 findings; 1 to 1 are shown"


# ------------------------------------------------------------------- how it is read


def test_the_keyboard_reaches_everything(show: Open) -> None:
    page = show(picture(30)).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.url.endswith("#summary")
    reached: list[str] = []
    for _ in range(400):
        page.keyboard.press("Tab")
        outline, what = page.evaluate(
            "(() => { const one = document.activeElement;"
            " return [getComputedStyle(one).outlineStyle, one.id || one.tagName]; })()"
        )
        if what == "BODY":
            break
        assert outline != "none", what
        reached.append(what)
    assert {"symbol", "refusals-search", "refusals-code", "findings-search", "findings-rule"} <= {
        *reached
    }
    assert "BUTTON" in reached
    page.locator("#findings-search").focus()
    page.keyboard.type("module29")
    assert page.locator("#findings .item").count() == 1


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["full", "bare"])
def test_an_accessibility_checker_finds_nothing(
    width: int, scheme: str, kind: str, show: Open
) -> None:
    shown = picture(30) if kind == "full" else picture(0, **BARE, code={})
    page = show(shown, width=width, scheme=scheme).page
    page.eval_on_selector_all("details", "(all) => all.forEach((one) => { one.open = true; })")
    assert violations(page) == []


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_nothing_is_wider_than_the_window(width: int, show: Open) -> None:
    page = show(picture(30), width=width).page
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_colours_follow_the_system_until_the_reader_chooses(show: Open) -> None:
    page = show(picture(3), scheme="dark").page
    background = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(background)
    page.get_by_role("button", name="Light colours").click()
    light = page.evaluate(background)
    assert (dark, light) == ("rgb(21, 24, 27)", "rgb(255, 255, 255)")
    page.get_by_role("button", name="Dark colours").click()
    assert page.evaluate(background) == dark


def test_print_is_black_on_white_and_without_controls(show: Open) -> None:
    page = show(picture(3), scheme="dark").page
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.locator("#findings-search").is_visible()
    assert page.locator("#findings .item").first.is_visible()
    assert page.pdf()[:4] == b"%PDF"


# ------------------------------------------------------------------- the demo


@pytest.mark.parametrize("width", [1280, 390])
def test_the_demo_shows_what_its_audit_finds(width: int, show: Open, tmp_path: Path) -> None:
    demo = tmp_path / "demo"
    run(TOP / "fixtures/build_demo.py", demo)
    file = tmp_path / "report.html"
    migrate = ["-c", "from onepath_cli.app import main; main()", "--repo", demo]
    run(*migrate, "report", "--points", "2", "--html", file)
    audit = json.loads(run(*migrate, "audit", "--format", "json", codes=(1,)))
    opened = show(file, width=width)
    assert opened.status("findings").startswith(f"{len(audit['findings'])} findings")
    for rule, figures in audit["rules"].items():
        row = opened.page.locator("#summary tr", has_text=re.compile(rf"^{rule}\b"))
        assert row.locator("td").first.inner_text() == f"{figures['findings']:,}"
    assert violations(opened.page) == []
    opened.page.screenshot(path=tmp_path / f"demo-{width}.png", full_page=True)


def run(*arguments: Any, codes: tuple[int, ...] = (0,)) -> str:
    done = subprocess.run(
        [sys.executable, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert done.returncode in codes, done.stderr
    return done.stdout
