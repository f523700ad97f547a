"""What the owners of a fleet have: asked of their forges, and kept for runs that ask nobody."""

from collections.abc import Callable, Sequence

from onepath.errors import InputError
from onepath.fleet.manifest import RepositorySource
from onepath.fleet.results import Results
from onepath.publish.forges.owned import OwnedRepository, owned_repositories, parse_owner


class Owners:
    """Lists the repositories of owners.

    Args:
        results: Keeps the lists.
        note: Told when there is something to wait for.
        ask: Whether forges are asked; otherwise the last lists count.
    """

    def __init__(self, results: Results, note: Callable[[str], None], *, ask: bool) -> None:
        self._results = results
        self._note = note
        self._ask = ask

    def __call__(self, source: RepositorySource) -> Sequence[OwnedRepository]:
        """Return the repositories of an owner.

        Raises:
            InputError: There is no token, nothing tells the forge, its client is not installed, or
                nobody may be asked and nothing is known.
            OutsideError: There is no such owner, or the forge does not answer.
        """
        owner = parse_owner(source.value)
        key = f"{owner.host}:{owner.port or ''}/{owner.path}"
        if not self._ask:
            kept = self._results.owned(key)
            if kept is None:
                raise InputError(
                    f"it is not known what {source.shown} has", hint="leave out --no-fetch once"
                )
            return kept
        listed = owned_repositories(owner, source.forge, self._note)
        self._results.keep_owned(key, listed)
        return listed
