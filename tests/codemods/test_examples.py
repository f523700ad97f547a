"""Every example beside every codemod and rule of the packs, by the runner that is shipped."""

from collections.abc import Callable

import pytest

from onepath.codemod.examples import Example, examples_of, lacking
from onepath_packs import canonical, websocket

EXAMPLES = examples_of(websocket.PACK)


def test_every_version_and_rule_has_examples_and_refusals() -> None:
    assert lacking(websocket.PACK, EXAMPLES) == []
    assert lacking(canonical.PACK, examples_of(canonical.PACK)) == []
    assert len(EXAMPLES) > 500


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example, check_example: Callable[..., None]) -> None:
    check_example(example, websocket.PACK)
