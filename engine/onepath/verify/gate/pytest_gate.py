"""A plugin for the user's own pytest: writes node ids into the JUnit file, runs chosen tests.

It is copied into a folder by itself and needs nothing but pytest, in any Python from 3.8 on.
"""

from __future__ import annotations

import json
import os
from typing import Any

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: Any, items: list[Any]) -> None:
    """Name each test, and keep those that the environment asks for."""
    for item in items:
        item.user_properties.append(("onepath", item.nodeid))
    path = os.environ.get("ONEPATH_GATE_TESTS")
    if path:
        with open(path, encoding="utf-8") as file:
            wanted = set(json.load(file))
        others = [item for item in items if item.nodeid not in wanted]
        if others:
            config.hook.pytest_deselected(items=others)
            items[:] = [item for item in items if item.nodeid in wanted]
