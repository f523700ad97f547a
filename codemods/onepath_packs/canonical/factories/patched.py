"""Patches of the names by which files look factory variants up, and whether they can follow.

A test that replaces `consumer.make_hub` reaches the calls that look `make_hub` up in `consumer`.
The patch can name what `consumer` calls afterwards where all these calls become calls of it with
the same arguments, and nothing else looks that name up there. Else calls and patches stay.
"""

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from onepath.analysis.factories.forwarding import VariantForwarding
from onepath.analysis.factories.variants import Variant
from onepath.analysis.index import Index
from onepath.codemod.refusals.left_out import LeftOut
from onepath.facts.computed.nodes import FunctionNode
from onepath.model import DottedString
from onepath.symbols.find_references.patch_reach import PatchReach
from onepath.symbols.resolve import Step
from onepath.symbols.tree.names import NotReadableError, Tree
from onepath_packs.canonical.factories.sites import CALL, VariantSite
from onepath_packs.canonical.factories.strings import Naming

_MOCKS = ("patch", "object")
_SETS = ("setattr",)
_RESULTS = ("return_value", "side_effect")
_SPECS = frozenset((None, "autospec", "spec", "spec_set"))
"""Keywords by which a mock takes the shape of what it replaces; None is `**keywords`."""


class VariantPatches:
    """What replaces the names by which variants are looked up.

    `begin` takes all names for ones whose patches follow that may; `part` takes back those by which
    not all calls were rewritten.

    Args:
        index: The code.
        naming: The strings that name variants.
        sites: The uses of variants by file.
        variants: The variants by name.
        forwarding: What a variant hands on for a use of it.
    """

    def __init__(
        self,
        index: Index,
        naming: Iterable[Naming],
        sites: Mapping[str, Sequence[VariantSite]],
        variants: Mapping[str, Variant],
        forwarding: Callable[[VariantSite], VariantForwarding],
    ) -> None:
        self._index = index
        self._variants = variants
        self._forwarding = forwarding
        self._reach = PatchReach(index.world)
        every = [*naming]
        self._naming = [one for one in every if not one.of_class]
        self._patches: dict[Step, list[Naming]] = defaultdict(list)
        self._of_methods: dict[str, list[Naming]] = defaultdict(list)
        for one in every:
            if one.patches is not None and variants[one.variant].is_member:
                self._of_methods[one.variant].append(one)
            elif one.patches is not None:
                self._patches[one.patches].append(one)
        self._sites_in = sites
        self._sites: dict[Step, list[VariantSite]] = defaultdict(list)
        for site in (site for variant_sites in sites.values() for site in variant_sites):
            if site.looked_up in self._patches:
                self._sites[site.looked_up].append(site)
        self._trees: dict[str, Tree | None] = {}
        self._following: set[Step] = set()

    def begin(self, left_out: LeftOut) -> None:
        """Let all patches follow that can, those excepted that must be left alone."""
        self._following = {
            step
            for step in self._able
            if not any(
                naming.path in left_out or left_out.holds(naming.path, naming.string.start)
                for naming in self._patches[step]
            )
        }

    def part(self, taken: Mapping[VariantSite, tuple[str, bool]]) -> bool:
        """Keep the patches as they are of names by which some call is left.

        Args:
            taken: Each use that was rewritten -> how what stays is called there, and whether its
                arguments are the same.

        Returns:
            Whether there were any.
        """
        parted = {
            step
            for step in self._following
            if any(taken.get(site) != (self._new_name(site), True) for site in self._sites[step])
        }
        self._following -= parted
        return bool(parted)

    def of(self, site: VariantSite) -> Naming | None:
        """A patch that does not follow and may be active when a use runs."""
        if site.looked_up in self._following:
            return None
        patches = self._patches.get(site.looked_up) or [
            naming
            for naming in self._of_methods.get(site.variant, ())
            if self._replaces(naming, site)
        ]
        for naming in patches:
            if self._reach.reaches(naming.path, site.path):
                return naming
        return None

    def _replaces(self, naming: Naming, site: VariantSite) -> bool:
        """Whether a patch of a method, or of its class by some name, is one for a call.

        A method is looked up when it is called. A class that is replaced in a module makes no more
        receivers there; where it lives, nowhere that looks it up late.
        """
        owner = self._variants[naming.variant].callee.owner
        homes = (site.path, owner[0] if owner is not None else "")
        return not naming.of_class or (naming.patches is not None and naming.patches[0] in homes)

    def left(self) -> list[Naming]:
        """The strings that go on to name a variant."""
        return [naming for naming in self._naming if naming.patches not in self._following]

    @property
    def files(self) -> Iterable[str]:
        """The files in which patches have to say another name."""
        return {naming.path for naming in self._naming if self._is_renamed(naming)}

    def following_in(self, path: str) -> Sequence[Naming]:
        """The patches in a file that have to say another name."""
        return [
            naming for naming in self._naming if naming.path == path and self._is_renamed(naming)
        ]

    def _is_renamed(self, naming: Naming) -> bool:
        step = naming.patches
        return step is not None and step in self._following and step[1] != self._new_name(naming)

    def _new_name(self, one: Naming | VariantSite) -> str:
        return self._variants[one.variant].goal.to.name

    def why(self, site: VariantSite) -> str:
        """Why the patches of the name by which a use looks a variant up can't follow; or nothing.

        Nothing where they could, and some call by that name stays for a reason of its own.
        """
        return self._obstacles.get(site.looked_up, "")

    @cached_property
    def _able(self) -> Sequence[Step]:
        return [step for step, why in self._obstacles.items() if not why]

    @cached_property
    def _obstacles(self) -> Mapping[Step, str]:
        return {step: self._obstacle(step) for step in self._patches}

    def _obstacle(self, step: Step) -> str:
        """Why the patches of a name can't follow, in words; empty where they can."""
        sites, patches = self._sites[step], self._patches[step]
        names = {variant_site.variant for variant_site in sites} | {
            naming.variant for naming in patches
        }
        if not sites or len(names) != 1:
            return "the name is not only that of one factory"
        variant = self._variants[sites[0].variant]
        goal = variant.goal
        if any(variant_site.path != step[0] for variant_site in sites):
            return "other files look the name up there as well"
        if goal.rest or any(variant_site.how != CALL for variant_site in sites):
            return "the name is not only called"
        if goal.to.name != step[1] and self._binds(step[0], goal.to.name):
            return f"who looks '{goal.to.name}' up there is not reached today"
        if self._is_met_by_others(step, goal.dotted):
            return f"other calls in {step[0]} become calls of '{goal.dotted}' as well"
        awaits = {self._forwarding(site).awaited for site in sites}
        changes = awaits != {goal.callee.awaited}
        for naming in patches:
            why = self._cannot_follow(naming, changes=changes)
            if why:
                return f"{naming.path}:{naming.string.line} {why}"
        return ""

    def _is_met_by_others(self, step: Step, goal: str) -> bool:
        """Whether a file comes to call what stays where it looks up another name today."""
        return any(
            site.looked_up != step
            and site.variant in self._variants
            and self._variants[site.variant].goal.dotted == goal
            for site in self._sites_in.get(step[0], ())
        )

    def _binds(self, path: str, name: str) -> bool:
        return any(name in scope.bound for scope in self._index.facts(path).scopes)

    def _cannot_follow(self, naming: Naming, *, changes: bool) -> str:
        """Why a patch would not do the same for what stays, in words; empty where it would.

        Args:
            naming: The patch.
            changes: Whether only one of the two functions gives something to await, so that the
                mock that is made of it is of another kind.
        """
        leaf = naming.string.callee.rpartition(".")[2]
        tree = (
            self._tree(naming.path) if naming.string.plain and leaf in (*_MOCKS, *_SETS) else None
        )
        call = _call_of(tree, naming.string) if tree is not None else None
        if tree is None or call is None:
            return "names it in another way"
        if {word.arg for word in call.keywords} & _SPECS:
            return "gives the mock the shape of the factory"
        if not changes:
            return ""
        if leaf not in _MOCKS or not _only_says_what_it_gives(tree, call):
            return "does not say what its mock gives, and only one of the two is awaited"
        return "asks how it was awaited" if _asserts_awaits(tree) else ""

    def _tree(self, path: str) -> Tree | None:
        if path not in self._trees:
            world = self._index.world
            try:
                data = world.read([path])[path]
                self._trees[path] = Tree(path, data, world.facts(path), world.resolver)
            except NotReadableError:
                self._trees[path] = None
        return self._trees[path]


def _call_of(tree: Tree, string: DottedString) -> ast.Call | None:
    """The call whose argument a string is."""
    for node in tree.nodes:
        if isinstance(node, ast.Constant) and tree.span(node) == (string.start, string.end):
            parent = tree.parent(node)
            return parent if isinstance(parent, ast.Call) and node in parent.args else None
    return None


def _only_says_what_it_gives(tree: Tree, call: ast.Call) -> bool:
    """Whether a patch leaves the kind of mock to `patch`, and says what a call of it gives."""
    count = 2 if isinstance(call.func, ast.Attribute) and call.func.attr == "object" else 1
    given = {keyword.arg for keyword in call.keywords}
    if len(call.args) != count or not given <= {*_RESULTS}:
        return False
    return bool(given) or not _names_of_mock(tree, call).isdisjoint(_results_set(tree, call))


def _names_of_mock(tree: Tree, call: ast.Call) -> set[str]:
    """The names by which a test reads the mock."""
    parent = tree.parent(call)
    if isinstance(parent, ast.withitem) and isinstance(parent.optional_vars, ast.Name):
        return {parent.optional_vars.id}
    if isinstance(parent, FunctionNode):
        # The lowest decorator gives the first argument after `self`.
        mocks = [node for node in reversed(parent.decorator_list) if _makes_argument(node)]
        names = [argument.arg for argument in (*parent.args.posonlyargs, *parent.args.args)]
        names = names[1:] if names[:1] in (["self"], ["cls"]) else names
        at = mocks.index(call) if call in mocks else len(names)
        return {*names[at : at + 1]}
    return set()


def _makes_argument(decorator: ast.expr) -> bool:
    """Whether a decorator is a patch that hands its mock to the test."""
    if not isinstance(decorator, ast.Call):
        return False
    is_object = isinstance(decorator.func, ast.Attribute) and decorator.func.attr == "object"
    is_patch = "patch" in ast.unparse(decorator.func)
    given = {keyword.arg for keyword in decorator.keywords}
    return is_patch and len(decorator.args) == 1 + is_object and "new" not in given


def _results_set(tree: Tree, call: ast.Call) -> set[str]:
    """The names whose result the function around a patch, or under it, sets."""
    parent = tree.parent(call)
    function = parent if isinstance(parent, FunctionNode) else None
    found = set()
    for node in ast.walk(function or tree.function(call) or tree.root):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Attribute) and target.attr in _RESULTS:
                    found.add(ast.unparse(target.value))
    return found


def _asserts_awaits(tree: Tree) -> bool:
    """Whether a file asks a mock how it was awaited."""
    names = (node.attr for node in tree.nodes if isinstance(node, ast.Attribute))
    return any(name.startswith(("assert_", "await_")) and "await" in name for name in names)
