"""Modules that strings name in calls and tables: changed where it is certain, else listed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from onepath.edit.draft import Draft
from onepath.model import Facts, NamedAttribute, NamedModule, Refusal
from onepath.model.refused import Refused
from onepath.symbols.find_references.named_holders import WALKS
from onepath.symbols.renames import Renames, module_id
from onepath.symbols.spelling.named import ANY, base_of, may_be, paths_named
from onepath_packs.canonical.imports.kept.intent import is_failure_expected, refuse_purpose
from onepath_packs.canonical.imports.kept.withheld import KeepReason
from onepath_packs.canonical.imports.strings.keyed import move_names
from onepath_packs.canonical.imports.strings.meanings import leads_nowhere, meaning_of
from onepath_packs.canonical.imports.strings.tops import TOP, takes_top

CODE = "string-not-certain"
_TABLES = ("table", "bare")
_CONFIGURED = ("target", "entry")
_KEYED = ("keyed", "assigned", "grown")


class NamedSite(NamedTuple):
    """A string that names a deprecated path, or a module from which one is taken."""

    record: NamedModule
    old: str
    """The deprecated path, or a name with `*` that may be one."""
    module: str = ""
    """The module's new name, in the form in which the string names it."""
    names: tuple[tuple[NamedAttribute, str], ...] = ()
    """Attributes that follow, with their new names."""
    problem: str = ""
    """Why it is left alone; empty if it is certain."""


def named_sites(path: str, facts: Facts, renames: Renames) -> Iterator[NamedSite]:
    """The strings of a file by which deprecated paths are imported."""
    words = frozenset(renames.words)
    for record in facts.named:
        if record.how in WALKS or not _may_matter(record, renames, words):
            continue
        for name in paths_named(path, facts, renames.resolver, record):
            yield from _sites(path, facts, renames, record, name)


def _may_matter(record: NamedModule, renames: Renames, words: frozenset[str]) -> bool:
    return (
        record.is_computed
        or bool(renames.modules)
        or any(attribute.name in words for attribute in record.attributes)
        or any(
            not words.isdisjoint(value.replace(":", ".").split("."))
            for kind, value in record.parts
            if kind == "text"
        )
    )


def plan_named(
    draft: Draft, staying: Mapping[int, Refusal], uncertain: Mapping[str, KeepReason]
) -> frozenset[int]:
    """Change or list them.

    Args:
        draft: The file.
        staying: The literals, by where they start, that are left as they are.
        uncertain: Deprecated paths whose canonical path may not be there.

    Returns:
        Where the literals start of which nothing more needs to be said.
    """
    by_place: dict[tuple[int, str], list[NamedSite]] = {}
    for site in named_sites(draft.path, draft.facts, draft.renames):
        # One literal may hold several entry points.
        entry = site.record.text if site.record.how == "entry" else ""
        by_place.setdefault((site.record.start, entry), []).append(site)
    for sites in by_place.values():
        site = sites[0]
        line = site.record.line
        problems = [named_site.problem or _not_there(draft, named_site) for named_site in sites]
        problems = [problem for problem in problems if problem]
        if site.record.start in staying:
            draft.refuse(line, *staying[site.record.start][2:])
        elif doubtful := [
            uncertain[named_site.old] for named_site in sites if named_site.old in uncertain
        ]:
            draft.refuse(line, *doubtful[0][:2])
        elif is_failure_expected(draft, site.record.start):
            refuse_purpose(draft, line, site.old)
        elif problems:
            draft.refuse(line, CODE, problems[0])
        elif len({(named_site.module, named_site.names) for named_site in sites}) > 1:
            draft.refuse(line, CODE, f"'{site.record.text}' may mean more than one module")
        elif site.record.form in _KEYED and site.names:
            _plan_keyed(draft, site)
        else:
            _replace(draft, site.record.start, site.record.end, site.record.text, site.module)
            for attribute, new in site.names:
                _replace(draft, attribute.start, attribute.end, attribute.name, new)
    return frozenset(start for start, _ in by_place)


def _not_there(draft: Draft, site: NamedSite) -> str:
    """What is certainly wrong at the new place of a module, in words; empty if nothing is."""
    record, module = site.record, site.module
    if not module or site.names:
        return ""
    if "." in module and takes_top(draft, record.start, record.end):
        return TOP.format(record.text)
    base = site.old
    for name in ("", *(f".{attribute.name}" for attribute in record.attributes)):
        if leads_nowhere(base + name, module + name, draft.renames):
            return f"'{module}{name}' is not there"
    return ""


def _plan_keyed(draft: Draft, site: NamedSite) -> None:
    try:
        move_names(draft, site.record, site.module, [name for name, _ in site.names])
    except Refused as error:
        draft.refuse(site.record.line, CODE, f"'{site.old}' in a table: {error}")


def _replace(draft: Draft, start: int, end: int, old: str, new: str) -> None:
    text = draft.text(start, end)
    if old != new:
        at = text.index(old)
        start += len(text[:at].encode())
        draft.edit(start, start + len(old.encode()), new, "string")


# --------------------------------------------------------------------- which


def _sites(
    path: str, facts: Facts, renames: Renames, record: NamedModule, name: str
) -> Iterator[NamedSite]:
    """What a string refers to by one of its readings."""
    if ANY in name:
        old = _may_take(renames, record, name)
        if old:
            problem = f"'{name}' is put together when it runs; it may import from '{old}'"
            yield NamedSite(record, name, problem=problem)
        return
    module = module_id(renames.resolver, name, path)
    hits = [
        (attribute, match)
        for attribute in record.attributes
        if (found := renames.symbol(module, attribute.name)) is not None
        # A facade can't take a name from itself, and its package goes on as it is.
        and (match := renames.placed(path, found)) is not None
    ]
    if hits:
        old = hits[0][1].old
        targets = {match.to.module for _, match in hits}
        site = _moved(path, facts, renames, record, name, targets.pop())
        names = tuple((attribute, match.to.name) for attribute, match in hits)
        yield site._replace(old=old, names=names, problem=_problem(site, names, targets))
    elif name != record.text or "." not in name or record.how in (*_TABLES, *_CONFIGURED):
        yield from _whole(path, facts, renames, record, name)


def _may_take(renames: Renames, record: NamedModule, name: str) -> str:
    """A module with deprecated names that a name with `*` may be."""
    read = {attribute.name for attribute in record.attributes}
    for old in renames.olds:
        module, _, leaf = old.rpartition(".")
        if old in renames.modules:
            module = old
        elif read and leaf not in read:
            continue
        if module and may_be(name, module):
            return module
    return ""


def _whole(
    path: str, facts: Facts, renames: Renames, record: NamedModule, name: str
) -> Iterator[NamedSite]:
    """A string that is a deprecated path itself, or a deprecated module's."""
    # `pkgutil.resolve_name` and its like take `pkg.mod:Name` as entry points do.
    is_entry = record.how == "object" and ":" in record.text
    written = record.text if record.how in _CONFIGURED or is_entry else name
    meaning = meaning_of(path, written, renames, {})
    if meaning is None or renames.placed(path, meaning.match) is None:
        return
    home = meaning.match.old.rpartition(".")[0]
    is_name = record.how in _TABLES and bool(meaning.match.to.name)
    if is_name and module_id(renames.resolver, home, path) == path:
        return  # by such a name a module makes what others import from it
    site = _moved(path, facts, renames, record, written, meaning.new)
    if ":" in record.text and record.how not in _CONFIGURED and not is_entry:
        site = site._replace(problem=f"'{record.text}' names a deprecated path")
    elif record.how in ("spelled", "resource"):
        problem = f"'{record.text}' names a deprecated path, but nothing shows that it is imported"
        site = site._replace(problem=problem)
    elif meaning.match.to.name and record.how == "import":
        site = site._replace(problem=f"'{record.text}' is imported as a module")
    yield site._replace(old=meaning.match.old)


def _problem(
    site: NamedSite, names: Sequence[tuple[NamedAttribute, str]], targets: set[str]
) -> str:
    """Why a module and its attributes can't follow."""
    record = site.record
    if site.problem:
        return site.problem
    if targets:
        return f"the names of '{record.text}' go to more than one module"
    for attribute, new in names:
        if attribute.name == new:
            continue
        if record.form == "key" or record.form in _KEYED:
            return f"'{attribute.name}' is '{new}' there, and the table has no other name for it"
        if not attribute.plain:
            return f"'{attribute.name}' is written in parts"
    if record.form not in _KEYED and len(names) < len(record.attributes):
        return f"not all names of '{record.text}' go"
    return ""


def _moved(
    path: str, facts: Facts, renames: Renames, record: NamedModule, name: str, new: str
) -> NamedSite:
    """The site with the module's new name, written as the old one was."""
    site = NamedSite(record, name, new)
    if not record.plain:
        return site._replace(problem=f"'{record.text}' is put together of parts")
    if record.how not in ("import", "object", *_TABLES, *_CONFIGURED):
        problem = f"'{record.text}' names a deprecated path, but nothing shows that it is imported"
        return site._replace(problem=problem)
    written = record.text
    rest = written.lstrip(".")
    base = base_of(path, facts, renames.resolver, record) or ANY
    if name == written:
        return site
    if written == rest:
        anchor = base
    else:
        above = base.split(".")
        anchor = ".".join(above[: len(above) - (len(written) - len(rest) - 1)])
    if new.startswith(f"{anchor}."):
        return site._replace(module=written.removesuffix(rest) + new[len(anchor) + 1 :])
    if record.how == "import" and record.form == "behind":
        return site  # the whole name does as well, whatever it would be relative to
    problem = f"'{new}' is not below '{anchor}', so that '{written}' can't become it"
    return site._replace(problem=problem)
