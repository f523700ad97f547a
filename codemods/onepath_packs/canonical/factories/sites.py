"""Where a file uses the factory variants, and all that has to be known there to change it."""

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from onepath.analysis.arguments import Argument, arguments_of, has_effects
from onepath.analysis.classes import descendants
from onepath.analysis.factories.forwarding import VariantForwarding
from onepath.analysis.factories.silent import makes_silently
from onepath.analysis.factories.variants import CLASS, METHOD, Variant
from onepath.analysis.index import Index
from onepath.analysis.places import defining
from onepath.analysis.top_classes import Place
from onepath.model import UseKind
from onepath.symbols.resolve import Resolution, Step
from onepath.symbols.tree.declared import CLASS as OF_CLASS
from onepath.symbols.tree.declared import INSTANCE, OTHER, UNKNOWN, Receiver
from onepath.symbols.tree.names import Tree
from onepath.symbols.tree.receivers import receiver_of
from onepath.symbols.tree.syntax import Span

CALL, VALUE, ATTRIBUTE, STORE, UNKNOWN_CALL = "call", "value", "attribute", "store", "unknown"
_LOOKUPS = ("getattr", "hasattr", "setattr", "delattr", "attrgetter", "methodcaller")
_WARNS = re.compile(
    r"\b(?:warns|assertWarns)(?:Regex)?\(|\bdeprecated_call\(|\bcatch_warnings\(.*record=True"
)
_RAISES = re.compile(r"\b(?:raises|assertRaises)(?:Regex)?\(")
_READS_ANNOTATIONS = ("Depends", "Security", "get_type_hints", "signature", "create_autospec")


class VariantSite(NamedTuple):
    """One use of a variant."""

    path: str
    line: int
    how: str
    """`call`, `value` (handed on, compared, decorating), `attribute` (something of the function
    itself), `store` (replaced), or `unknown`: a call of the method on who knows what"""
    variant: str
    """Its name; for `unknown` that of the method."""
    callee: Span = (0, 0)
    """The expression that names it."""
    call: Span = (0, 0)
    arguments: tuple[Argument, ...] = ()
    awaited: Span | None = None
    """The `await` around the call."""
    bracketed: bool = False
    """Whether more follows the expression, so that an `await` has to stand in brackets."""
    expected_to_fail: bool = False
    """Whether the code around an awaited call reckons with a `TypeError`."""
    expects: str = ""
    """What a `with` around the call expects of it: `exception`, `warning` or nothing."""
    no_await: str = ""
    """Why there can be no `await`; empty where there can be one."""
    uses: tuple[int, ...] = ()
    """The names in the callee (indices into `Facts.uses`)."""
    scope: int = 0
    statement: int | None = None
    """The import that brings the name."""
    looked_up: Step = ("", "")
    """The module-level name that is looked up when this runs."""
    string: Span | None = None
    """The f-string in which it is."""
    reads_annotations: bool = False
    """Whether who gets it as a value looks at its annotations."""
    problem: tuple[str, str] | None = None
    """Code and reason, where it can't be changed."""


@dataclass(frozen=True)
class SoughtVariants:
    """The variants, by how they are met."""

    index: Index
    variants: Sequence[Variant]
    forwardings: Mapping[str, VariantForwarding]

    @cached_property
    def members(self) -> Mapping[Place, Variant]:
        return {variant.place: variant for variant in self.variants if variant.is_member}

    @cached_property
    def leaves(self) -> frozenset[str]:
        """The names of methods."""
        return frozenset(variant.callee.leaf for variant in self.variants if variant.is_member)

    def named(self, resolution: Resolution) -> Variant | None:
        """The variant that a name means, if it is one."""
        if resolution.kind != "definition":
            return None
        for variant in self.variants:
            if (
                variant.step is not None
                and variant.step in resolution.route
                and not resolution.rest
            ):
                return variant
        place = resolution.path, ".".join((resolution.name, *resolution.rest))
        for variant in self.variants:
            if variant.step is None and not variant.is_member and variant.place == place:
                return variant
        return None

    @cached_property
    def owners(self) -> Mapping[Place, Sequence[Variant]]:
        """The classes of methods, and those that inherit from them, each with the methods."""
        found: dict[Place, list[Variant]] = {}
        for variant in self.variants:
            owner = variant.callee.owner
            if variant.is_member and owner is not None and owner in self.index.classes:
                for place in (owner, *descendants(self.index, self.index.classes[owner])):
                    found.setdefault(place, []).append(variant)
        return found

    def methods_of(self, resolution: Resolution) -> Sequence[Variant]:
        """The variants that are methods of a class, if a name means one."""
        if resolution.kind != "definition" or resolution.rest:
            return ()
        return self.owners.get((resolution.path, resolution.name), ())


def find_variant_uses(tree: Tree, sought: SoughtVariants) -> Iterator[VariantSite]:
    """All uses of variants in a file, in the order of the tree."""
    scan = _Scan(tree, sought)
    refers = scan.refers()
    leaves, members = sought.leaves, sought.members
    for node in tree.nodes:
        if isinstance(node, ast.Name):
            yield from scan.of_name(node)
        elif isinstance(node, ast.Attribute) and node.attr in leaves:
            yield from scan.of_method(node, members, refers=refers)
        elif refers and isinstance(node, ast.Call):
            yield from scan.of_lookup(node, leaves)


class _Scan:
    def __init__(self, tree: Tree, sought: SoughtVariants) -> None:
        self._tree = tree
        self._sought = sought
        self._index = sought.index
        self._owners = sought.owners

    def refers(self) -> bool:
        """Whether the file names a class of one of the methods."""
        tree = self._tree
        if not self._owners:
            return False
        if any(path == tree.path for path, _ in self._owners):
            return True
        for use in tree.facts.uses:
            binding = tree.binding(use)
            if binding is None:
                continue
            for count in range(len(use.chain) + 1):
                parts = [name for name, _ in use.chain[:count]]
                resolution = tree.extended(binding.resolution, parts)
                if (resolution.path, resolution.name) in self._owners:
                    return True
        return False

    # ---------------------------------------------------------------- names

    def of_name(self, name: ast.Name) -> Iterator[VariantSite]:
        at = self._tree.use(name)
        use = None if at is None else self._tree.facts.uses[at]
        binding = None if use is None else self._tree.binding(use)
        if use is None or at is None or binding is None or binding.resolution.kind == "external":
            return
        node: ast.expr = name
        resolution, step = binding.resolution, (self._tree.path, name.id)
        if use.bound_in and resolution.route:
            step = resolution.route[0]
        while True:
            variant = self._sought.named(resolution)
            if variant is not None:
                site = self._site(node, variant)
                site = site._replace(statement=binding.statement, looked_up=step, scope=use.scope)
                if use.kind & (UseKind.STRING | UseKind.ANNOTATION) and site.how == VALUE:
                    text = "it is in an annotation"
                    site = site._replace(problem=("annotation", text))
                if not binding.sole:
                    text = f"'{name.id}' is bound in other ways as well"
                    site = site._replace(problem=("rebound", text))
                if not (variant.callee.kind == CLASS and variant.step is None) or site.how == CALL:
                    yield site
                return
            parent = self._tree.parent(node)
            if not isinstance(parent, ast.Attribute):
                return
            if resolution.kind == "module":
                step = resolution.path, parent.attr
            node, resolution = parent, self._tree.extended(resolution, [parent.attr])

    # -------------------------------------------------------------- methods

    def of_method(
        self, node: ast.Attribute, members: Mapping[Place, Variant], *, refers: bool
    ) -> Iterator[VariantSite]:
        receiver = receiver_of(self._tree, node.value)
        if receiver.kind == OTHER:
            return
        if receiver.kind == UNKNOWN:
            site = self._placed(node, UNKNOWN_CALL, node.attr)
            if refers:
                text = f"'{ast.unparse(node)}': what it is called on can't be known here"
                site = site._replace(problem=("unknown-receiver", text))
            yield site
            return
        cls = self._index.classes.get(receiver.place)
        holder = None if cls is None else defining(self._index, cls, node.attr)
        if cls is None or holder is None:
            return
        variant = members.get((holder.path, f"{holder.name}.{node.attr}"))
        if variant is None:
            return
        yield self._site(node, variant)._replace(
            statement=self._statement_of(node.value),
            problem=self._receiver_problem(node, receiver, variant),
        )

    def _statement_of(self, node: ast.expr) -> int | None:
        """The import that brings the first name of an expression."""
        for child in ast.walk(node):
            at = self._tree.use(child) if isinstance(child, ast.Name) else None
            binding = None if at is None else self._tree.binding(self._tree.facts.uses[at])
            if binding is not None:
                return binding.statement
        return None

    def _receiver_problem(
        self, node: ast.Attribute, receiver: Receiver, variant: Variant
    ) -> tuple[str, str] | None:
        index, owner = self._index, variant.callee.owner
        name = receiver.place[1]
        inheriting = descendants(index, index.classes[receiver.place])
        if not receiver.exact:
            for other in sorted(inheriting):
                if node.attr in index.classes[other].members:
                    return (
                        "overridden",
                        f"it may be a {other[1]} with a '{node.attr}' of its own",
                    )
        own = self._sought.forwardings[variant.name].own_class and variant.callee.kind != METHOD
        if own and (receiver.place != owner or (inheriting and not receiver.exact)):
            return "subclass", f"it makes an instance of the class it is called on: {name}"
        if variant.callee.kind == METHOD:
            if receiver.kind == OF_CLASS:
                return "unbound", f"'{node.attr}' is taken from the class {name} itself"
            if receiver.made is not None and (
                any(map(has_effects, receiver.made.args))
                or any(has_effects(keyword.value) for keyword in receiver.made.keywords)
                or not makes_silently(index, receiver.place)
            ):
                return "receiver-effects", f"to make the {name} may do something by itself"
        return None

    def of_lookup(self, call: ast.Call, leaves: Collection[str]) -> Iterator[VariantSite]:
        """`getattr(x, "create")` and the like."""
        if ast.unparse(call.func).rpartition(".")[2] not in _LOOKUPS:
            return
        for value in call.args:
            if isinstance(value, ast.Constant) and str(value.value) in leaves:
                text = f"'{value.value!s}' is looked up by its name"
                site = self._placed(call, UNKNOWN_CALL, str(value.value))
                yield site._replace(problem=("unknown-receiver", text))

    # ---------------------------------------------------------------- sites

    def _placed(self, node: ast.expr, how: str, variant: str) -> VariantSite:
        return VariantSite(self._tree.path, node.lineno, how, variant)

    def _site(self, node: ast.expr, variant: Variant) -> VariantSite:
        """A use of a variant by an expression that names it."""
        tree, parent = self._tree, self._tree.parent(node)
        span = tree.span(node)
        site = self._placed(node, VALUE, variant.name)
        if span is None:
            return site._replace(problem=("f-string", "where it is in the f-string is unknown"))
        uses = tuple(
            at
            for child in ast.walk(node)
            if isinstance(child, ast.Name) and (at := tree.use(child)) is not None
        )
        string = tree.string_around(node)
        site = site._replace(
            callee=span,
            uses=uses,
            scope=tree.scope_at(span[0]),
            string=tree.span(string) if string is not None else None,
        )
        if isinstance(node, ast.Attribute | ast.Name) and not isinstance(node.ctx, ast.Load):
            return site._replace(how=STORE)
        if isinstance(parent, ast.Attribute):
            return site._replace(how=ATTRIBUTE)
        if isinstance(parent, ast.Call) and parent.func is node:
            return self._call(site, parent)
        if isinstance(parent, ast.Call):
            taker = ast.unparse(parent.func).rpartition(".")[2]
            site = site._replace(reads_annotations=taker in _READS_ANNOTATIONS)
        return site

    def _is_something(self, value: ast.expr) -> bool:
        """Whether a value is an instance that is made here."""
        receiver = receiver_of(self._tree, value)
        return receiver.kind == INSTANCE and receiver.exact

    def _call(self, site: VariantSite, call: ast.Call) -> VariantSite:
        tree, parent = self._tree, self._tree.parent(call)
        span = tree.span(call)
        awaited = tree.span(parent) if isinstance(parent, ast.Await) else None
        if span is None or (isinstance(parent, ast.Await) and awaited is None):
            return site._replace(problem=("f-string", "where it is in the f-string is unknown"))
        outer = tree.parent(parent) if isinstance(parent, ast.Await) else parent
        inner = parent if isinstance(parent, ast.Await) else call
        bracketed = (
            (isinstance(outer, ast.Attribute | ast.Subscript) and outer.value is inner)
            or (isinstance(outer, ast.Call) and outer.func is inner)
            or isinstance(outer, ast.Await)
        )
        return site._replace(
            how=CALL,
            call=span,
            arguments=arguments_of(call, self._is_something),
            awaited=awaited,
            bracketed=bracketed,
            no_await=_no_await(tree, call),
            expected_to_fail=awaited is not None and _expected_to_fail(tree, call),
            expects=_expected(tree, call),
        )


def _expected(tree: Tree, node: ast.AST) -> str:
    """What the `with` statements around a place expect, from the innermost on."""
    for child in tree.around(node):
        if isinstance(child, ast.With | ast.AsyncWith):
            for item in child.items:
                text = ast.unparse(item.context_expr)
                if _RAISES.search(text):
                    return "exception"
                if _WARNS.search(text):
                    return "warning"
    return ""


def _expected_to_fail(tree: Tree, node: ast.AST) -> bool:
    """Whether a block around a place expects an exception, or catches a `TypeError` by name."""
    for child in tree.around(node):
        if isinstance(child, ast.With | ast.AsyncWith):
            if any(_RAISES.search(ast.unparse(item.context_expr)) for item in child.items):
                return True
        elif isinstance(child, ast.Try | ast.TryStar):
            caught = (handler.type for handler in child.handlers if handler.type is not None)
            if any("TypeError" in ast.unparse(kind) for kind in caught):
                return True
    return False


def _no_await(tree: Tree, node: ast.AST) -> str:
    """Why there can be no `await` at a place; empty where there can be one."""
    function = tree.function(node)
    if function is None:
        return "at the top of the module nothing can be awaited"
    if isinstance(function, ast.ClassDef):
        return "in the body of a class nothing can be awaited"
    if isinstance(function, ast.Lambda):
        return "in a lambda nothing can be awaited"
    if isinstance(function, ast.FunctionDef):
        return f"'{function.name}' is no async function"
    for child in tree.around(node):
        if child is function:
            break
        if isinstance(child, ast.GeneratorExp):
            return "in a generator expression an await would make it another kind of generator"
    return ""
