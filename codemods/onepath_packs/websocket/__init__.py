"""The pack `websocket`: from several WebSocket managers to one.

The codemods of `canonical`, with the names of the reports where nobody has configured others, and
after them the one codemod that is about WebSocket events.
"""

from onepath.codemod.packs import Pack
from onepath_packs import canonical
from onepath_packs.websocket.defaults import defaults
from onepath_packs.websocket.events import codemod as events

PACK = Pack("websocket", (*canonical.VERSIONS, events.VERSION), defaults)
"""Published under the entry point group `onepath.packs`."""
