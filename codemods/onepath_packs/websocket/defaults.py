"""What the pack does where nobody has written a `migrate.toml`: the names of the reports.

The pack recognises the backend that the reports on WebSocket fragmentation describe by its
canonical manager. Of the paths that the reports name it takes those that lead to that very class,
and those whose module or name is gone; a path that leads to another class needs somebody's
decision, and `migrate init` shows it.
"""

from collections.abc import Iterator

from onepath.symbols.resolve import Resolution
from onepath.symbols.world import World

_BASE = "netra_backend.app"
_CORE = f"{_BASE}.websocket_core"
_HOME = f"{_CORE}.websocket_manager"
CANONICAL = f"{_HOME}.WebSocketManager"

_NAMES = ("WebSocketManager", "UnifiedWebSocketManager", "WebSocketConnectionManager",
          "ConnectionManager")  # fmt: skip
_MODULES = (
    f"{_CORE}.unified_manager", f"{_CORE}.manager", f"{_CORE}.connection_manager",
    f"{_CORE}.canonical_imports", _CORE, f"{_BASE}.websocket.connection_manager",
    f"{_BASE}.websocket", _HOME,
)  # fmt: skip
_SHIMS = (
    f"{_BASE}.websocket.connection_manager", f"{_BASE}.websocket.connection_info",
    f"{_BASE}.websocket", f"{_CORE}.canonical_imports", f"{_CORE}.connection_manager",
    f"{_CORE}.manager",
)  # fmt: skip
_FACTORIES = (
    f"{_CORE}.websocket_manager_factory.create_websocket_manager",
    f"{_CORE}.websocket_manager_factory.WebSocketManagerFactory.create_manager",
    f"{_CORE}.websocket_manager_factory.WebSocketManagerFactory.create_isolated_manager",
)
_LOOKALIKES = (
    f"{_CORE}.websocket_manager_factory.IsolatedWebSocketManager",
    f"{_CORE}.websocket_manager_factory.EmergencyWebSocketManager",
    f"{_CORE}.websocket_manager_factory.DegradedWebSocketManager",
    f"{_CORE}.migration_adapter.WebSocketManagerAdapter",
)


def defaults(world: World) -> str:
    """The configuration for the backend of the reports, as TOML; empty for any other code."""
    canonical = world.resolver.dotted(CANONICAL)
    if canonical.kind != "definition" or canonical.rest:
        return ""
    return "\n".join(_lines(world, canonical)) + "\n"


def _lines(world: World, canonical: Resolution) -> Iterator[str]:
    yield "[imports]"
    for module in _MODULES:
        for name in _NAMES:
            dotted = f"{module}.{name}"
            if dotted != CANONICAL and _is_deprecated(world, dotted, canonical):
                yield f'"{dotted}" = "{CANONICAL}"'
    yield "[shims]"
    yield from (f'"{path}" = "delete"' for path in _SHIMS if world.modules.find(path))
    for path in filter(lambda path: _is_there(world, path), _FACTORIES):
        yield f'[factories."{path}"]\nto = "{CANONICAL}"'
    yield "[implementations]"
    for path in filter(lambda path: _is_there(world, path), _LOOKALIKES):
        yield f'"{path}" = "{CANONICAL}"'
    yield f'[cycles]\npaths = ["{_CORE.replace(".", "/")}/**"]'


def _is_deprecated(world: World, dotted: str, canonical: Resolution) -> bool:
    """Whether a path leads to the canonical class, or to nothing that is there."""
    resolution = world.resolver.dotted(dotted)
    if resolution.kind == "definition":
        return resolution.target == canonical.target
    return resolution.reason in ("no such module", "no such name")


def _is_there(world: World, dotted: str) -> bool:
    """Whether a path leads to a definition, or to a member of a class that has it."""
    resolution = world.resolver.dotted(dotted)
    if resolution.kind != "definition":
        return False
    wanted = ".".join((resolution.name, *resolution.rest))
    return any(
        definition.qualname == wanted for definition in world.facts(resolution.path).definitions
    )
