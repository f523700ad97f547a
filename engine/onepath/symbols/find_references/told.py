"""Functions of the project that replace whatever they are told: `def swap(name): patch(name)`."""

from collections.abc import Iterator

from onepath.model import DottedString, Facts
from onepath.symbols.modules import is_test
from onepath.symbols.resolve import Resolver

_ANYTHING = (("any", "", -1, -1),)
_PATCHING = frozenset(("patch", "setattr", "delattr"))
_FUNCTION = "function"


def is_told_what_to_patch(
    path: str, facts: Facts, resolver: Resolver, string: DottedString
) -> bool:
    """Whether the function that a string is given to patches what it is told.

    Args:
        path: The file.
        facts: Its facts.
        resolver: What names mean.
        string: A string in a call.
    """
    return any(
        _patches_inside(resolver.facts(home), name)
        for home, name in _functions(path, facts, resolver, string)
    )


def may_patch_by_string(path: str, facts: Facts, resolver: Resolver) -> bool:
    """Whether something patches what it is told, so that any string of a file may be it.

    That is the file itself, and for tests the test files that it imports and their conftests. What
    a helper of tests says once for all may be read by any of them.
    """
    if _patches_anything(facts):
        return True
    if not is_test(path):
        return False
    name = path.rpartition("/")[2]
    is_collected = name.startswith("test_") or name.endswith("_test.py")
    return not is_collected or any(
        _patches_anything(resolver.facts(helper)) for helper in _helpers(path, resolver)
    )


def _functions(
    path: str, facts: Facts, resolver: Resolver, string: DottedString
) -> Iterator[tuple[str, str]]:
    """The files and names of what may be the function that is called."""
    head, _, rest = string.callee.partition(".")
    if string.callee_use < 0:
        if not rest:
            # A fixture is a parameter of the test that uses it.
            yield from ((helper, head) for helper in (path, *_conftests(path, resolver)))
        return
    use = facts.use(string.callee_use)
    for statement in facts.imports:
        for alias in statement.names if statement.scope == use.bound_in else ():
            if alias.name != "*" and alias.bound == use.name:
                target = resolver.imported(path, statement, alias)
                if target.kind == "module" and rest:
                    target = resolver.attributes(target.path, rest.split("."))
                if target.kind == "definition" and not target.rest:
                    yield target.path, target.name


def _patches_inside(facts: Facts, function: str) -> bool:
    """Whether a function of a file, or one inside of it, patches what it is told."""
    for parts, _, _, _, callee, _, _, scope in facts.raw["composed"] if facts.raw else ():
        if parts == _ANYTHING and callee.rpartition(".")[2] in _PATCHING:
            while scope > 0:
                within = facts.scopes[scope]
                if within.kind == _FUNCTION and within.name == function:
                    return True
                scope = within.parent
    return False


def _patches_anything(facts: Facts) -> bool:
    composed = facts.raw["composed"] if facts.raw else ()
    return any(parts == _ANYTHING for parts, *_ in composed)


def _helpers(path: str, resolver: Resolver) -> Iterator[str]:
    """The test files that a test file imports, directly and by way of others, and its conftests."""
    seen, waiting = {path}, [*_conftests(path, resolver), path]
    while waiting:
        at = waiting.pop()
        if at not in seen:
            seen.add(at)
            yield at
        facts = resolver.facts(at)
        for statement in facts.imports:
            for alias in statement.names:
                target = resolver.imported(at, statement, alias).path
                if target not in seen and target in resolver.modules.files and is_test(target):
                    waiting.append(target)


def _conftests(path: str, resolver: Resolver) -> Iterator[str]:
    folder = path
    while folder:
        folder = folder.rpartition("/")[0]
        conftest = f"{folder}/conftest.py" if folder else "conftest.py"
        if conftest != path and conftest in resolver.modules.files:
            yield conftest
