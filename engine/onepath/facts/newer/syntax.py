"""Reads files whose syntax is newer than the running Python.

CPython's parser knows the syntax of its own version; libcst's native parser knows that of all
current ones. Its tree is turned into the `ast.Module` that CPython of the right version makes.
"""

import ast
import re
import warnings

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper

from onepath.facts.newer.layout import Layout, syntax_error
from onepath.facts.newer.statements import newer_statements

# libcst's parser has no limits of its own: what is nested too deeply ends the process.
_MAX_BRACKETS = 200  # as in CPython
_MAX_CHAIN = 1000  # operators and strings of one expression; its tree is a level for each
_MAX_ELIF = 4000

_TOKEN = re.compile(
    rb"""
    (?P<open>[\[({])
    | (?P<close>[\])}])
    | (?P<stop>[,;\n])
    | (?P<elif>\belif\b)
    | \#[^\r\n]*
    | (?P<link>
        \"\"\"(?:\\.|[^\\])*?\"\"\"
        | '''(?:\\.|[^\\])*?'''
        | \"(?:\\.|[^\\"\n])*\"
        | '(?:\\.|[^\\'\n])*'
        | [-+~]
        | [*/%@&|^.<>=!]+
        | \b(?:and|await|else|if|lambda|not|or)\b
    )
    """,
    re.DOTALL | re.VERBOSE,
)


def parse_newer(source: bytes) -> ast.Module:
    """The `ast` tree of `source`, which is UTF-8 without BOM.

    Positions are those of CPython 3.12 and later, also inside f-strings. Nodes that the
    running Python's `ast` lacks come from `newer_nodes`; functions and classes always have
    `type_params`, and an import has a true `is_lazy` if it is lazy.

    Raises libcst.ParserSyntaxError if it is not Python as far as libcst knows it, and
    RecursionError if it is nested too deeply.
    """
    _refuse_unreadable(source)
    if not source.endswith(b"\n"):
        source += b"\n"  # libcst wants one after `a;` and drops a last lone carriage return
    try:
        tree = cst.parse_module(source.decode())
        spans = MetadataWrapper(tree, unsafe_skip_copy=True).resolve(ByteSpanPositionProvider)
        layout = Layout(source, tree.bytes, spans)
    except (SyntaxError, ValueError, cst.CSTLogicError) as error:
        raise syntax_error(str(error), source, 1) from error
    except KeyError:
        # libcst's bookkeeping fails so when it is unwound by the RecursionError.
        raise RecursionError("nested too deeply") from None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in the user's strings
        return ast.Module(body=newer_statements(layout, tree.body), type_ignores=[])


def _refuse_unreadable(source: bytes) -> None:
    if (null := source.find(b"\0")) >= 0:
        line = source.count(b"\n", 0, null) + 1
        raise syntax_error("source code cannot contain null bytes", source, line)
    chains = [0]
    branches = 0
    for token in _TOKEN.finditer(source):
        kind = token.lastgroup
        if kind == "open":
            chains.append(0)
        elif kind == "close" and len(chains) > 1:
            chains.pop()
            chains[-1] += 1
        elif kind == "stop" and (len(chains) == 1 or token[0] != b"\n"):
            chains[-1] = 0
        elif kind == "link":
            chains[-1] += 1
        elif kind == "elif":
            branches += 1
        if len(chains) > _MAX_BRACKETS:
            line = source.count(b"\n", 0, token.start()) + 1
            raise syntax_error("too many nested parentheses", source, line)
        if chains[-1] > _MAX_CHAIN or branches > _MAX_ELIF:
            raise RecursionError("nested too deeply")
