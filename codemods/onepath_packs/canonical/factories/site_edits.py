"""The edits of one file that take uses of factory variants to what stays."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

import libcst as cst
from libcst import matchers

from onepath.analysis.arguments import (
    Argument,
    Signature,
    bind,
    give,
    is_identity,
    requoted,
    same_for_callers,
)
from onepath.analysis.factories.forwarding import VariantForwarding
from onepath.analysis.factories.variants import CLASS, Variant
from onepath.edit.calls import change_call
from onepath.edit.draft import Draft
from onepath.edit.edits import apply_edits
from onepath.edit.imports.bring_in import BringIn
from onepath.model import DottedString, Edit, Refusal
from onepath.model.refused import Refused
from onepath.symbols.destinations import Destination
from onepath.symbols.renames import Renames
from onepath.symbols.tree.syntax import Span
from onepath.symbols.world import World
from onepath_packs.canonical.factories.sites import ATTRIBUTE, CALL, STORE, VariantSite

_AWAIT = re.compile(rb"await[ \t]*")


class _Piece(NamedTuple):
    """Text that takes the place of a span."""

    start: int
    end: int
    text: str


class SiteEdits:
    """One file on its way.

    Args:
        world: The code as it is.
        path: The file; it parses.
        variants: The variants by name.
        forwardings: What a variant hands on for a use of it.
        keep: Names of the file that others import.
        through_module: Whether what stays may be read as an attribute of its module, where its own
            name is taken.
    """

    def __init__(
        self,
        world: World,
        path: str,
        variants: Mapping[str, Variant],
        forwardings: Callable[[VariantSite], VariantForwarding],
        keep: Collection[str],
        *,
        through_module: bool,
    ) -> None:
        renames = Renames(world.resolver, {}, {})
        data = world.read([path])[path]
        self.draft = Draft(path, data, world.facts(path), renames, frozenset(keep))
        aliases = frozenset(
            variant.step for variant in variants.values() if variant.step is not None
        )
        self.bring = BringIn(self.draft, aliases)
        self._variants = variants
        self._forwardings = forwardings
        self._through = through_module
        self._pieces: list[_Piece] = []
        self.taken: dict[VariantSite, tuple[str, bool]] = {}
        """Uses that are taken -> what stays as it is called there, and whether with the same
        arguments."""

    def rename_string(self, string: DottedString, name: str) -> None:
        """Put another last name into a string that is one literal."""
        end = self.draft.data.rindex(_last(string), string.start, string.end)
        self.draft.edit(end, end + len(_last(string)), name, "string")

    def take(self, sites: Sequence[VariantSite]) -> list[tuple[VariantSite, Refusal]]:
        """Take uses to what stays; give those that can't be, with the reason."""
        refused: list[tuple[VariantSite, Refusal]] = []
        given = self._all_given(sites, refused)
        # A name that nothing reads any more may be bound again, to what stays.
        self.bring.expect_freed(use for site in given for use in site.uses)
        for site, arguments in given.items():
            try:
                self._take(site, arguments)
            except Refused as error:
                refused.append((site, _refusal(site, error)))
        for piece in self._pieces:
            self.draft.edit(*piece, "call")
        return refused

    def edits(self) -> tuple[Edit, ...]:
        """All edits of the file."""
        return self.bring.edits()

    def _all_given(
        self, sites: Sequence[VariantSite], refused: list[tuple[VariantSite, Refusal]]
    ) -> dict[VariantSite, tuple[Argument, ...] | None]:
        """The uses that can be changed as far as they themselves are concerned; notes the others.

        What is inside another call comes first, so that the outer one is written around it.
        """
        found: dict[VariantSite, tuple[Argument, ...] | None] = {}
        for site in sorted(
            sites,
            key=lambda variant_site: (
                variant_site.call[1] - variant_site.call[0],
                variant_site.callee,
            ),
        ):
            try:
                found[site] = self._given(site)
            except Refused as error:
                refused.append((site, _refusal(site, error)))
        return found

    def _given(self, site: VariantSite) -> tuple[Argument, ...] | None:
        """The arguments of the new call; None where they stay as they are.

        Raises:
            Refused: The use can't be changed.
        """
        variant, forwarded = self._variants[site.variant], self._forwardings(site)
        goal = variant.goal.callee
        old = variant.callee.signature or Signature(())
        new = goal.signature or Signature(())
        if site.how == STORE:
            raise Refused("assigned", "something else is put in its place here")
        if site.how == ATTRIBUTE:
            raise Refused("attribute", "an attribute of the factory itself is used")
        given: tuple[Argument, ...] | None = None
        if site.how == CALL:
            if not is_identity(old, new, forwarded.giving):
                given = give(bind(site.arguments, old), old, new, forwarded.giving)
            self._check_await(site, variant, forwarded)
            _check_expected(site, variant, forwarded)
        else:
            _check_value(site, variant, forwarded, old, new)
        if given is not None and site.string is not None:
            given = self._for_string(site.string, given)
        return given

    def _take(self, site: VariantSite, given: tuple[Argument, ...] | None) -> None:
        variant, forwarded = self._variants[site.variant], self._forwardings(site)
        goal = variant.goal.callee
        callee = self._callee(site, variant)
        self.bring.free(site.uses)
        adds = goal.awaited and not forwarded.awaited and site.awaited is None
        self.taken[site] = callee, _is_same(site, given)
        self._write(site, callee, given, adds=adds)
        if site.awaited is not None and forwarded.awaited and not goal.awaited:
            self._drop_await(site.awaited, bracketed=site.bracketed)

    def _check_await(
        self, site: VariantSite, variant: Variant, forwarded: VariantForwarding
    ) -> None:
        awaited = variant.goal.callee.awaited
        if forwarded.awaited and not awaited and site.awaited is None:
            raise Refused("not-awaited", "what it gives is handed on before it is awaited")
        if awaited and not forwarded.awaited and site.awaited is not None:
            # An await that can only fail so far is what the other one needs.
            fails = forwarded.gives_instances and not site.expected_to_fail
            if not (fails and variant.config.accept):
                text = "it is awaited here, and gives nothing that can be awaited"
                raise Refused("awaited", text)
            return
        if awaited and not forwarded.awaited and site.no_await:
            raise Refused("needs-await", f"what stays has to be awaited, and {site.no_await}")

    def _for_string(self, span: Span, given: Sequence[Argument]) -> tuple[Argument, ...]:
        """Arguments for a call in an f-string, in which its own quotes can't stand everywhere."""
        around = cst.parse_expression(self.draft.text(*span))
        arguments = []
        for argument in given:
            text = argument.text
            if any(mark in text for mark in "\"'\\#"):
                quote = around.quote[0] if isinstance(around, cst.FormattedString) else ""
                text = requoted(text, "'" if quote == '"' else '"') if quote else ""
                if not text or _is_nested(around):
                    raise Refused(
                        "f-string", f"{argument.text} can't be written inside this string"
                    )
            arguments.append(argument._replace(text=text))
        return tuple(arguments)

    def _callee(self, site: VariantSite, variant: Variant) -> str:
        goal = variant.goal
        try:
            name = self.bring.need(site.scope, site.callee[0], goal.to, site.statement)
        except Refused as error:
            name = self._through_module(site, goal.to)
            if not name:
                raise Refused("name-taken", str(error)) from error
        return ".".join((name, *goal.rest))

    def _through_module(self, site: VariantSite, to: Destination) -> str:
        """What stays as an attribute of its module, where its own name is taken; or nothing."""
        resolver = self.draft.renames.resolver
        if not self._through or resolver.dotted(to.module).kind != "module":
            return ""
        package, _, leaf = to.module.rpartition(".")
        module = Destination(package, leaf) if package else Destination(leaf, "")
        try:
            name = self.bring.need(site.scope, site.callee[0], module, site.statement)
        except Refused:
            return ""
        return f"{name}.{to.name}"

    def _write(
        self, site: VariantSite, callee: str, given: Sequence[Argument] | None, *, adds: bool
    ) -> None:
        before, after = ("(await ", ")") if adds and site.bracketed else ("await ", "")
        if not adds:
            before = after = ""
        if site.how != CALL or _is_same(site, given):
            self._pieces = [piece for piece in self._pieces if not _within(piece, site.callee)]
            self._pieces.append(_Piece(*site.callee, before + callee))
            if after:
                self._pieces.append(_Piece(site.call[1], site.call[1], after))
            return
        text = self._text_of(site.call)
        self._pieces = [piece for piece in self._pieces if not _within(piece, site.call)]
        changed = change_call(text, callee, given or ())
        self._pieces.append(_Piece(*site.call, before + changed + after))

    def _text_of(self, span: Span) -> str:
        """A call with what was changed inside of it already."""
        start, end = span
        inner = [
            Edit(piece.start - start, piece.end - start, piece.text.encode(), "call", 1)
            for piece in self._pieces
            if _within(piece, span)
        ]
        codec = self.draft.facts.encoding.removesuffix("-sig")
        data = self.draft.data[start:end]
        inner = [edit._replace(new=edit.new.decode().encode(codec)) for edit in sorted(inner)]
        return apply_edits(data, inner).decode(codec).replace("\r\n", "\n")

    def _drop_await(self, span: Span, *, bracketed: bool) -> None:
        data, (start, end) = self.draft.data, span
        match = _AWAIT.match(data, start)
        if match is None:
            return
        if bracketed and data[start - 1 : start] == b"(" and data[end : end + 1] == b")":
            self._pieces.append(_Piece(start - 1, match.end(), ""))
            self._pieces.append(_Piece(end, end + 1, ""))
        else:
            self._pieces.append(_Piece(start, match.end(), ""))


def _last(string: DottedString) -> bytes:
    """The last name that a string spells."""
    return string.value.replace(":", ".").rpartition(".")[2].encode()


def _is_same(site: VariantSite, given: Sequence[Argument] | None) -> bool:
    """Whether the arguments are those that the use gives now, as they stand."""
    return given is None or (
        [argument.place for argument in given] == list(range(len(site.arguments)))
        and all(argument.keyword == site.arguments[argument.place].keyword for argument in given)
    )


def _refusal(site: VariantSite, error: Refused) -> Refusal:
    reason = f"'{site.variant}': {error.reason}"
    return Refusal(site.path, site.line, error.code, reason)


def _check_expected(site: VariantSite, variant: Variant, forwarded: VariantForwarding) -> None:
    """Refuse a call whose exception or warning, which a test expects, may be the variant's own."""
    is_other = variant.callee.place != variant.goal.callee.place
    if is_other and (site.expects == "warning" or (site.expects and forwarded.more)):
        text = f"the {site.expects} that is expected here may come from it"
        raise Refused("tests-the-variant", text)


def _check_value(
    site: VariantSite,
    variant: Variant,
    forwarded: VariantForwarding,
    old: Signature,
    new: Signature,
) -> None:
    """A factory that is handed on is called by who knows whom: both have to look the same."""
    same = is_identity(old, new, forwarded.giving) and same_for_callers(
        old,
        new,
        annotations=site.reads_annotations,
        same_defaults=forwarded.giving.same_defaults,
    )
    if not same:
        raise Refused("value", "it is handed on, and what stays takes other arguments")
    if forwarded.awaited != variant.goal.callee.awaited:
        raise Refused("value", "it is handed on, and only one of the two has to be awaited")
    if variant.callee.kind == CLASS and variant.step is None:
        raise Refused("value", "the class is handed on")


def _is_nested(string: cst.BaseExpression) -> bool:
    """Whether there is an f-string inside the f-string."""
    return len(matchers.findall(string, matchers.FormattedString())) > 1


def _within(piece: _Piece, span: Span) -> bool:
    return span[0] <= piece.start and piece.end <= span[1]
