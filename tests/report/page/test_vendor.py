"""The embedded libraries are what their makers published, and their licences are beside them."""

import hashlib
import re
from importlib.resources import files

import pytest

VENDOR = files("onepath.report.page") / "vendor"
DIGESTS = {
    "vega.min.js": "8f6a3587cf8d4f42c7e08120e3eb05d067e746d554e39d2dcf52acc0bd5ba28f",
    "vega-lite.min.js": "83e215e84e308ee8688fa6503ba0f1cf8a3c05c0d61df2841a0b92bf86809e00",
    "vega-interpreter.js": "c0bdb735a63f9276f136e8d90d7fdf5d8e9df8031eb069048fc9975c876fd7f9",
}


@pytest.mark.parametrize("name", DIGESTS)
def test_a_library_is_the_published_one(name: str) -> None:
    data = (VENDOR / name).read_bytes()
    assert hashlib.sha256(data).hexdigest() == DIGESTS[name]
    # Inside a page it must not end the script it stands in, nor begin a comment there.
    assert not re.search(rb"</script|<!--", data, re.IGNORECASE)


@pytest.mark.parametrize("name", DIGESTS)
def test_its_licence_and_its_size_are_said(name: str) -> None:
    package = name.removesuffix(".js").removesuffix(".min")
    assert "Redistribution and use" in (VENDOR / f"LICENSE.{package}").read_text("utf-8")
    size = f"{len((VENDOR / name).read_bytes()):,}"
    assert size in (VENDOR / "README.md").read_text("utf-8")


def test_there_is_nothing_else() -> None:
    names = {entry.name for entry in VENDOR.iterdir()}
    assert {name for name in names if name.endswith(".js")} == set(DIGESTS)
