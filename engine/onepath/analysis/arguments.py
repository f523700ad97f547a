"""The arguments of a call: bound to the parameters of one signature, given to those of another."""

import ast
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from onepath.model import Param
from onepath.model.refused import Refused

_POSITIONAL = ("posonly", "normal")
_NAMED = ("normal", "kwonly")
_DISPLAYS = (
    ast.JoinedStr, ast.List, ast.Dict, ast.Set, ast.Tuple, ast.ListComp, ast.DictComp, ast.SetComp,
    ast.Lambda,
)  # fmt: skip
_EFFECTS = (ast.Call, ast.Await, ast.NamedExpr, ast.Yield, ast.YieldFrom)


class Argument(NamedTuple):
    """One argument of a call."""

    keyword: str = ""
    """The parameter that it names; empty for a positional one."""
    place: int = -1
    """Which argument of the call it is, from 0; -1 for one that is added."""
    text: str = ""
    """Of one that is added: its value."""
    star: str = ""
    """`*` or `**` before it."""
    effects: bool = False
    """Whether to evaluate it may do something."""
    is_none: bool | None = None
    """Whether it is None; None where that can't be told."""


class Signature(NamedTuple):
    """What a caller may give, without `self` and `cls`."""

    params: tuple[Param, ...]

    @property
    def positional(self) -> tuple[Param, ...]:
        return tuple(parameter for parameter in self.params if parameter.kind in _POSITIONAL)

    @property
    def named(self) -> Mapping[str, Param]:
        """All parameters but `*args` and `**kwargs`, by name."""
        return {
            parameter.name: parameter
            for parameter in self.params
            if parameter.kind not in ("*", "**")
        }

    def has(self, kind: str) -> bool:
        """Whether there is a parameter of this kind."""
        return any(parameter.kind == kind for parameter in self.params)


class Giving(NamedTuple):
    """Which parameter's argument becomes which one's."""

    to: Mapping[str, str]
    """Old parameter -> new parameter; those that are not here have no place in the new one."""
    dropped: frozenset[str] = frozenset()
    """Old parameters whose arguments are not needed any more."""
    added: Mapping[str, str] = {}
    """New parameter -> the literal that every call gives it."""
    rest: str = ""
    """What becomes of arguments that `*args` takes: `kept`, `dropped` or empty for unknown."""
    keywords: str = ""
    """The same for `**kwargs`."""
    same_defaults: frozenset[str] = frozenset()
    """Old parameters whose default is the same object as that of the new one, by another text or
    none that can be written anywhere: `Mode.FAST` in both."""


class Bound(NamedTuple):
    """The arguments of a call, by the parameters that take them."""

    by_name: Mapping[str, Argument]
    rest: tuple[Argument, ...]
    """What `*args` takes."""
    keywords: tuple[Argument, ...]
    """What `**kwargs` takes."""


def same_for_callers(
    old: Signature,
    new: Signature,
    *,
    annotations: bool = False,
    same_defaults: Collection[str] = (),
) -> bool:
    """Whether nobody who calls can tell two signatures apart.

    Args:
        old: One.
        new: The other.
        annotations: Whether the caller reads these as well.
        same_defaults: Parameters whose defaults are known to be the same object.
    """
    if len(old.params) != len(new.params):
        return False
    return all(
        (parameter.name, parameter.kind) == (other.name, other.kind)
        and (not annotations or parameter.annotation == other.annotation)
        and (parameter.name in same_defaults or same_default(parameter.default, other.default))
        for parameter, other in zip(old.params, new.params, strict=True)
    )


def is_identity(old: Signature, new: Signature, giving: Giving) -> bool:
    """Whether every call of the one is a call of the other as it is, whatever it gives."""
    kept = all(
        (parameter.kind == "*" and giving.rest == "kept")
        or (parameter.kind == "**" and giving.keywords == "kept")
        or giving.to.get(parameter.name) == parameter.name
        for parameter in old.params
    )
    is_plain = kept and not giving.dropped and not giving.added
    return is_plain and same_for_callers(old, new, same_defaults=giving.same_defaults)


def bind(arguments: Sequence[Argument], signature: Signature) -> Bound:
    """Bind arguments to parameters as a call does.

    Raises:
        Refused: They don't fit, or it can't be known what they are.
    """
    by_name: dict[str, Argument] = {}
    rest: list[Argument] = []
    keywords: list[Argument] = []
    positional, named = signature.positional, signature.named
    for argument in arguments:
        if argument.star:
            what = f"'{argument.star}' gives arguments that are not known here"
            raise Refused("star-arguments", what)
    for at, argument in enumerate(one for one in arguments if not one.keyword):
        if at < len(positional):
            by_name[positional[at].name] = argument
        elif signature.has("*"):
            rest.append(argument)
        else:
            raise Refused("does-not-bind", f"it takes {len(positional)} positional arguments")
    for argument in (one for one in arguments if one.keyword):
        param = named.get(argument.keyword)
        if param is not None and param.kind in _NAMED:
            if argument.keyword in by_name:
                raise Refused("does-not-bind", f"'{argument.keyword}' is given twice")
            by_name[argument.keyword] = argument
        elif signature.has("**"):
            keywords.append(argument)
        else:
            raise Refused("does-not-bind", f"it has no parameter '{argument.keyword}'")
    for name, param in named.items():
        if param.default is None and name not in by_name:
            raise Refused("does-not-bind", f"'{name}' is not given")
    return Bound(by_name, tuple(rest), tuple(keywords))


def may_bind(call: ast.Call, signature: Signature) -> bool:
    """Whether a call may give what a signature takes; what is unpacked may be anything.

    Args:
        call: The call.
        signature: What is called.
    """
    placed = [node for node in call.args if not isinstance(node, ast.Starred)]
    is_starred = len(placed) < len(call.args)
    positional, named = signature.positional, signature.named
    filled = {parameter.name for parameter in positional[: len(placed)]}
    keywords = {keyword.arg for keyword in call.keywords if keyword.arg is not None}
    given = {name for name in keywords & named.keys() if named[name].kind in _NAMED}
    if len(placed) > len(positional) and not signature.has("*"):
        return False
    if given < keywords and not signature.has("**"):
        return False
    if not is_starred and filled & given:
        return False
    missing = {
        name
        for name, parameter in named.items()
        if parameter.default is None and (parameter.kind == "kwonly" or not is_starred)
    }
    is_open = any(keyword.arg is None for keyword in call.keywords)
    return is_open or missing <= filled | given


def give(bound: Bound, old: Signature, new: Signature, giving: Giving) -> tuple[Argument, ...]:
    """The arguments that a call of the new signature needs for the same values.

    What was positional stays so where the positions agree; the order in which arguments are
    evaluated stays as it is.

    Args:
        bound: The call's arguments, bound to `old`.
        old: The signature that was called.
        new: The one that is to be called.
        giving: Which parameter becomes which.

    Raises:
        Refused: One has no place, or one is missing.
    """
    taken = _targets(bound, new, giving)
    literals = _literals(bound, old, new, giving, taken)
    for name, param in new.named.items():
        if param.default is None and name not in taken and name not in literals:
            raise Refused("no-argument", f"nothing is given for '{name}'")
    order = sorted((argument.place, name) for name, argument in taken.items())
    given: list[Argument] = []
    for param in new.positional:
        name = param.name
        if order and order[0][1] == name and (not taken[name].keyword or param.kind == "posonly"):
            order.pop(0)
            given.append(taken[name]._replace(keyword=""))
        elif param.kind == "posonly" and name in literals:
            given.append(Argument(text=literals.pop(name)))
        else:
            break
    extra = _rest(bound, new, giving, len(given))
    given += extra
    later = {name for _, name in order} | literals.keys()
    for param in new.positional:
        if param.kind == "posonly" and param.name in later:
            raise Refused("order", f"'{param.name}' can only be given by its position")
    given += [taken[name]._replace(keyword=name) for _, name in order]
    given += [Argument(keyword=name, text=text) for name, text in literals.items()]
    return tuple(given)


def _targets(bound: Bound, new: Signature, giving: Giving) -> dict[str, Argument]:
    """New parameter -> the argument that it gets."""
    taken: dict[str, Argument] = {}
    for name, argument in bound.by_name.items():
        if name in giving.dropped:
            _drop(name, argument)
            continue
        to = giving.to.get(name)
        if to is None:
            raise Refused("no-parameter", f"there is no place for the argument of '{name}'")
        _take(taken, to, argument, new, giving)
    for argument in bound.keywords:
        if giving.keywords == "dropped":
            _drop(argument.keyword, argument)
        elif giving.keywords == "kept":
            _take(taken, argument.keyword, argument, new, giving)
        else:
            text = f"there is no place for the argument '{argument.keyword}'"
            raise Refused("no-parameter", text)
    return taken


def _take(
    taken: dict[str, Argument], to: str, argument: Argument, new: Signature, giving: Giving
) -> None:
    if to not in new.named and not new.has("**"):
        raise Refused("no-parameter", f"there is no parameter '{to}'")
    if to in taken or to in giving.added:
        raise Refused("given-twice", f"'{to}' would be given twice")
    taken[to] = argument


def _drop(name: str, argument: Argument) -> None:
    if argument.effects:
        text = (
            f"the argument of '{name}' is not needed any more, but to evaluate it may do something"
        )
        raise Refused("argument-effects", text)


def _literals(
    bound: Bound, old: Signature, new: Signature, giving: Giving, taken: Mapping[str, Argument]
) -> dict[str, str]:
    """New parameter -> the literal that is written out for it."""
    literals = dict(giving.added)
    for name in literals:
        if name not in new.named and not new.has("**"):
            raise Refused("no-parameter", f"there is no parameter '{name}'")
    for name, param in old.named.items():
        to = giving.to.get(name)
        if name in bound.by_name or to is None or to in literals or name in giving.dropped:
            continue
        there = new.named.get(to)
        if name in giving.same_defaults or (
            there is not None and same_default(param.default, there.default)
        ):
            continue
        if param.default is None or not is_constant(param.default) or to in taken:
            text = f"the default of '{name}' is no plain value that can be written here"
            raise Refused("default", text)
        literals[to] = param.default
    return literals


def _rest(bound: Bound, new: Signature, giving: Giving, so_far: int) -> tuple[Argument, ...]:
    """The arguments of `*args` that follow the others."""
    if not bound.rest:
        return ()
    if giving.rest == "dropped":
        for argument in bound.rest:
            _drop("*", argument)
        return ()
    if giving.rest == "kept" and new.has("*") and so_far == len(new.positional):
        return bound.rest
    raise Refused("no-parameter", "there is no place for all of its positional arguments")


def same_default(one: str | None, other: str | None) -> bool:
    """Whether two defaults are the same to every caller: both absent, or equal constants."""
    if one is None or other is None:
        return one is other
    if not (is_constant(one) and is_constant(other)):
        return False
    return repr(ast.literal_eval(one)) == repr(ast.literal_eval(other))


def is_constant(text: str) -> bool:
    """Whether a text is a value that can be written anywhere and never changes."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError):
        return False
    return _never_changes(value)


def requoted(text: str, quote: str) -> str:
    """A literal with this kind of quotes around its strings; empty where that can't be done."""
    other = "'" if quote == '"' else '"'
    changed = text.replace(other, quote)
    if "\\" in text or (quote in text and other in text):
        return ""
    try:
        same = bool(ast.literal_eval(changed) == ast.literal_eval(text))
    except (ValueError, SyntaxError):
        return ""
    return changed if same else ""


def _never_changes(value: object) -> bool:
    if isinstance(value, tuple):
        return all(map(_never_changes, value))
    return value is None or isinstance(value, int | float | complex | str | bytes | type(...))


def has_effects(value: ast.expr) -> bool:
    """Whether to evaluate an expression may do something: it calls, awaits, yields or assigns."""
    return any(isinstance(node, _EFFECTS) for node in ast.walk(value))


def arguments_of(
    call: ast.Call, is_something: Callable[[ast.expr], bool] = lambda _: False
) -> tuple[Argument, ...]:
    """The arguments of a call, in the order in which they stand.

    Args:
        call: The call.
        is_something: Whether an expression that is no literal is certainly not None.
    """

    def is_none(value: ast.expr) -> bool | None:
        if isinstance(value, ast.Constant):
            return value.value is None
        return False if isinstance(value, _DISPLAYS) or is_something(value) else None

    found: list[tuple[tuple[int, int], Argument]] = []
    for value in call.args:
        star = "*" if isinstance(value, ast.Starred) else ""
        place = value.lineno, value.col_offset
        effects = has_effects(value)
        found.append((place, Argument(star=star, effects=effects, is_none=is_none(value))))
    for keyword in call.keywords:
        place = keyword.value.lineno, keyword.value.col_offset
        star = "" if keyword.arg else "**"
        effects = has_effects(keyword.value)
        nothing = is_none(keyword.value)
        argument = Argument(keyword.arg or "", star=star, effects=effects, is_none=nothing)
        found.append((place, argument))
    ordered = sorted(found, key=lambda one: one[0])
    return tuple(one._replace(place=at) for at, (_, one) in enumerate(ordered))
