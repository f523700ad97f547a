"""What examples and tests expect a class or function to show as its own name: `Old(n=1)`."""

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from onepath.codemod import Edit, Needles, Refusal, World
from onepath.edit.edits import apply_edits, in_order
from onepath.facts.extract.definitions import dotted
from onepath.facts.extract.file import module_tree
from onepath.importing.loaded.import_effects import import_time_statements
from onepath.model import Facts
from onepath.symbols.modules import is_test
from onepath.symbols.resolve import Step
from onepath.symbols.tree.syntax import SyntaxTree
from onepath_packs.canonical.definitions.old_paths.by_own_name.compared_texts import (
    compared_with,
    is_shown,
    tells_of,
)
from onepath_packs.canonical.definitions.old_paths.by_own_name.comparisons import NAMES
from onepath_packs.canonical.definitions.old_paths.by_own_name.shown_formats import (
    shown_after_name,
)
from onepath_packs.canonical.definitions.old_paths.by_own_name.shown_members import shown_members
from onepath_packs.canonical.definitions.old_paths.by_own_name.spelled_out import is_spelled_out
from onepath_packs.canonical.definitions.old_paths.by_own_name.told_classes import told_class

SHOWN = "name-shown"
_COMPOSED = ast.BinOp | ast.JoinedStr | ast.FormattedValue
_PROMPT = re.compile(rb"[ \t]*(?:>>>|\.\.\.)(?:[ \r\n]|\Z)")


class ShownNames(NamedTuple):
    """What follows of what is shown, and what is left."""

    contents: Mapping[str, bytes]
    """The files in which expected texts have the new name."""
    refusals: tuple[Refusal, ...]

    def with_others(self, others: Iterable[Refusal], name: str) -> list[Refusal]:
        """All refusals: no mention in a line that has followed, and of no line two.

        Args:
            others: Those that speak of other things than what is shown.
            name: The old name.
        """
        rest = [refusal for refusal in others if not self._follows(refusal, name)]
        listed = {refusal[:2] for refusal in rest}
        return [*rest, *(refusal for refusal in self.refusals if refusal[:2] not in listed)]

    def _follows(self, refusal: Refusal, name: str) -> bool:
        """Whether a refusal of a mention speaks of a line that has followed."""
        lines = self.contents.get(refusal.path, b"").splitlines()
        return (
            refusal.code == "mentioned"
            and refusal.line <= len(lines)
            and name.encode() not in lines[refusal.line - 1]
        )


def shown_names(
    world: World, home: Step, new: str, contents: Mapping[str, bytes | None]
) -> ShownNames:
    """Give what is expected to be shown of a definition its new name, where it shows that itself.

    Args:
        world: The code as it was.
        home: (path, name) of the definition.
        new: Its new name.
        contents: The files that change for the new name: what they are then.
    """
    name = home[1]
    after = shown_after_name(world, home, "__repr__", "__str__")
    text = _shown_text(
        name,
        shows_itself=_shows_itself(world, home, "__repr__"),
        after=shown_after_name(world, home, "__repr__"),
    )
    called = re.compile(text.pattern + rb"|\A%b(?=\()" % re.escape(name.encode()))
    printed = _shown_text(
        name,
        shows_itself=_shows_itself(world, home, "__repr__", "__str__"),
        members=shown_members(world, home),
        after=after,
    )
    word = re.compile(rb"(?<!\w)%b(?!\w)" % re.escape(name.encode()))
    escaped = re.escape(name.encode())
    may_show = re.compile(
        _shown_text(name, shows_itself=True).pattern
        + rb"|[\"'.]%b(?:[\"'(.]|: )" % escaped
        + _before(after, rb"|\b" + escaped)
    )
    module = re.escape(world.modules.name(home[0]).encode())
    told = re.compile(rb"(?<=[\"'])(%b\.)?%b(?=: |[\"'])" % (module, escaped))
    alone = re.compile(rb"[\"']%b[\"']" % escaped)
    found: dict[str, bytes] = {}
    refusals = [*_elsewhere(world, home, text, contents)]
    for path, data in contents.items():
        if data is None or not word.search(data):
            continue
        spelled = _spelled(path, data, name, new)
        changed = _in_examples(data, text, name.encode(), new, spelled)
        if path.endswith(".py") and may_show.search(changed):
            texts = {"repr": text, "str": printed, **({"told": told} if is_test(path) else {})}
            if is_test(path) and alone.search(changed) and not is_spelled_out(world, name):
                texts["alone"] = alone
            changed = _in_comparisons(changed, texts, name, new, spelled)
        if path.endswith(".py"):
            was = world.read([path]).get(path, b"")
            refusals += [
                _left_alone(path, line, name) for line in _remaining(was, changed, called, name)
            ]
        if changed != data:
            found[path] = changed
    return ShownNames(found, tuple(refusals))


def _elsewhere(
    world: World, home: Step, text: re.Pattern[bytes], contents: Collection[str]
) -> Iterator[Refusal]:
    """What is expected in modules that don't spell the name otherwise: `repr(parse("1"))`.

    Those count that import something of the top package of the definition: a test has what it
    shows from there, by a star import, a function or a fixture.
    """
    path, name = home
    top = world.modules.name(path).partition(".")[0]
    for user in world.fact_store.mentioning(Needles.of([name])):
        if user.endswith(".py") and user not in contents and _imports(world.facts(user), top):
            data = world.read([user]).get(user, b"")
            for line in _remaining(data, data, text, name):
                yield _left_alone(user, line, name)


def _imports(facts: Facts, top: str) -> bool:
    """Whether a module imports from a package, or from its own."""
    return any(
        statement.level or any(name.name.partition(".")[0] == top for name in statement.names)
        if not statement.is_from
        else statement.level or statement.module.partition(".")[0] == top
        for statement in facts.imports
    )


def _left_alone(path: str, line: int, name: str) -> Refusal:
    return Refusal(path, line, SHOWN, f"'{name}' is expected here, as what it shows of itself")


def _shown_text(
    name: str, *, shows_itself: bool, members: Iterable[str] = (), after: Iterable[str] = ()
) -> re.Pattern[bytes]:
    """What a definition shows: `Old(`, `<Old of`, `<m.Old object at`, `<Old.RED: 1>`, and so on.

    Args:
        name: Its name.
        shows_itself: Whether no text of its own is shown in place of it.
        members: Those of an enumeration whose text is `Old.RED`.
        after: What the definition shows after its name.
    """
    word = re.escape(name.encode())
    always = rb"(?<=[.'<])%b(?='>| object at)|(?<=<function )%b(?= at)|(?<=<class ')%b(?=')" % (
        (word,) * 3
    )
    own = rb"|(?<![\w.'\"])%b(?=\()|(?<=<)%b(?=\.\w+: |[ >(])" % (word, word)
    own = own if shows_itself else b""
    own += _before(after, rb"|(?<![\w.'\"])" + word)
    if members:
        every = b"|".join(re.escape(member.encode()) for member in members)
        own += rb"|(?<![\w.])%b(?=\.(?:(?:%b)\b|[\"']))" % (word, every)
    return re.compile(always + own)


def _before(after: Iterable[str], word: bytes) -> bytes:
    """A pattern of a word that one of some texts follows; empty if there are none."""
    texts = b"|".join(re.escape(text.encode()) for text in sorted(after))
    return rb"%b(?=%b)" % (word, texts) if texts else b""


def _shows_itself(world: World, home: Step, *methods: str) -> bool:
    """Whether what a definition shows by some methods is its own name, and no text of theirs."""
    path, name = home
    tree = module_tree(world.read([path]).get(path, b""))
    for node in import_time_statements(tree.body):
        if isinstance(node, ast.ClassDef) and node.name == name:
            showing = [
                statement for statement in node.body if getattr(statement, "name", "") in methods
            ]
            return all(
                any(
                    isinstance(child, ast.Attribute) and child.attr in NAMES
                    for child in ast.walk(method)
                )
                for method in showing
            )
    return True


def _in_examples(
    data: bytes, text: re.Pattern[bytes], name: bytes, new: str, spelled: Collection[str]
) -> bytes:
    """A file in which the expected lines of examples that use the definition have its new name."""
    lines = data.splitlines(keepends=True)
    words = b"|".join(re.escape(word.encode()) for word in sorted(spelled))
    used = re.compile(rb"(?<!\w)(?:%b)(?!\w)" % words)
    is_expected = has_new = False
    for at, line in enumerate(lines):
        if _PROMPT.match(line):
            has_new = has_new or used.search(line) is not None
            is_expected = True
        elif not line.strip() or line.strip() in (b'"""', b"'''"):
            is_expected = False
        elif is_expected and has_new and name in line:
            lines[at] = text.sub(new.encode(), line)
    return b"".join(lines)


def _in_comparisons(
    data: bytes,
    texts: Mapping[str, re.Pattern[bytes]],
    name: str,
    new: str,
    spelled: frozenset[str],
) -> bytes:
    """A file in which what is compared with a shown name has the new one.

    Args:
        data: The file.
        texts: By `repr` what that shows, by `str` what that and f-strings show; where the file is
            a test, by `told` what tells of an exception, and by `alone` the name by itself, where
            nothing but the definition can show it.
        name: The old name.
        new: The new one.
        spelled: How the file spells the definition.
    """
    tree = SyntaxTree.of_file(data)
    if tree is None:
        return data
    edits: list[Edit] = []
    for node in tree.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and name in node.value:
            start, end = tree.place(node)
            literal, other = data[start:end], compared_with(tree, _composed(tree, node))
            if other is None or isinstance(tree.parent(node), ast.JoinedStr):
                # A part of an f-string has no place of its own before Python 3.12.
                continue
            shows = is_shown(tree, other, spelled)
            is_own = shows or _is_own_name(tree, other, spelled)
            if node.value == name and (is_own or ("alone" in texts and _is_found_in(tree, node))):
                changed = literal.replace(name.encode(), new.encode())
            elif shows:
                is_repr = isinstance(other, ast.Call) and dotted(other.func) == "repr"
                text = texts["repr" if is_repr else "str"]
                changed = literal[:1] + text.sub(new.encode(), b" " + literal[1:])[1:]
            elif "told" in texts and tells_of(tree, node, other, spelled):
                changed = texts["told"].sub(rb"\g<1>" + new.encode(), literal)
            else:
                continue
            edits.append(Edit(start, end, changed, "string", node.lineno))
    return apply_edits(data, in_order(edits))


def _is_found_in(tree: SyntaxTree, node: ast.Constant) -> bool:
    """Whether a test asserts that something has a text in it."""
    around = tree.parent(node)
    if isinstance(around, ast.Compare):
        is_in = around.left is node and [type(op) for op in around.ops] == [ast.In]
    else:
        is_in = _method(around) == "assertIn"
    return is_in and _is_asserted(tree, node)


def _spelled(path: str, data: bytes, name: str, new: str) -> frozenset[str]:
    """How a file spells what has the new name: `New as Old` keeps the old one for it."""
    alias = re.compile(rb"\b%b\s+as\s+%b\b" % (new.encode(), name.encode()))
    tree = SyntaxTree.of_file(data) if path.endswith(".py") and alias.search(data) else None
    is_kept = tree is not None and any(
        isinstance(node, ast.alias) and (node.name, node.asname) == (new, name)
        for node in tree.nodes
    )
    return frozenset((new, name) if is_kept else (new,))


def _remaining(was: bytes, data: bytes, text: re.Pattern[bytes], name: str) -> list[int]:
    """The lines of a file as it was in which a name is still shown, or expected."""
    if not re.search(rb"(?<!\w)%b(?!\w)" % re.escape(name.encode()), data):
        return []
    tree = SyntaxTree.of_file(data)
    if tree is None:
        return []
    lines, before = data.splitlines(), was.splitlines()
    numbers = {*_left(tree, lines, text, name), *_expected(tree, name)}
    return sorted({_line_before(before, lines, number) for number in numbers})


def _expected(tree: SyntaxTree, name: str) -> Iterator[int]:
    """The lines of a file that expect a text that has a name in it.

    It may be a message, of an error or a log, into which the name is formatted.
    """
    word = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-])")
    for node in tree.nodes if re.search(word.pattern.encode(), tree.data) else ():
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and word.search(node.value)
            and (_is_asserted(tree, node) or _is_expected_message(tree, node))
        ):
            yield node.lineno


def _is_asserted(tree: SyntaxTree, node: ast.expr) -> bool:
    """Whether a test fails if something does not have a text, or is another one."""
    node = _composed(tree, node)
    if compared_with(tree, node) is None:
        return False
    around = tree.parent(node)
    return _method(around).startswith("assert") or any(
        isinstance(outer, ast.Assert) for outer in tree.around(node)
    )


def _composed(tree: SyntaxTree, node: ast.expr) -> ast.expr:
    """The whole text of which a text is a part: `"Old(%s)" % 1`; itself if it is none."""
    for around in tree.around(node):
        is_format = isinstance(around, ast.Attribute) and around.attr == "format"
        if not (isinstance(around, _COMPOSED) or is_format or _method(around) == "format"):
            break
        node = around if isinstance(around, ast.expr) else node
    return node


def _is_expected_message(tree: SyntaxTree, node: ast.Constant) -> bool:
    """Whether a text is what a message has to match: `raises(E, match="...")`."""
    around = tree.parent(node)
    if isinstance(around, ast.keyword):
        return around.arg in ("match", "expected_regex", "msg_regex")
    return _method(around).endswith(("Regex", "Regexp"))


def _method(node: ast.AST | None) -> str:
    """The last name of what is called, of whatever it is a method."""
    function = node.func if isinstance(node, ast.Call) else None
    return function.attr if isinstance(function, ast.Attribute) else ""


def _is_own_name(tree: SyntaxTree, node: ast.expr, names: Collection[str]) -> bool:
    """Whether an expression is `New.__name__`, or that of something which is a `New`."""
    if not (isinstance(node, ast.Attribute) and node.attr in NAMES):
        return False
    told = told_class(tree, node.value)
    spelled = dotted(node.value) if told is None else told.spelled
    return spelled.rpartition(".")[2] in names


def _left(
    tree: SyntaxTree, lines: Sequence[bytes], text: re.Pattern[bytes], name: str
) -> Iterator[int]:
    """The lines of a file whose texts go on to show a name."""
    word = re.compile(rb"(?<!\w)%b(?!\w)" % re.escape(name.encode()))
    told = re.compile(rb"\A(?:[\w.]+\.)?%b: " % re.escape(name.encode()))
    documented = {id(node.value) for node in tree.nodes if isinstance(node, ast.Expr)}
    for node in tree.nodes:
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            continue
        shown = node.value.encode("utf-8", "replace")
        is_told = told.match(shown) is not None and compared_with(tree, node) is not None
        if id(node) not in documented and (is_told or text.search(shown)):
            last = node.end_lineno or node.lineno
            for number in range(node.lineno, min(last, len(lines)) + 1):
                if word.search(lines[number - 1]):
                    yield number


def _line_before(before: Sequence[bytes], lines: Sequence[bytes], number: int) -> int:
    """Where a line of a file was before the file changed: the nearest one that is the same."""
    same = (at for at, line in enumerate(before, 1) if line == lines[number - 1])
    return min(same, key=lambda at: abs(at - number), default=number)
