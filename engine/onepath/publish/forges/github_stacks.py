"""Native stacks of pull requests at GitHub (in preview: not every server has them)."""

from collections.abc import Sequence
from contextlib import suppress

from onepath.errors import OutsideError
from onepath.publish.forges.http import (
    Client,
    ForbiddenError,
    MissingError,
    UncertainError,
    UnprocessableError,
)

_MOST = 100
_ATTEMPTS = 3


class Stacks:
    """The stacks of a repository.

    Args:
        client: The API.
        repository: `/repos/owner/name`
    """

    def __init__(self, client: Client, repository: str) -> None:
        self._client = client
        self._path = f"{repository}/stacks"

    def available(self) -> bool:
        """Whether the server has stacks: an older or another one does not know the address."""
        try:
            self._client.ask("GET", self._path, params={"per_page": 1})
        except (MissingError, ForbiddenError, UnprocessableError):
            return False
        return True

    def make(self, numbers: Sequence[int]) -> str:
        """Make open pull requests one stack, whatever stacks they are in.

        Args:
            numbers: From the bottom to the top; at least 2.

        Returns:
            `created`, `extended` or `unchanged`.
        """
        wanted = list(numbers)
        if not 2 <= len(wanted) <= _MOST:
            raise ValueError(f"a stack has 2 to {_MOST} pull requests, not {len(wanted)}")
        done = "unchanged"
        for _ in range(_ATTEMPTS):
            stack, current = self._stack_of(wanted[0])
            if current == wanted:
                return done
            try:
                if stack and current == wanted[: len(current)]:
                    self._free(wanted[len(current) :])
                    path = f"{self._path}/{stack}/add"
                    self._client.ask("POST", path, json={"pull_requests": wanted[len(current) :]})
                    return "extended"
                self._free(wanted)
                self._client.ask("POST", self._path, json={"pull_requests": wanted})
                return "created"
            except UncertainError:
                # What was asked for may be done: look again.
                done = "created"
        raise OutsideError("the stack of pull requests could not be made", hint="run this again")

    def _stack_of(self, number: int) -> tuple[int, list[int]]:
        """Return the stack of a pull request and its open ones, in order; 0 if it is in none."""
        listed = self._client.ask("GET", self._path, params={"pull_request": number}).data
        for stack in listed:
            pulls = [one["number"] for one in stack["pull_requests"] if one["state"] == "open"]
            if stack["open"] and number in pulls:
                return stack["number"], pulls
        return 0, []

    def _free(self, numbers: Sequence[int]) -> None:
        """Take pull requests out of the stacks that they are in."""
        dissolved = set()
        for number in numbers:
            stack, _ = self._stack_of(number)
            if stack and stack not in dissolved:
                dissolved.add(stack)
                with suppress(MissingError):  # it was dissolved, and the answer was lost
                    self._client.ask("POST", f"{self._path}/{stack}/unstack", repeatable=True)
