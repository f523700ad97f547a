"""Uses of what is replaced by declaration: checked use by use, each against what it should mean."""

from collections.abc import Iterator, Sequence

from onepath.model import BindingKey, Facts, Use
from onepath.proof.failure import NOTHING, Problem
from onepath.proof.meaning import (
    FileMeanings,
    Meaning,
    MeaningReader,
    differs,
    is_nowhere,
)
from onepath.symbols.destinations import BUILTINS
from onepath.symbols.renames import Match, Renames
from onepath.symbols.resolve import Resolution
from onepath.symbols.world import World


class Replaced:
    """Compares the uses of a file one after the other: none may appear, vanish or change its scope.

    Args:
        before: The code as it is.
        after: The code as it would be.
        renames: The deprecated paths; a use of one means the canonical path afterwards, or what it
            meant, where it was left alone.
    """

    def __init__(self, before: World, after: World, renames: Renames) -> None:
        self._after = after
        self._renames = renames
        self._wanted = MeaningReader(before.resolver, renames, self._canonical)
        self._kept = MeaningReader(before.resolver)
        self._builtins = {to.name for to in renames.olds.values() if to.is_builtin}
        self._concerned = frozenset(
            part for old, to in renames.olds.items() for part in (old.rpartition(".")[2], to.leaf)
        )

    def _canonical(self, match: Match) -> Resolution:
        return self._after.resolver.dotted(match.to.dotted)

    def problem(self, path: str, was: Facts, now: Facts, after: FileMeanings) -> Problem:
        """What means something else in a file.

        Args:
            path: The file.
            was: Its facts before.
            now: Its facts after.
            after: What its names mean after.
        """
        if [scope.kind for scope in was.scopes] != [scope.kind for scope in now.scopes]:
            return Problem("its scopes are not the same")
        wanted, kept = self._wanted.open(path, was), self._kept.open(path, was)
        known = set(was.scopes[0].bound) if _stars(was) > _stars(now) else None
        uses = [u for u in now.uses if known is None or u.name in known or u.bound_in != 0]
        olds = [*self._not_builtin(was.uses, uses, now, wanted)]
        if len(olds) != len(uses):
            text = f"{len(olds)} uses of names would become {len(uses)}"
            return Problem(text, _keys(olds) ^ _keys(uses))
        for old, new in zip(olds, uses, strict=True):
            key = frozenset({(old.bound_in, old.name)})
            if old.scope != new.scope:
                return Problem(f"'{new.dotted}' would be read in another scope", key)
            if self._is_untouched(old, new, wanted, after):
                continue
            meant, means = kept.meaning(old), after.meaning(new)
            if (
                differs(wanted.meaning(old), means)
                and differs(meant, means)
                and differs(self._declared(meant), self._declared(means))
                and not _is_patched_alike(was, old, wanted, now, new, after)
            ):
                return Problem(_otherwise(old, new), key)
            if self._is_lost(meant, means):
                return Problem(f"'{new.dotted}' would lead nowhere", key)
        return self._bindings(wanted, kept, after)

    def _bindings(self, wanted: FileMeanings, kept: FileMeanings, after: FileMeanings) -> Problem:
        """A name that imports would bind to something else, or to nothing that is there."""
        for name in sorted(wanted.written.keys() & after.written.keys()):
            if wanted.written[name] == after.written[name]:
                continue
            meant, means = wanted.bound(name), after.bound(name)
            is_resolved = all(meaning[0] != "unresolved" for meaning in means)
            if is_resolved and not _is_module(meant) and differs(meant, means):
                text = f"'{name[1]}' would be bound to something else"
                return Problem(text, frozenset({name}))
            if is_resolved and self._is_lost(kept.bound(name), means):
                return _not_there(name)
        # What came by a star is bound by its name now.
        for name in sorted(after.written.keys() - wanted.written.keys()):
            if any(map(self._is_nowhere, after.bound(name))):
                return _not_there(name)
        return NOTHING

    def _declared(self, meanings: frozenset[Meaning]) -> frozenset[Meaning]:
        """Meanings where a path outside of the repository counts as the new one.

        Another file may pass it on, and one branch may keep what another one replaces.
        """
        return frozenset(
            ("external", self._renames.declared(meaning[1]))
            if meaning[0] == "external"
            else meaning
            for meaning in meanings
        )

    def _is_lost(self, meant: frozenset[Meaning], means: frozenset[Meaning]) -> bool:
        """Whether something would lead nowhere that leads somewhere, as far as is known."""
        return any(map(self._is_nowhere, means)) and not any(map(self._is_nowhere, meant))

    def _is_nowhere(self, meaning: Meaning) -> bool:
        is_outside = meaning[0] == "external"
        return is_nowhere(meaning) or (is_outside and self._renames.is_missing(meaning[1]))

    def _is_untouched(self, old: Use, new: Use, before: FileMeanings, after: FileMeanings) -> bool:
        """Whether two uses are written alike and name nothing that this run is about.

        What they lead to is then the same, because no file loses or rebinds another name: that is
        checked for each of them.
        """
        if (old.name, old.bound_in) != (new.name, new.bound_in):
            return False
        if [name for name, _ in old.chain] != [name for name, _ in new.chain]:
            return False
        key = (old.bound_in, old.name)
        written = before.written.get(key)
        if written != after.written.get(key):
            return False
        names = {name for name, _ in old.chain}
        for _, module, name, _ in written or ():
            names |= {*module.split("."), *name.split(".")}
        return names.isdisjoint(self._concerned)

    def _not_builtin(
        self, olds: Sequence[Use], news: Sequence[Use], now: Facts, before: FileMeanings
    ) -> Iterator[Use]:
        """The uses of which the new file has one each: those that are built in now are none."""
        rest = iter(news)
        new = next(rest, None)
        for old in olds:
            is_left = new is not None and (new.dotted, new.scope) == (old.dotted, old.scope)
            if is_left or not self._is_builtin_now(old, now, before):
                yield old
                new = next(rest, None)

    def _is_builtin_now(self, use: Use, now: Facts, before: FileMeanings) -> bool:
        """Whether a use of an import has become a name that is built in, which is no use at all."""
        if not self._builtins:
            return False
        meant = before.meaning(use)
        if len(meant) != 1:
            return False
        kind, *parts = next(iter(meant))
        if kind != "external" or not str(parts[0]).startswith(f"{BUILTINS}."):
            return False
        name = str(parts[0]).split(".")[1]
        # A scope that reads it, and that nothing around binds it for.
        if name not in now.scopes[use.scope].free:
            return False
        at = now.scopes[use.scope].parent
        while at != -1:
            if name in now.scopes[at].bound and now.scopes[at].kind != "class":
                return False
            at = now.scopes[at].parent
        return True


def _is_patched_alike(
    was: Facts, old: Use, before: FileMeanings, now: Facts, new: Use, after: FileMeanings
) -> bool:
    """Whether two modules are given to a patch, with names that lead to the same in them."""
    olds, news = _beside(was, old), _beside(now, new)
    return (
        olds is not None
        and news is not None
        and not differs(before.meaning(olds), after.meaning(news))
    )


def _beside(facts: Facts, use: Use) -> Use | None:
    """A use with the name that a string gives beside it: `patch.object(module, "Name")`."""
    for string in facts.strings:
        if string.target >= 0 and facts.uses[string.target] == use:
            return use._replace(chain=(*use.chain, (string.value, use.end)))
    return None


def _otherwise(old: Use, new: Use) -> str:
    """That a use means something else afterwards, in words."""
    if old.dotted == new.dotted:
        return f"'{old.dotted}' would mean something else"
    return f"'{old.dotted}' would become '{new.dotted}', which means something else"


def _not_there(name: BindingKey) -> Problem:
    return Problem(f"'{name[1]}' is not in the environment at its new path", frozenset({name}))


def _keys(uses: Sequence[Use]) -> frozenset[BindingKey]:
    return frozenset((use.bound_in, use.name) for use in uses)


def _is_module(meanings: frozenset[Meaning]) -> bool:
    """Whether a name is bound to a module: what is reached through it is compared use by use."""
    return any(meaning[0] in ("module", "external") for meaning in meanings)


def _stars(facts: Facts) -> int:
    return sum(alias.name == "*" for statement in facts.imports for alias in statement.names)
