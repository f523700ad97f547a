"""Functions of the project that replace whatever they are told: `def swap(name): patch(name)`."""

from collections.abc import Iterator

from onepath.model import DottedString, Facts
from onepath.symbols.modules import is_test
from onepath.symbols.resolve import Resolver

_ANYTHING = (("any", "", -1, -1),)
_ANY_ATTRIBUTE = (*_ANYTHING, ("fixed", ".", -1, -1), *_ANYTHING)
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

    That is the file itself, and for tests what runs with them. What a helper of tests says once for
    all may be read by any of them.
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


def may_patch_by_object(path: str, resolver: Resolver) -> bool:
    """Whether something that runs with a file replaces an attribute of which it knows nothing."""
    return any(
        parts == _ANY_ATTRIBUTE
        for helper in _helpers(path, resolver)
        for parts, *_ in resolver.facts(helper).raw["composed"]
    )


def _functions(
    path: str, facts: Facts, resolver: Resolver, string: DottedString
) -> Iterator[tuple[str, str]]:
    """The files and names of what may be the function that is called."""
    head, _, rest = string.callee.partition(".")
    if string.callee_use < 0:
        # A fixture is a parameter of the test that uses it, a method may be that of a base.
        name = rest if head in ("self", "cls") else head if not rest else ""
        if name and "." not in name and is_test(path):
            yield from ((helper, name) for helper in _helpers(path, resolver))
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
    for parts, _, _, _, callee, _, _, scope in facts.raw["composed"]:
        if parts == _ANYTHING and callee.rpartition(".")[2] in _PATCHING:
            while scope > 0:
                within = facts.scopes[scope]
                if within.kind == _FUNCTION and within.name == function:
                    return True
                scope = within.parent
    return False


def _patches_anything(facts: Facts) -> bool:
    return any(parts == _ANYTHING for parts, *_ in facts.raw["composed"])


def _helpers(path: str, resolver: Resolver) -> Iterator[str]:
    """What may run with a test file: its conftests, their plugins, and what these import.

    Imports of what is no test are not followed further.
    """
    seen, waiting = set[str](), [path, *_conftests(path, resolver)]
    while waiting:
        at = waiting.pop()
        if at in seen or at not in resolver.modules.files:
            continue
        seen.add(at)
        yield at
        if is_test(at):
            facts = resolver.facts(at)
            waiting += [
                resolver.imported(at, statement, alias).path
                for statement in facts.imports
                for alias in statement.names
            ]
            plugins = (resolver.modules.find(named.text, at) for named in facts.named)
            waiting += [plugin for plugin in plugins if plugin is not None]


def _conftests(path: str, resolver: Resolver) -> Iterator[str]:
    folder = path
    while folder:
        folder = folder.rpartition("/")[0]
        conftest = f"{folder}/conftest.py" if folder else "conftest.py"
        if conftest != path and conftest in resolver.modules.files:
            yield conftest
