"""A method or attribute of a class gets another name, in its whole hierarchy.

Whoever reads it through something whose class is known follows. Where the class is not known, the
old name stays beside the new one in every class that defines it, and the place is listed.
"""

import ast
import re
from collections.abc import Iterator

from onepath.codemod import Config, Needles, Outcome, World, file_changes
from onepath.config.globs import Globs
from onepath.edit.lines import Lines
from onepath.facts.computed.nodes import FunctionNode
from onepath.model import Changeset
from onepath.symbols.tree.declared import INSTANCE, Receiver, class_of
from onepath.symbols.tree.names import NotReadableError, Tree
from onepath.symbols.tree.receivers import receiver_of
from onepath_packs.canonical.definitions.members.documented import Documented
from onepath_packs.canonical.definitions.members.enum_names import EnumNames
from onepath_packs.canonical.definitions.members.family import Family, RenamedMember, check_member
from onepath_packs.canonical.definitions.members.inner_classes import InnerClasses
from onepath_packs.canonical.definitions.members.made_classes import MadeClasses, index_with_made
from onepath_packs.canonical.definitions.members.strings import Strings
from onepath_packs.canonical.definitions.members.told_names import ToldNames
from onepath_packs.canonical.definitions.members.work import End, Work
from onepath_packs.canonical.definitions.refused import CannotMoveError
from onepath_packs.canonical.definitions.together import prove_sum
from onepath_packs.canonical.definitions.unread import unread_users


def rename_member(world: World, config: Config, old: str, new: str) -> Outcome:
    """Give a member of a class another name.

    Args:
        world: The code.
        config: What is excluded or left alone.
        old: The member, `pkg.mod.Class.old`.
        new: The same with its new name.

    Raises:
        InputError: There is no such member, or the name can't be one.
        CannotMoveError: Something stands against it; nothing is changed.
    """
    resolution = world.resolver.dotted(old)
    member = RenamedMember(
        (resolution.path, resolution.name), resolution.rest[0], new.rpartition(".")[2]
    )
    index = index_with_made(world, old)
    family = Family(index, member)
    check_member(family, member)
    work = Work(world, family, member, config.left_alone)
    documented = Documented(work, config)
    places, excluded = _Places(work, documented), Globs(config.exclude)
    work.is_value = family.is_field or family.is_of_instances
    is_called = family.is_enum or family.is_field
    words = [member.old, *(name for _, name in family.classes if is_called)]
    named = Needles.of([name for _, name in family.classes])
    having = {*world.fact_store.mentioning(Needles.of([member.new]))} & {
        *world.fact_store.mentioning(named)
    }
    mentioning = world.fact_store.mentioning(Needles.of(words))
    for path in mentioning:
        if world.facts(path).failure is None:
            places.look(path, is_excluded=excluded.match(path))
            having.discard(path)
    for path in sorted(having):
        if world.facts(path).failure is None:
            places.look_for_new(path)
    places.strings.everywhere()
    documented.documents()
    places.strings.handed_on.check()
    places.told.check()
    places.enum_names.check()
    changes = file_changes(world, work.all_edits())
    prove_sum(world, world.after({change.path: change.new for change in changes}), changes)
    remarks = [_as_text(member)] if is_called or family.is_of_instances else []
    remarks += family.remarks(member.old)
    unread = unread_users(world, mentioning, member.old)
    refusals = tuple(sorted({*work.refusals, *work.mentioned, *unread}))
    return Outcome(Changeset(changes, refusals), {}, {}, tuple(remarks), work.places())


def _as_text(member: RenamedMember) -> str:
    """What to know of a member whose name is data: of an enumeration, a field, an instance."""
    return (
        f"'{member.place[1]}' has '{member.new}' for '{member.old}' now, also as a text: what is "
        f"printed, stored or sent by that name has to know"
    )


class _Places:
    """Goes through files for what names a member.

    Args:
        work: Takes the edits and the refusals.
        documented: Looks at docstrings.
    """

    def __init__(self, work: Work, documented: Documented) -> None:
        self._work = work
        self._documented = documented
        self._old = work.member.old
        self.strings = Strings(work)
        self.told = ToldNames(work)
        self.enum_names = EnumNames(work)
        self._made = MadeClasses(work)
        self._listing: set[ast.AST] = set()
        """Strings that list the member where a class is made, and have followed."""
        self._inner: InnerClasses

    def look(self, path: str, *, is_excluded: bool) -> None:
        """Go through one file.

        Raises:
            CannotMoveError: Something in it has to follow and can't.
        """
        work, tree = self._work, self._tree(path)
        before = len(work.edits.get(path, ()))
        self._listing = set()
        for statement in tree.root.body:
            if (call := self._made.statement(tree, statement)) is not None:
                self._listing.update(ast.walk(call))
                if isinstance(statement, ast.ClassDef):
                    end = _end(tree, statement, statement.body[-1], "")
                    work.ends.setdefault(path, []).append(end)
        for node in tree.nodes:
            self._look_at(tree, node)
        self.strings.dotted(tree)
        self.strings.examples(tree)
        self._documented.docstrings(tree)
        if is_excluded and len(work.edits.get(path, ())) > before:
            line = work.edits[path][before].line
            raise CannotMoveError(path, line, "the configuration excludes this file")

    def look_for_new(self, path: str) -> None:
        """Go through a file that does not have the old name.

        Raises:
            CannotMoveError: The classes have the new name as an attribute already.
        """
        tree = self._tree(path)
        for node in tree.nodes:
            if isinstance(node, ast.ClassDef) or getattr(node, "attr", "") == self._work.member.new:
                self._look_at(tree, node)

    def _tree(self, path: str) -> Tree:
        world = self._work.world
        data = world.read([path]).get(path, b"")
        try:
            tree = Tree(path, data, world.facts(path), world.resolver)
        except NotReadableError as error:
            raise CannotMoveError(path, 1, str(error)) from None
        tree.made = self._made.places
        family = self._work.family
        self._inner = InnerClasses(tree, family.index, family, family.asked_for)
        return tree

    def _look_at(self, tree: Tree, node: ast.AST) -> None:
        if isinstance(node, ast.Name | ast.Attribute) and self._work.family.is_field:
            self.strings.handed_on.value(tree, node)
        match node:
            case ast.ClassDef():
                self.strings.handed_on.definition(tree, node)
                self._class(tree, node)
            case ast.Attribute(attr=self._old):
                self._access(tree, node)
            case ast.Attribute(attr=self._work.member.new) if self._is_of_family(tree, node):
                reason = f"'{ast.unparse(node)}' is another thing already"
                raise CannotMoveError(tree.path, node.lineno, reason)
            case ast.Constant(value=str() as text) if node not in self._listing:
                if self._work.family.is_field:
                    self.strings.handed_on.text(tree, node, text)
                before = len(self._work.edits.get(tree.path, ()))
                if self._work.family.is_enum and self.enum_names.text(tree, node, text):
                    return
                self.strings.text(tree, node, text)
                if text == self._old and len(self._work.edits.get(tree.path, ())) == before:
                    self.told.spelled(tree.path, node.lineno)
            case ast.Subscript() if self._work.family.is_enum:
                self.strings.item(tree, node)
                self.enum_names.look_up(tree, node)
            case ast.Call():
                self.told.made(tree, node)
                self.enum_names.look_up(tree, node)
                if self._work.family.is_field:
                    self.strings.call(tree, node)
            case ast.MatchClass(kwd_attrs=names) if self._old in names:
                self._pattern(tree, node)
            case ast.keyword(arg=self._old):
                self.strings.keyword(tree, node)
                self.told.spelled(tree.path, node.value.lineno)

    def _class(self, tree: Tree, cls: ast.ClassDef) -> None:
        """A class, if it is of the family: where it binds the name, and reads it in its body."""
        work, old, new = self._work, self._old, self._work.member.new
        is_top = tree.function(cls) is None
        bound = {*_bound(cls)}
        if is_top and old not in bound and work.family.sets((tree.path, cls.name), old):
            work.ends.setdefault(tree.path, []).append(_end(tree, cls, cls.body[-1], ""))
        if not (bound & {old, new}) and (is_top or len(cls.bases) < 2):
            return
        is_family = self._inner.is_family(cls)
        if is_family is None and bound & {old, new}:
            name = old if old in bound else new
            reason = f"'{cls.name}' has a '{name}', and it is not known from what it inherits"
            raise CannotMoveError(tree.path, cls.lineno, reason)
        if not is_family:
            return
        if not is_top:
            self._check_inner(tree, cls, bound)
        binding: list[ast.AST] = []
        for node in _inside(cls):
            if isinstance(node, FunctionNode) and node.name == old:
                start, end = tree.place(node)
                word = re.compile(rb"def[ \t]+%b(?!\w)" % re.escape(old.encode()))
                match = word.search(tree.data, start, end)
                assert match is not None  # it is what the statement begins with
                work.edit(tree, match.end(), "definition")
                binding.append(node)
            elif isinstance(node, ast.Name) and node.id == old:
                work.edit(tree, tree.place(node)[1])
                if not isinstance(node.ctx, ast.Load):
                    binding.append(node)
                    self.told.bound(tree, node)
                    self._check_value(tree, node)
                    # Without a value, instances alone have it: another name of it has none.
                    around = tree.parent(node)
                    work.is_value |= isinstance(around, ast.AnnAssign) and around.value is None
                    work.has_default |= not _is_bare(around)
        last = next(
            (statement for statement in reversed(cls.body) if _holds(statement, binding)), None
        )
        if last is not None:
            returns = ""
            if isinstance(last, ast.AnnAssign):
                returns = f" -> {tree.text(*tree.place(last.annotation))}"
            work.ends.setdefault(tree.path, []).append(_end(tree, cls, last, returns))

    def _check_inner(self, tree: Tree, cls: ast.ClassDef, bound: set[str]) -> None:
        """Refuse a class in a function, or in another class, that another name would change."""
        old, new, index = self._old, self._work.member.new, self._work.family.index
        if new in bound:
            raise CannotMoveError(tree.path, cls.lineno, f"'{cls.name}' has a '{new}' already")
        for base in cls.bases:
            meant = tree.meaning(base)
            place = class_of(tree, meant) if meant is not None else None
            other = index.classes.get(place) if place is not None else None
            if other is None or other.place in self._work.family:
                continue
            for one in (other, *index.ancestors(other)):
                for name in {old, new} & one.members.keys():
                    reason = f"'{cls.name}' inherits a '{name}' of '{one.name}' as well"
                    raise CannotMoveError(tree.path, cls.lineno, reason)

    def _check_value(self, tree: Tree, node: ast.Name) -> None:
        """Refuse a member of an enumeration whose value is made of its name."""
        around = tree.parent(node)
        value = around.value if isinstance(around, ast.Assign) else None
        is_auto = isinstance(value, ast.Call) and ast.unparse(value.func).endswith("auto")
        if is_auto and self._work.family.has_values_by_name:
            reason = f"'auto()' makes the value of '{self._old}' of its name"
            raise CannotMoveError(tree.path, node.lineno, reason, hint="write the value there")

    def _access(self, tree: Tree, node: ast.Attribute) -> None:
        work = self._work
        known = self._is_of_family(tree, node)
        is_told = _is_told(tree, node)
        is_set = not isinstance(node.ctx, ast.Load) or is_told
        if known is not False and is_set:
            work.replace(tree.path, node.lineno)
        if known is None:
            is_read = not isinstance(node.ctx, ast.Del) and not is_told
            work.refuse(tree.path, node.lineno, ast.unparse(node), is_read=is_read)
            work.is_set_by_unknown |= is_set
        if not known:
            return
        span = tree.span(node)
        if span is None:
            reason = "its place in this f-string is not known"
            raise CannotMoveError(tree.path, node.lineno, reason)
        work.edit(tree, span[1], is_read=not isinstance(node.ctx, ast.Del) and not is_told)

    def _is_of_family(self, tree: Tree, node: ast.Attribute) -> bool | None:
        inner = self._inner
        around = inner.owner(node)
        is_super = around is not None and _is_super(node.value, around)
        owner = around if is_super else inner.of_self(node.value)
        if owner is not None and tree.function(owner) is not None:
            known = inner.is_family(owner)
            return None if known is False and inner.is_base(owner) else known
        receiver = receiver_of(tree, node.value)
        if is_super and owner is not None:
            receiver = Receiver(INSTANCE, (tree.path, owner.name))
        return self._work.is_family(tree, receiver)

    def _pattern(self, tree: Tree, node: ast.MatchClass) -> None:
        """`case Class(old=...)`"""
        known = self._work.is_family(tree, receiver_of(tree, node.cls))
        if known is None:
            self._work.refuse(tree.path, node.lineno, ast.unparse(node), is_read=True)
        if known:
            value = node.kwd_patterns[node.kwd_attrs.index(self._old)]
            start, _ = tree.place(value)
            old = self._old.encode()
            self._work.edit(tree, tree.data.rindex(old, 0, start) + len(old))


def _end(tree: Tree, cls: ast.ClassDef, last: ast.stmt, returns: str) -> End:
    """Where another name can stand after a statement of a class."""
    data = tree.data
    start, end = tree.place(last)
    before = data[data.rfind(b"\n", 0, start) + 1 : start].decode()
    if before.strip():
        return End(end, end, None, returns)
    lines = Lines(data)
    return End(lines.end(end), lines.end(tree.place(cls.body[-1])[1]), before, returns)


def _inside(cls: ast.ClassDef) -> Iterator[ast.AST]:
    """What is in the body of a class itself, with the heads of its methods."""
    waiting: list[ast.AST] = [*cls.body]
    while waiting:
        node = waiting.pop(0)
        yield node
        if isinstance(node, FunctionNode):
            waiting += [*node.decorator_list, *node.args.defaults]
            waiting += [
                expression for expression in node.args.kw_defaults if expression is not None
            ]
        elif not isinstance(node, ast.ClassDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def _is_told(tree: Tree, node: ast.Attribute) -> bool:
    """Whether a double is told what its attribute does: `double.old.return_value = 1`."""
    around = tree.parent(node)
    while isinstance(around, ast.Attribute) and isinstance(around.ctx, ast.Load):
        around = tree.parent(around)
    is_set = isinstance(around, ast.Attribute) and not isinstance(around.ctx, ast.Load)
    return is_set and getattr(around, "attr", "") in ("return_value", "side_effect")


def _bound(cls: ast.ClassDef) -> Iterator[str]:
    """The names that the body of a class binds."""
    for node in _inside(cls):
        if isinstance(node, FunctionNode):
            yield node.name
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id


def _is_bare(statement: ast.AST | None) -> bool:
    """Whether a statement declares a field and gives the class no value of it."""
    value = getattr(statement, "value", None)
    if value is None:
        return True
    call = ast.unparse(value.func) if isinstance(value, ast.Call) else ""
    makes = call.rpartition(".")[2] in ("field", "ib", "attrib")
    return makes and all(keyword.arg != "default" for keyword in value.keywords) and not value.args


def _holds(statement: ast.stmt, nodes: list[ast.AST]) -> bool:
    return any(node in nodes for node in ast.walk(statement))


def _is_super(node: ast.expr, cls: ast.ClassDef) -> bool:
    """Whether an expression in a method of a class is `super()`, or `super(Class, self)`."""
    match node:
        case ast.Call(func=ast.Name(id="super"), args=[], keywords=[]):
            return True
        case ast.Call(func=ast.Name(id="super"), args=[ast.Name(id=name), _], keywords=[]):
            return name == cls.name
    return False
