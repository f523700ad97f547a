import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from onepath.config.toml.lines import locate, syntax_problem


def problem(text: str) -> tuple[int, str]:
    try:
        tomllib.loads(text)
    except ValueError as error:
        return syntax_problem(error, text)
    raise AssertionError("this is valid TOML")


def test_a_syntax_error_has_its_line_and_column() -> None:
    assert problem("a = 1\nb = = 2\n") == (2, "Invalid value (column 5)")


def test_a_text_that_breaks_off_is_reported_on_its_last_line() -> None:
    line, message = problem('a = 1\nb = "never closed')
    assert line == 2
    assert message.endswith("at the end of the file")


def test_an_error_without_a_position_belongs_to_the_whole_file() -> None:
    assert syntax_problem(ValueError("too big"), "") == (0, "too big")


def test_headers_bare_quoted_and_dotted_keys() -> None:
    lines = locate(
        "# a comment with [brackets] = and more\n"
        "top = 1\n"
        "\n"
        "[one . 'two.three']  # comment\n"
        'bare = "x"\n'
        '"quo\\"ted.key" = "y"\n'
        "dotted . \"in ner\" . 'it' = 3\n"
        "[[many]]\n"
        "each = 1\n"
    )
    assert lines == {
        ("top",): 2,
        ("one",): 4,
        ("one", "two.three"): 4,
        ("one", "two.three", "bare"): 5,
        ("one", "two.three", 'quo"ted.key'): 6,
        ("one", "two.three", "dotted"): 7,
        ("one", "two.three", "dotted", "in ner"): 7,
        ("one", "two.three", "dotted", "in ner", "it"): 7,
        ("many",): 8,
        ("many", 0): 8,
        ("many", "each"): 9,
    }


def test_values_that_look_like_keys_are_passed_over() -> None:
    lines = locate(
        'basic = "a = 1 # ] }"\n'
        "literal = 'b = \\' # not an escape\n"
        'long = """\n[not.a.table]\nc = 1\n\\""" still inside"""""\n'
        "raw = '''\nd = 2\n''''\n"
        'empty = ""\n'
        "date = 1979-05-27 07:32:00 # comment\n"
        "last = true"
    )
    assert lines == {
        ("basic",): 1,
        ("literal",): 2,
        ("long",): 3,
        ("raw",): 7,
        ("empty",): 10,
        ("date",): 11,
        ("last",): 12,
    }


def test_inline_tables_and_arrays_over_several_lines() -> None:
    lines = locate(
        "table = { a = 1, b.c = { d = [] }, 'e' = \"}\" }\n"
        "array = [ # first\n"
        "  'one', 'two', # ] not the end\n"
        "\n"
        "  [3, 4], { key = 5 },\n"
        "]\n"
        "after = {}\r\n"
        "windows = 1\r\n"
    )
    assert lines == {
        ("table",): 1,
        ("table", "a"): 1,
        ("table", "b"): 1,
        ("table", "b", "c"): 1,
        ("table", "b", "c", "d"): 1,
        ("table", "e"): 1,
        ("array",): 2,
        ("array", 0): 3,
        ("array", 1): 3,
        ("array", 2): 5,
        ("array", 2, 0): 5,
        ("array", 2, 1): 5,
        ("array", 3): 5,
        ("array", 3, "key"): 5,
        ("after",): 7,
        ("windows",): 8,
    }


def test_a_table_written_in_several_places_has_its_first_line() -> None:
    assert locate("[a.b]\n[a]\nc = 1\n")["a",] == 1


_KEYS = st.one_of(
    st.from_regex(r"[A-Za-z0-9_-]{1,6}", fullmatch=True),
    st.from_regex(r'"[^"\\\x00-\x1f\x7f]{0,6}"', fullmatch=True),
    st.from_regex(r"'[^'\x00-\x1f\x7f]{0,6}'", fullmatch=True),
)
_VALUES = st.sampled_from(
    ['"x"', "'#'", '"""\n"\n"""', "'''''x'''", "1", "[\n1,\n'a']", "{ k = [1, {}] }", "1.5e3"]
)


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    if isinstance(value, dict):
        children: Any = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    else:
        return {path}
    return {path}.union(*(_paths(child, (*path, key)) for key, child in children))


@given(
    st.lists(
        st.one_of(
            st.tuples(st.lists(_KEYS, min_size=1, max_size=3).map(" . ".join), _VALUES),
            st.tuples(st.lists(_KEYS, min_size=1, max_size=3).map(".".join), st.none()),
        ),
        max_size=8,
    )
)
def test_every_path_of_the_parsed_text_has_a_line(
    items: list[tuple[str, str | None]],
) -> None:
    text = "".join(f"[{key}]\n" if value is None else f"{key} = {value}\n" for key, value in items)
    try:
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert set(locate(text)) == _paths(parsed) - {()}


def test_each_element_of_an_array_of_tables_has_its_line() -> None:
    lines = locate('[[a]]\nx = 1\n\n[[ a ]]\nx = """\n[[a]]\n"""\n[[\'a\'.b]]\n[[a.b]]\n[[a]]\n')
    assert [lines["a", at] for at in range(3)] == [1, 4, 10]
    assert [lines["a", "b", at] for at in range(2)] == [8, 9]
    assert ("a", 3) not in lines
