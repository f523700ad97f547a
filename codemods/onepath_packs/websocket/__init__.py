"""The pack `websocket`: from several WebSocket managers to one.

Every version also runs with the user's own names; the pack only knows the order.
"""

from onepath.plan.packs import Pack
from onepath_packs.websocket import (
    v0001_canonical_imports,
    v0002_collapse_factories,
    v0003_delete_shims,
    v0004_unify_implementations,
    v0005_break_cycles,
    v0006_canonical_events,
)
from onepath_packs.websocket.defaults import defaults

PACK = Pack(
    "websocket",
    (
        v0001_canonical_imports.VERSION,
        v0002_collapse_factories.VERSION,
        v0003_delete_shims.VERSION,
        v0004_unify_implementations.VERSION,
        v0005_break_cycles.VERSION,
        v0006_canonical_events.VERSION,
    ),
    defaults,
)
"""Published under the entry point group `onepath.packs`."""
