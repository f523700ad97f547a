"""The pack `websocket`: from several WebSocket managers to one.

The codemods of `canonical`, with the names of the reports where nobody has configured others, and
after them the one codemod that is about WebSocket events, with its rule.
"""

from onepath.codemod import Pack
from onepath_packs import canonical
from onepath_packs.websocket.defaults import defaults
from onepath_packs.websocket.events.codemod import CanonicalEvents
from onepath_packs.websocket.events.rule import RULE

PACK = Pack(
    "websocket",
    (*canonical.CODEMODS, CanonicalEvents),
    rules=(*canonical.RULES, RULE),
    defaults=defaults,
    is_default=True,
)
"""Published under the entry point group `onepath.packs`."""
