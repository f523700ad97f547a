"""Strings that name a factory variant: patches of it, and dotted paths."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from onepath.analysis.factories.variants import Variant
from onepath.analysis.index import Index
from onepath.analysis.places import member
from onepath.model import DottedString, Refusal
from onepath.symbols.find_references.callees import Purpose, purpose_of, replaces
from onepath.symbols.find_references.references import modules_bound
from onepath.symbols.resolve import Resolution, Step
from onepath.symbols.spelling.composed import known_strings
from onepath_packs.canonical.factories.sites import SoughtVariants


class Naming(NamedTuple):
    """A string that names a variant."""

    path: str
    string: DottedString
    variant: str
    patches: Step | None
    """The module-level name that it replaces, or may replace, or whose attribute it does."""
    of_class: bool = False
    """Whether it names the class whose method the variant is, and replaces that."""


def named_in_strings(
    index: Index, sought: SoughtVariants, paths: Iterable[str]
) -> Iterator[Naming]:
    """Every string that names a variant, except those that are only told to people."""
    words = {one.callee.leaf for one in sought.variants}
    words |= {one.place[1] for one in sought.variants}
    for path in paths:
        facts = index.facts(path)
        for string in (*facts.strings, *known_strings(path, facts, index.resolver)):
            last = string.value.replace(":", ".").rpartition(".")[2]
            if last not in words and not _may_be_alias(index, path, string):
                continue
            meant = meant_by(index, path, string)
            variant = _variant(index, sought, meant) if meant is not None else None
            methods = sought.methods_of(meant) if meant is not None and variant is None else ()
            if meant is None or not (variant or methods):
                continue
            if purpose_of(path, facts, index.resolver, string) is Purpose.TELLS:
                continue
            is_patch = replaces(path, facts, index.resolver, string) and meant.route
            step = meant.route[0] if is_patch else None
            if variant is not None:
                yield Naming(path, string, variant.name, step)
            elif step is not None:
                yield from (Naming(path, string, method.name, step, True) for method in methods)


def refusals_of(naming: Iterable[Naming]) -> Iterator[Refusal]:
    """One for all strings of a file that name a variant: they are one decision."""
    lines: dict[tuple[str, str], list[int]] = {}
    for one in naming:
        lines.setdefault((one.path, one.variant), []).append(one.string.line)
    for (path, variant), found in lines.items():
        first, *more = sorted(found)
        others = f", and {len(more)} more in this file" if more else ""
        yield Refusal(path, first, "string", f"this string names '{variant}'{others}")


def _may_be_alias(index: Index, path: str, string: DottedString) -> bool:
    """Whether a string may name a variant by the name that a module gave it."""
    return "patch" in string.callee or "setattr" in string.callee


def meant_by(index: Index, path: str, string: DottedString) -> Resolution | None:
    """What a string leads to: a dotted path, or an attribute of what is given along with it.

    Its route begins where the last name is looked up, which is what a patch replaces.
    """
    resolver = index.resolver
    if string.target < 0:
        value = string.value.replace(":", ".")
        owner, _, name = value.rpartition(".")
        return _attribute(index, resolver.dotted(owner, path), name) if owner else None
    use = index.facts(path).uses[string.target]
    parts = [name for name, _ in use.chain]
    for module in modules_bound(path, index.facts(path), resolver, use.bound_in, use.name):
        return _attribute(index, resolver.attributes(module, parts), string.value)
    for statement in index.facts(path).imports:
        for alias in statement.names:
            if statement.scope == use.bound_in and alias.bound == use.name and alias.name != "*":
                resolution = resolver.imported(path, statement, alias)
                return resolution._replace(rest=(*resolution.rest, *parts, string.value))
    if not use.bound_in:
        resolution = resolver.name(path, use.name)
        return resolution._replace(rest=(*resolution.rest, *parts, string.value))
    return None


def _attribute(index: Index, owner: Resolution, name: str) -> Resolution:
    """An attribute of a module, or of a definition in one."""
    if owner.kind == "module" and not owner.rest:
        return index.resolver.attributes(owner.path, [name])
    return owner._replace(rest=(*owner.rest, name))


def _variant(index: Index, sought: SoughtVariants, meant: Resolution) -> Variant | None:
    variant = sought.named(meant)
    if variant is None and meant.kind == "definition":
        variant = sought.members.get(member(index, meant))
    return variant
