"""Sets that depend on one another, grown together until none of them changes."""

from collections import Counter, deque
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V", bound=Hashable)

_ROUNDS = 12
"""How often one set is computed again because another one grew."""


class Growing(Generic[K, V]):
    """Computes sets by name, where one may be asked for while it is being computed.

    Each set is computed once, and again when a set that it asked for has grown, at most a fixed
    number of times: the work is linear in the number of questions, however the sets depend on
    one another.

    Args:
        compute: Computes the set of a key; asks `get` for the sets that it depends on.
    """

    def __init__(self, compute: Callable[[K], frozenset[V]]) -> None:
        self._compute = compute
        self._known: dict[K, frozenset[V]] = {}
        self._dependents: dict[K, dict[K, None]] = {}
        self._waiting: deque[K] = deque()
        self._queued: set[K] = set()
        self._computed: Counter[K] = Counter()
        self._current: K | None = None

    def get(self, key: K) -> frozenset[V]:
        """The set of a key as far as it is known; to be called from `compute` or `settled`."""
        if key not in self._known:
            self._known[key] = frozenset()
            self._queue(key)
        if self._current is not None:
            self._dependents.setdefault(key, {})[self._current] = None
        return self._known[key]

    def settled(self, ask: Callable[[], frozenset[V]]) -> frozenset[V]:
        """What `ask` returns once every set that it asks for has stopped growing."""
        while True:
            found = ask()
            if not self._waiting:
                return found
            while self._waiting:
                self._grow(self._waiting.popleft())

    def _grow(self, key: K) -> None:
        self._queued.discard(key)
        self._computed[key] += 1
        outer, self._current = self._current, key
        try:
            found = self._compute(key)
        finally:
            self._current = outer
        if found - self._known[key]:
            self._known[key] |= found
            for dependent in self._dependents.get(key, ()):
                self._queue(dependent)

    def _queue(self, key: K) -> None:
        if key not in self._queued and self._computed[key] < _ROUNDS:
            self._queued.add(key)
            self._waiting.append(key)
