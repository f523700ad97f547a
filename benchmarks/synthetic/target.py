"""The fragmented package of the synthetic repository: its modules, their names, the shims."""

from collections.abc import Iterable

APP = "netra_backend.app"
CORE = f"{APP}.websocket_core"
CANONICAL = f"{CORE}.websocket_manager.WebSocketManager"

NAMES: dict[str, tuple[str, ...]] = {
    CORE: (
        "WebSocketManager", "get_websocket_manager", "create_websocket_manager",
        "UnifiedWebSocketManager", "WebSocketManagerMode",
    ),
    f"{CORE}.unified_manager": (
        "UnifiedWebSocketManager", "WebSocketManagerMode", "WebSocketConnection",
    ),
    f"{CORE}.websocket_manager": (
        "WebSocketManager", "get_websocket_manager", "WebSocketManagerMode",
        "WebSocketConnection", "UnifiedWebSocketManager", "WebSocketConnectionManager",
    ),
    f"{CORE}.websocket_manager_factory": (
        "create_websocket_manager", "WebSocketManagerFactory", "get_websocket_manager_factory",
        "create_defensive_user_execution_context", "IsolatedWebSocketManager",
        "create_websocket_manager_sync",
    ),
    f"{CORE}.manager": ("WebSocketManager", "UnifiedWebSocketManager", "get_manager"),
    f"{CORE}.connection_manager": ("WebSocketConnectionManager", "ConnectionManager"),
    f"{CORE}.canonical_imports": (
        "WebSocketManager", "UnifiedWebSocketManager", "create_websocket_manager",
    ),
    f"{APP}.websocket": ("WebSocketManager", "get_manager"),
    f"{APP}.websocket.connection_manager": ("ConnectionManager", "WebSocketConnectionManager"),
    f"{APP}.websocket_manager": ("WebSocketManager", "get_websocket_manager"),
    f"{APP}.websockets.websocket_manager": ("WebSocketManager", "get_websocket_manager"),
}  # fmt: skip
"""What the modules that lead to the manager offer, the name most imported first."""

ALIASES = {
    "ConnectionManager",
    "UnifiedWebSocketManager",
    "WebSocketConnectionManager",
    "WebSocketManager",
}
"""All names that the one class has."""

SOURCES = {
    f"{CORE}.unified_manager": """
class WebSocketManagerMode:
    UNIFIED = "unified"
    ISOLATED = "isolated"


class WebSocketConnection:
    def __init__(self, user_id: str) -> None:
        self.user_id = user_id


class UnifiedWebSocketManager:
    def __init__(self, user_context: Any = None) -> None:
        self.user_context = user_context
""",
    f"{CORE}.websocket_manager": f"""
from {CORE}.unified_manager import (
    UnifiedWebSocketManager,
    WebSocketConnection,
    WebSocketManagerMode,
)

WebSocketManager = UnifiedWebSocketManager
WebSocketConnectionManager = UnifiedWebSocketManager


def get_websocket_manager(user_context: Any = None, mode: Any = None) -> WebSocketManager:
    return WebSocketManager(user_context)
""",
    f"{CORE}.websocket_manager_factory": f"""
from {CORE}.unified_manager import UnifiedWebSocketManager

IsolatedWebSocketManager = UnifiedWebSocketManager


def create_websocket_manager(user_context: Any = None) -> UnifiedWebSocketManager:
    return UnifiedWebSocketManager(user_context)


create_websocket_manager_sync = create_websocket_manager


class WebSocketManagerFactory:
    def create_manager(self, user_context: Any = None) -> UnifiedWebSocketManager:
        return UnifiedWebSocketManager(user_context)


def get_websocket_manager_factory() -> "WebSocketManagerFactory":
    return WebSocketManagerFactory


def create_defensive_user_execution_context(user_id: Any = None, **details: Any) -> Any:
    return {{"user_id": user_id, **details}}
""",
    CORE: f"""
from {CORE}.websocket_manager import (
    UnifiedWebSocketManager,
    WebSocketManager,
    WebSocketManagerMode,
    get_websocket_manager,
)
from {CORE}.websocket_manager_factory import create_websocket_manager

__all__ = [
    "UnifiedWebSocketManager",
    "WebSocketManager",
    "WebSocketManagerMode",
    "create_websocket_manager",
    "get_websocket_manager",
]
""",
    f"{CORE}.manager": f"""
from {CORE}.websocket_manager import WebSocketManager

UnifiedWebSocketManager = WebSocketManager


def get_manager() -> WebSocketManager:
    return WebSocketManager()
""",
    f"{CORE}.connection_manager": f"""
from {CORE}.unified_manager import UnifiedWebSocketManager

WebSocketConnectionManager = UnifiedWebSocketManager
ConnectionManager = UnifiedWebSocketManager
""",
    f"{CORE}.canonical_imports": f"""
from {CORE} import (
    UnifiedWebSocketManager,
    WebSocketManager,
    create_websocket_manager,
)
""",
    f"{APP}.websocket": f"""
from {CORE}.manager import WebSocketManager

get_manager = WebSocketManager
""",
    f"{APP}.websocket.connection_manager": f"""
from {CORE}.connection_manager import WebSocketConnectionManager

ConnectionManager = WebSocketConnectionManager
""",
}
"""The modules that lead to the manager, without their docstrings."""

SHIMS = frozenset(SOURCES) - {
    f"{CORE}.unified_manager",
    f"{CORE}.websocket_manager",
    f"{CORE}.websocket_manager_factory",
}
"""Those that hold nothing else."""

FORMS = {"from multi paren | top": 3, "from | top": 6}
MODULES = {
    f"{CORE}.unified_manager": 3, f"{CORE}.websocket_manager": 2, CORE: 1, f"{CORE}.manager": 1,
    f"{CORE}.websocket_manager_factory": 1, f"{CORE}.connection_manager": 1,
}  # fmt: skip
"""The import statements of SOURCES by form, and by the module they import."""


def names_of(module: str) -> tuple[str, ...]:
    """The public names of a module of the package, the one most imported first."""
    if module in NAMES:
        return NAMES[module]
    stem = module.rpartition(".")[2]
    camel = "".join(part.title() for part in stem.split("_"))
    return (f"WebSocket{camel}", f"get_{stem}", f"{camel}Config", f"{camel}Error", f"is_{stem}_on")


def source_of(module: str) -> str:
    """The part of a module that defines or forwards its names."""
    if module in SOURCES:
        return SOURCES[module]
    return "".join(map(_definition, names_of(module)))


def _definition(name: str) -> str:
    if name[0].islower():
        return f"\ndef {name}() -> bool:\n    return True\n\n"
    bases = "(Exception)" if name.endswith("Error") else ""
    return f"\nclass {name}{bases}:\n    pass\n\n"


def deprecated_paths(modules: Iterable[str]) -> list[str]:
    """Every dotted path, other than the canonical one, that leads or once led to the manager."""
    return sorted(
        f"{module}.{name}"
        for module in {*modules, *SOURCES}
        for name in NAMES.get(module, ())
        if name in ALIASES and f"{module}.{name}" != CANONICAL
    )
