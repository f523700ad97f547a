"""A headless Chromium: Debian's or Playwright's own, whichever is there."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from onepath.report.page.contents import contents
from onepath.report.page.html import page
from onepath.report.page.picture import Picture

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="Playwright is not installed: pip install -e '.[browser]'"
    )
    with playwright.sync_playwright() as started:
        found = next(filter(None, map(shutil.which, CHROMIUM)), None)
        program = found or started.chromium.executable_path
        if not os.path.exists(program):
            pytest.skip(f"no Chromium: none of {', '.join(CHROMIUM)}, nor Playwright's own")
        launched = started.chromium.launch(
            executable_path=program, args=["--no-sandbox"] if os.getuid() == 0 else []
        )
        yield launched
        launched.close()


class Opened:
    """A page that is open, and all that went wrong in it."""

    def __init__(self, browser: Any, file: Path, fragment: str, options: dict[str, Any]) -> None:
        self.wrong: list[str] = []
        self.requests: list[str] = []
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.page.on("console", lambda one: self.wrong.append(f"{one.type}: {one.text}"))
        self.page.on("pageerror", lambda one: self.wrong.append(str(one)))
        self.page.on("request", lambda one: self.requests.append(one.url))
        self.url = file.as_uri()
        self.page.goto(self.url + fragment)
        self.page.wait_for_selector("html[data-ready]")
        self.page.locator(".chart:not(:has(svg))").first.wait_for(state="detached")

    def status(self, section: str) -> str:
        text: str = self.page.locator(f"#{section} .status[role=status]").inner_text()
        return text


Open = Callable[..., Opened]


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """`show(picture, fragment, width=…, scheme=…)` opens a page; nothing may go wrong in it."""
    opened: list[Opened] = []

    def make(
        shown: Picture | Path, fragment: str = "", *, width: int = 1280, scheme: str = "light"
    ) -> Opened:
        file = shown if isinstance(shown, Path) else tmp_path / f"page{len(opened)}.html"
        if isinstance(shown, Picture):
            file.write_text(page(contents(shown)), encoding="utf-8")
        options = {"viewport": {"width": width, "height": 850}, "color_scheme": scheme}
        opened.append(Opened(browser, file, fragment, options))
        return opened[-1]

    yield make
    for one in opened:
        assert one.wrong == []
        assert {url.partition("#")[0] for url in one.requests} == {one.url}
        one.context.close()
