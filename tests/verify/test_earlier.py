"""Branches that landed under an earlier digest of the same versions."""

from dataclasses import replace
from typing import Any

import pytest

from onepath.codemod.packs import installed, version
from onepath_packs import websocket
from onepath_packs.canonical.imports.codemod import CanonicalImports

OLD, NEW, OTHER = "a" * 64, "b" * 64, "c" * 64


def digest_is(monkeypatch: pytest.MonkeyPatch, digest: str) -> None:
    """Let every version have one digest from now on."""
    monkeypatch.setattr(version, "version_digest", lambda _: digest)
    packs = {"websocket": replace(websocket.PACK, source="onepath")}
    monkeypatch.setattr(installed, "load_packs", lambda: packs)


@pytest.mark.parametrize("more", [{}, {"late.py": "from pkg.old import Manager\n"}])
def test_an_earlier_digest_is_recognised(
    gated: Any, monkeypatch: pytest.MonkeyPatch, more: dict[str, str]
) -> None:
    digest_is(monkeypatch, OLD)
    gated.land({}, "true")
    if more:
        gated.repository.commit(more)
        gated.migrate("apply", "--append")
    digest_is(monkeypatch, NEW)
    monkeypatch.setattr(CanonicalImports, "earlier_digests", (OTHER, OLD))
    assert gated.verify()["status"] == "same"


def test_another_digest_is_another_version(gated: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    digest_is(monkeypatch, OLD)
    gated.land({}, "true")
    digest_is(monkeypatch, NEW)
    monkeypatch.setattr(CanonicalImports, "earlier_digests", (OTHER,))
    found = gated.verify(code=3)
    assert found["status"] == "differs"
    assert any(f"no Migrate-Hash: {NEW}" in one["text"] for one in found["differences"])


def test_what_lands_again_has_the_digest_of_today(
    gated: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest_is(monkeypatch, OLD)
    gated.land({}, "true")
    digest_is(monkeypatch, NEW)
    monkeypatch.setattr(CanonicalImports, "earlier_digests", (OLD,))
    gated.repository.commit({"late.py": "from pkg.old import Manager\n"})
    gated.migrate("apply")
    assert f"Migrate-Hash: {NEW}" in gated.git("log", "-1", "--format=%B", gated.BRANCH)
    assert gated.verify()["status"] == "same"
