"""Functions that a test replaces where a pattern speaks of their calls: `patch("pkg.old")`.

What is put in calls something else, which the test does not replace.
"""

from collections.abc import Iterator

from onepath.codemod.patterns.names import Symbol, symbol_named, symbol_of
from onepath.model import DottedString, Facts, Refusal, UseKind
from onepath.symbols.find_references.callees import replaces
from onepath.symbols.find_references.references import modules_bound
from onepath.symbols.world import World

CODE = "patched"


def patched(
    world: World, path: str, words: frozenset[str], symbol: Symbol, dotted: str
) -> Iterator[Refusal]:
    """The places of a file that put something else in the place of a function.

    Args:
        world: The code.
        path: The file.
        words: By which the last part of the function's name may be spelled.
        symbol: What the function is.
        dotted: Its path in the pattern.
    """
    facts = world.facts(path)
    lines = {
        string.line
        for string in facts.strings
        if string.value.replace(":", ".").rpartition(".")[2] in words
        and replaces(path, facts, world.resolver, string)
        and symbol in _named(world, path, facts, string)
    }
    stored = [
        use
        for use in facts.uses
        if use.kind & UseKind.STORE
        and not use.kind & UseKind.CALLEE  # something of what a call gives is set
        and use.chain
        and use.chain[-1][0] in words
    ]
    if stored:
        data = world.read([path])[path]
        for use in stored:
            chain = [name for name, _ in use.chain]
            for owner in modules_bound(path, facts, world.resolver, use.bound_in, use.name):
                if symbol_of(world.resolver.attributes(owner, chain)) == symbol:
                    lines.add(data.count(b"\n", 0, use.start) + 1)
    for line in sorted(lines):
        reason = f"what replaces '{dotted}' here does not count for the calls that are replaced"
        yield Refusal(path, line, CODE, reason)


def _named(world: World, path: str, facts: Facts, string: DottedString) -> Iterator[Symbol]:
    """What a string names, alone or beside a module that is given as an object."""
    if string.target < 0:
        yield symbol_named(world.resolver, string.value.replace(":", "."))
        return
    use = facts.use(string.target)
    chain = [name for name, _ in use.chain]
    for owner in modules_bound(path, facts, world.resolver, use.bound_in, use.name):
        yield symbol_of(world.resolver.attributes(owner, [*chain, string.value]))
