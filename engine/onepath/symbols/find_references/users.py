"""Which files may take names from modules, by what their bytes hold."""

import re
from collections.abc import Collection, Iterable, Sequence

from onepath.facts.prefilter.words import AllOf, CodeNeedles, Needles, Search, SearchByItself
from onepath.snapshot.asked import PythonBelow
from onepath.symbols.modules import is_package
from onepath.symbols.world import World

# The word comes first, so that it is searched for as it is, in a fifth of the time.
_STAR = re.compile(rb"import(?<!\wimport)[\s\\(]*\*")


class StarImports(SearchByItself):
    """The search for star imports."""

    digest = "star imports"

    def hit(self, data: bytes) -> bool:
        return _STAR.search(data) is not None


def users_of_names(world: World, modules: Iterable[str], names: Collection[str]) -> Sequence[str]:
    """The Python files of `files_using`, in order, with their facts loaded.

    Args:
        world: The code.
        modules: The files of the modules.
        names: What is taken from them.
    """
    found = files_using(world, modules, names)
    world.fact_store.load(found)
    return sorted(found)


def files_using(world: World, modules: Iterable[str], names: Collection[str]) -> set[str]:
    """The Python files that may take names from modules, whose facts nobody need know.

    They spell the last part of a module's path, or another name under which it is imported, and
    one of the names elsewhere than in comments. Star imports take every name without spelling it.

    Args:
        world: The code.
        modules: The files of the modules.
        names: What is taken from them.
    """
    store, modules = world.fact_store, tuple(modules)
    words = {dotted.rpartition(".")[2] for path in modules for dotted in world.modules.names(path)}
    near = [Needles.of(spelled) for spelled in _named_in_code(world, words)]
    # `from . import x` does not spell the package.
    folders = tuple(path.rpartition("/")[0] + "/" for path in modules if is_package(path))
    found: set[str] = set()
    for search in (CodeNeedles.of(names), StarImports()):
        for spelling in near:
            found |= {*store.others_mentioning(store.python, AllOf((spelling, search)))}
        if folders:
            found |= {*store.texts_mentioning(PythonBelow(folders), search)}
    return found


def star_users(world: World, names: Collection[str]) -> Sequence[str]:
    """The Python files with star imports that spell one of some names, with their facts loaded."""
    store = world.fact_store
    found = store.others_mentioning(store.python, AllOf((StarImports(), Needles.of(names))))
    store.load(found)
    return found


def names_in_code(world: World, words: Collection[str]) -> set[str]:
    """What modules are called in code: by these last parts of their paths, or as what they are
    imported, however often on the way.

    Args:
        world: The code.
        words: The last parts of the modules' paths.
    """
    return set().union(*_named_in_code(world, words))


def files_naming(world: World, words: Collection[str], also: Search) -> set[str]:
    """The Python files that spell what modules are called in code, as in `names_in_code`.

    Args:
        world: The code.
        words: The last parts of the modules' paths.
        also: What is to hit in these files besides.
    """
    store = world.fact_store
    searches = [AllOf((Needles.of(names), also)) for names in _named_in_code(world, words)]
    return {path for one in searches for path in store.others_mentioning(store.python, one)}


def expect_users(world: World, words: Collection[str]) -> None:
    """Get ready to be asked who names modules: what else they are called is searched for along.

    Args:
        world: The code; that these words are searched for is no news.
        words: The last parts of the modules' paths.
    """
    new = _other_names(world, words) - {*words} if words else set()
    world.fact_store.search_along([Needles.of(new)] if new else [])


def _named_in_code(world: World, words: Collection[str]) -> list[set[str]]:
    """What modules are called in code: themselves, what they are imported as, and so on."""
    known, new = list[set[str]](), set(words)
    while new:
        known.append(new)
        new = _other_names(world, new).difference(*known)
    return known


def _other_names(world: World, words: Collection[str]) -> set[str]:
    """As what else some modules are imported."""
    store = world.fact_store
    spelling, renaming = Needles.of(words), Needles.of(f"{word} as" for word in words)
    found = store.others_mentioning(store.python, AllOf((spelling, renaming)))
    store.load(found)
    return {
        alias.asname
        for path in found
        for statement in world.facts(path).imports
        for alias in statement.names
        if alias.asname and alias.name.rpartition(".")[2] in words
    }
