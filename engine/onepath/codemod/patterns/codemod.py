"""The codemod that follows rules of patterns, over all files that may match."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from onepath.codemod.outcome import Proposal, file_changes
from onepath.codemod.patterns.documents import rewrite_pieces
from onepath.codemod.patterns.file import PatternRewrite, PatternSearch, replace_in_file
from onepath.codemod.patterns.functions.own_code import OwnCode
from onepath.codemod.patterns.functions.passed_on import called_functions, passed_on
from onepath.codemod.patterns.functions.passing import passing_rule
from onepath.codemod.patterns.functions.patched import patched
from onepath.codemod.patterns.names import symbol_named, symbol_of
from onepath.codemod.patterns.outline import OutlineSearch
from onepath.codemod.patterns.rule import PatternRule
from onepath.codemod.patterns.scripts import spelling_scripts
from onepath.codemod.patterns.spelling import Path
from onepath.codemod.patterns.template import needs_no_import
from onepath.codemod.refusals.left_out import LeftOut
from onepath.config.globs import Globs
from onepath.config.migrate_toml import Config
from onepath.edit.edits import apply_edits
from onepath.errors import InputError, RefusedError
from onepath.facts.prefilter import words
from onepath.facts.prefilter.words import AllOf, Needles
from onepath.model import Facts, Refusal
from onepath.proof.declared import Declared
from onepath.symbols.near_paths import suggestion
from onepath.symbols.outside.environment import running_environment
from onepath.symbols.outside.lookup import Kind, Outside
from onepath.symbols.tree.names import NotReadableError
from onepath.symbols.world import World

_EXAMPLE = "onepath_example_of_a_rule.py"
_WITH_PIECES = (".md", ".markdown", ".rst", ".txt", ".ipynb")


@dataclass(frozen=True)
class AnyOf:
    """A search that hits where one of several searches does."""

    parts: tuple[AllOf, ...]

    @property
    def digest(self) -> str:
        """Names this search in the cache."""
        return sha256("|".join(together.digest for together in self.parts).encode()).hexdigest()

    def hit(self, data: bytes) -> bool:
        """Whether one of them hits."""
        return any(together.hit(data) for together in self.parts)

    def within(self, other: words.Search) -> bool:
        """Whether another search certainly hits wherever this one does."""
        return all(together.within(other) for together in self.parts)


class Rules:
    """Rules in one repository.

    Args:
        world: The code.
        rules: The rules, in the order in which they are tried.
        config: What it says of the environment counts.

    Raises:
        InputError: A dotted path of a rule is certainly nothing.
    """

    def __init__(self, world: World, rules: Sequence[PatternRule], config: Config) -> None:
        passing = (passing_rule(world, rule) for rule in rules)
        self._rules = (*rules, *filter(None, passing))
        self._outside = Outside(config.environment or running_environment())
        self._excluded = Globs(config.exclude)
        self._rewrites_documents = config.documents == "rewrite"
        for rule in rules:
            _check_pattern(world, rule, self._outside)
        self._known: dict[tuple[str, str, frozenset[int], bool], PatternRewrite] = {}

    def propose(self, world: World, left_out: LeftOut) -> Proposal:
        """What the rules do to a state of the code."""
        search = self._searched(world)
        done = list(self._rewritten(world, search, left_out))
        refusals = [refusal for rewrite in done for refusal in rewrite.refusals]
        if any(rewrite.edits for rewrite in done):
            refusals += self._patched(world, search, left_out)
        refusals += spelling_scripts(world, [_groups(rule, search) for rule in self._rules])
        introduced = frozenset(step for path in search.paths.values() for step in path.introduced)
        return Proposal(
            file_changes(world, {rewrite.path: rewrite.edits for rewrite in done}),
            tuple(sorted({*refusals})),
            Declared(introduced=introduced),
            remarks=tuple(self._declared(world) if done else self._unknown(world)),
            places={rewrite.path: rewrite.places for rewrite in done},
        )

    def _declared(self, world: World) -> Iterator[str]:
        """What is said of the paths in replacements of which nobody can say whether they exist."""
        for dotted in sorted({path for rule in self._rules for path in rule.replacement.symbols}):
            is_known = needs_no_import(dotted) or world.resolver.dotted(dotted).kind != "external"
            if not is_known and self._outside.kind(dotted) is Kind.ABSENT:
                top = dotted.partition(".")[0]
                yield f"'{top}' is not in the environment: '{dotted}' is taken as declared"

    def _unknown(self, world: World) -> Iterator[str]:
        """What is said of the paths in patterns that lead nowhere, if no pattern matches."""
        for dotted in sorted({path for rule in self._rules for path in rule.pattern.symbols}):
            if needs_no_import(dotted):
                continue
            resolution = world.resolver.dotted(dotted)
            if resolution.kind in ("definition", "module"):
                continue
            if resolution.kind == "unresolved":
                yield f"'{dotted}' does not exist{suggestion(world, dotted)}"
            elif self._outside.kind(dotted) in (Kind.MISSING, Kind.ABSENT):
                is_absent = self._outside.kind(dotted) is Kind.ABSENT
                unknown = dotted.partition(".")[0] if is_absent else dotted
                near = self._outside.closest(unknown)
                if near or not is_absent:
                    meant = f"; did you mean '{near}'?" if near else ""
                    yield f"'{unknown}' is not in the environment{meant}"

    def check_examples(self, world: World) -> None:
        """Raise RefusedError if an example of a rule does not come out as it says."""
        for rule in self._rules:
            for example in rule.examples:
                after = self._example(world, example.before)
                if after != example.after:
                    raise RefusedError(
                        f"{example.where} comes out as\n{_indented(after)}\nand not as\n"
                        f"{_indented(example.after)}",
                        hint="nothing was searched: mend the rule or its example first",
                    )
                again = self._example(world, after)
                if again != after:
                    raise RefusedError(
                        f"{example.where}: a second run would change it again, to\n"
                        f"{_indented(again)}"
                    )

    def _example(self, world: World, text: str) -> str:
        there = world.after({_EXAMPLE: text.encode()})
        try:
            done = replace_in_file(there, _EXAMPLE, text.encode(), self._searched(there), LeftOut())
        except NotReadableError as error:
            return f"{text}\n# this does not parse: {error}"
        return apply_edits(text.encode(), sorted(done.edits)).decode()

    def _rewritten(
        self, world: World, search: PatternSearch, left_out: LeftOut
    ) -> Iterable[PatternRewrite]:
        """The files in which a rule matches, in path order."""
        needles = AnyOf(tuple(_needles(rule, search) for rule in self._rules))
        shaped = [
            AllOf((*together.parts, OutlineSearch(rule.pattern)))
            for together, rule in zip(needles.parts, self._rules, strict=True)
        ]
        paths = {path for together in shaped for path in world.fact_store.mentioning(together)}
        documents = world.fact_store.others_mentioning(self._documents(world), needles)
        passed = self._passed_on(world, search, left_out)
        for path, data in sorted(world.read([*paths, *documents, *passed]).items()):
            done = PatternRewrite(path)
            if path in paths:
                done = done.joined(self._once(world, path, data, search, left_out))
            done = done.with_passed_on(passed.get(path, {}))
            has_examples = path in paths and b">>>" in data and not self._excluded.match(path)
            if path in documents or has_examples:
                done = done.joined(self._pieces(world, path, data, search, needles, left_out))
            if done.edits or done.refusals:
                yield done

    def _patched(self, world: World, search: PatternSearch, left_out: LeftOut) -> Iterator[Refusal]:
        """The places that put something else in the place of a function that a rule replaces."""
        for dotted in called_functions(world, self._rules):
            words, symbol = search.words[dotted], search.symbols[dotted]
            for path in world.fact_store.mentioning(Needles.of(words)):
                if path not in left_out and world.facts(path).failure is None:
                    yield from patched(world, path, words, symbol, dotted)

    def _passed_on(
        self, world: World, search: PatternSearch, left_out: LeftOut
    ) -> dict[str, dict[int, Refusal]]:
        """By file and place, what gives a function to something else to be called."""
        found: dict[str, dict[int, Refusal]] = {}
        for dotted in called_functions(world, self._rules):
            words = search.words[dotted]
            for path in world.fact_store.mentioning(Needles.of(words)):
                if path not in left_out and world.facts(path).failure is None:
                    symbol = search.symbols[dotted]
                    places = dict(passed_on(world, path, words, symbol, dotted))
                    found.setdefault(path, {}).update(places)
        return {path: places for path, places in found.items() if places}

    def _documents(self, world: World) -> list[str]:
        """The files that may hold Python without being it."""
        return [
            path
            for path, entry in world.snapshot.entries.items()
            if entry.is_regular and path.endswith(_WITH_PIECES) and not self._excluded.match(path)
        ]

    def _pieces(
        self,
        world: World,
        path: str,
        data: bytes,
        search: PatternSearch,
        needles: AnyOf,
        left_out: LeftOut,
    ) -> PatternRewrite:
        """What becomes of the Python inside a file."""
        done = rewrite_pieces(world, path, data, search, needles, left_out)
        if self._rewrites_documents or not done.edits:
            return done
        listed = [
            Refusal(path, edit.line, "listed", "a match in a document") for edit in done.edits
        ]
        return PatternRewrite(path, refusals=[*done.refusals, *listed])

    def _once(
        self, world: World, path: str, data: bytes, search: PatternSearch, left_out: LeftOut
    ) -> PatternRewrite:
        """What becomes of a file, worked out once for the same content and the same places.

        The driver asks again and again while it looks for the places that fail. What a name leads
        to does not change then: the rules change expressions and imports, no definition.
        """
        content = path, world.snapshot.entries[path].oid
        every = self._known.get((*content, frozenset(), False))
        if every is None:
            every = _rewritten_alone(world, path, data, search, LeftOut())
            self._known[*content, frozenset(), False] = every
        held = frozenset(
            location.start for location in every.places if left_out.holds(path, location.start)
        )
        key = (*content, held, path in left_out)
        if key not in self._known:
            self._known[key] = _rewritten_alone(world, path, data, search, left_out)
        return self._known[key]

    def _searched(self, world: World) -> PatternSearch:
        """The rules with what their dotted paths mean in a state of the code."""
        resolver = world.resolver
        patterns = {symbol for rule in self._rules for symbol in rule.pattern.symbols}
        return PatternSearch(
            self._rules,
            {pattern: symbol_named(resolver, pattern) for pattern in patterns},
            {
                symbol: Path(symbol, resolver, self._outside, rule.replacement.where)
                for rule in self._rules
                for symbol in rule.replacement.symbols
            },
            {pattern: _words(world, pattern) for pattern in patterns},
            self._outside,
            OwnCode(self._rules, resolver),
        )


def _rewritten_alone(
    world: World, path: str, data: bytes, search: PatternSearch, left_out: LeftOut
) -> PatternRewrite:
    try:
        return replace_in_file(world, path, data, search, left_out)
    except NotReadableError:
        return PatternRewrite(path, refusals=[_unreadable(path, world.facts(path))])


def _check_pattern(world: World, rule: PatternRule, outside: Outside) -> None:
    modules = world.resolver.modules
    for dotted in rule.pattern.symbols:
        unknown = "." not in dotted and not needs_no_import(dotted) and modules.find(dotted) is None
        if unknown and outside.kind(dotted) is Kind.ABSENT:
            raise InputError(
                f"{rule.pattern.where}: '{dotted}' is no builtin and no module",
                hint="write the dotted path of what is meant, package.module.name; or $NAME, "
                "which stands for any expression",
            )


def _words(world: World, dotted: str) -> frozenset[str]:
    """The words by one of which a dotted path is spelled in any file that uses it."""
    if needs_no_import(dotted):
        return frozenset({dotted.partition(".")[0]})
    meant = symbol_named(world.resolver, dotted)
    found = {dotted.rpartition(".")[2]}
    if meant[0] == "definition":
        found.add(meant[-1])
    while True:
        more = set(found)
        for path in world.fact_store.mentioning(Needles.of(found)):
            more.update(_other_names(world, path, found, meant))
        if more == found:
            return frozenset(found)
        found = more


def _other_names(world: World, path: str, found: set[str], meant: tuple[str, ...]) -> Iterable[str]:
    """The names by which a module has something that others may read from it."""
    facts = world.facts(path)
    for statement in facts.imports:
        for alias in statement.names if statement.scope == 0 else ():
            if alias.asname and alias.name.rpartition(".")[2] in found:
                yield alias.asname
    for definition in facts.definitions:
        is_alias = definition.kind == "alias" and definition.target.rpartition(".")[2] in found
        if is_alias and symbol_of(world.resolver.name(path, definition.qualname)) == meant:
            yield definition.qualname


def _needles(rule: PatternRule, search: PatternSearch) -> AllOf:
    return AllOf(tuple(map(Needles.of, _groups(rule, search))) or (Needles.of(()),))


def _groups(rule: PatternRule, search: PatternSearch) -> list[frozenset[str]]:
    """Words of which all code that the rule matches spells one of each group."""
    groups = [search.words[symbol] for symbol in rule.pattern.symbols]
    return groups + [frozenset({word}) for word in rule.pattern.words]


def _unreadable(path: str, facts: Facts) -> Refusal:
    failure = facts.failure
    line = failure.line if failure is not None else 1
    why = failure.reason if failure is not None else "it can't be read"
    return Refusal(path, line, "unparseable", f"{why}; the file spells what is searched for")


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
