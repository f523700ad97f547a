"""What is in the page, and that nothing of a repository can be more in it than text."""

import base64
import hashlib
import html
import json
import re
from html.parser import HTMLParser

import pytest
from tests.report.page.world import HOSTILE, embedded, picture

from onepath.discover.fragmentation import Fragmentation
from onepath.report.page.contents import contents
from onepath.report.page.excerpts import MOST, excerpts
from onepath.report.page.html import page


class Elements(HTMLParser):
    """Counts the elements of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


def made(text: str = "", count: int = 12) -> str:
    return page(contents(picture(count, text)))


def test_the_same_picture_gives_the_same_bytes() -> None:
    assert made() == made()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_add_no_element_and_no_attribute(text: str) -> None:
    plain, hostile = Elements(made()), Elements(made(text))
    assert hostile.tags == plain.tags
    assert [name for name, _ in hostile.attributes] == [name for name, _ in plain.attributes]
    assert text not in made(text).replace(html.escape(text), "")


@pytest.mark.parametrize("text", HOSTILE)
def test_everything_that_could_hide_or_reorder_is_written_as_an_escape(text: str) -> None:
    shown = json.dumps(embedded(made(text)), ensure_ascii=False)
    assert shown.isprintable()


def test_what_is_not_utf8_is_written_as_bytes() -> None:
    path = b"caf\xe9.py".decode("utf-8", "surrogateescape")
    assert r"src/part0/caf\xe9.pymodule0.py" in embedded(made(path))["paths"]


def test_the_policy_names_every_script_and_style_and_allows_nothing_else() -> None:
    text = made()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    rules = dict(one.strip().split(" ", 1) for one in html.unescape(policy[1]).split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for kind, found in {
        "script-src": re.findall(r"<script>(.*?)</script>", text, re.S),
        "style-src": re.findall(r"<style>(.*?)</style>", text, re.S),
    }.items():
        digests = (hashlib.sha256(one.encode()).digest() for one in found)
        expected = [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
        assert rules[kind].split() == expected
        assert expected


def test_the_page_asks_for_nothing_from_outside() -> None:
    parsed = Elements(made())
    assert not {"link", "img", "iframe", "object", "embed"} & set(parsed.tags)
    assert not [value for name, value in parsed.attributes if name in ("src", "srcset", "action")]
    own = made().split('<script type="application/json"')[0]
    assert "http" not in own.replace("http-equiv", "")


def test_findings_paths_owners_and_code_belong_together() -> None:
    data = embedded(made(count=10))
    names = [rule["name"] for rule in data["rules"]]
    assert len(data["findings"]) == 10
    for number, path, line, message, _, canonical, version, fingerprint in data["findings"]:
        assert re.fullmatch(r"src/part\d/module\d\.py", data["paths"][path])
        assert (line, canonical) == (3, "pkg.new.Thing")
        assert "is deprecated" in message
        assert version == {"deprecated-import": "pack/v0001", "shim": ""}[names[number]]
        assert re.fullmatch("[0-9a-f]{16}", fingerprint)
        assert data["code"][str(path)]["3"] == "import sys"
        assert sorted(data["code"][str(path)]) == ["1", "2", "3", "4", "5"]
        folder = data["paths"][path].split("/")[1]
        owners = {"part1": ["@one", "@two"], "part2": []}.get(folder, ["@everybody"])
        assert data["owners"][path] == owners
    assert len(data["owners"]) == len(data["paths"])


def test_refusals_and_phases_are_told() -> None:
    data = embedded(made())
    assert [phase["name"] for phase in data["plan"]["phases"]] == ["imports", "shims"]
    assert data["plan"]["phases"][0]["rules"] == [["shim", 7, 2]]
    assert data["plan"]["phases"][0]["refusals"] == len(data["refusals"]) == 60
    phase, code, path, line, reason, waits = data["refusals"][1]
    assert (phase, code, line, reason.strip()) == (0, "reason-1", 1, "because")
    assert waits == "the code that is named"
    assert data["refusals"][0][-1] == "a decision in migrate.toml"
    assert data["paths"][path] == "docs/guide1.md"


def test_what_is_not_there_is_null_and_not_empty() -> None:
    bare = picture(3, plan=None, owners=None, history=None, fragmentation=Fragmentation((), 0, 0))
    data = embedded(page(contents(bare)))
    assert (data["plan"], data["owners"], data["history"]) == (None, None, None)
    assert (data["symbols"], data["refusals"]) == ([], [])


def test_lines_around_places_are_cut_to_a_width_and_to_a_sum() -> None:
    code = {"a.py": b"x" * 500 + b"\n" * 9, "b.py": b"\tif x:\r\n\t\tpass\r\n", "c.py": b"\xff\xfe"}
    found = excerpts(code, [("a.py", 1), ("b.py", 2), ("c.py", 1), ("gone.py", 1), ("a.py", 99)])
    assert found["b.py"] == {1: "    if x:", 2: "        pass"}
    assert len(found["a.py"][1]) == 161
    assert sorted(found) == ["a.py", "b.py"]
    many = {f"{number}.py": b"y" * 150 for number in range(MOST // 150 + 10)}
    shown = excerpts(many, [(path, 1) for path in many])
    assert len(many) - 10 <= len(shown) < len(many)
