"""A bound name that something reads by its spelling keeps it; every other name follows."""

from tests.programs.blocks import blocks
from tests.programs.conftest import After, Program

RENAME = ("eng.old.Engine", "eng.core.Motor")
ENGINE = {
    "eng/__init__.py": "",
    "eng/old.py": "from eng.core import Motor as Engine\n",
    "eng/core.py": "class Motor:\n    n = 2\n",
}
IMPORT = "from eng.old import Engine\n"
KEPT = "from eng.core import Motor as Engine\n"
SCRIPT = """
import doctest, importlib, io, contextlib, json
for name in {modules!r}:
    module = importlib.import_module(name)
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            result = module.go()
        print(name, result, said.getvalue().replace("Motor", "..."))
    except Exception as error:
        print(name, type(error).__name__, error)
    print(doctest.testmod(module))
"""

READ_HERE = blocks(
    r'''
=== globals_key
IMPORT
def go():
    return Engine.n, globals()['Engine'].n
=== parameter_of_a_test
IMPORT
def test_it(Engine, more=1):
    return Engine
def go():
    return Engine.n
=== keyword_of_a_test
IMPORT
def test_it(more=1, *, other=2, Engine):
    return Engine
def go():
    return Engine.n
=== globals_get
IMPORT
def go():
    return Engine.n, globals().get('Engine').n
=== globals_computed
IMPORT
def go(kind='eng'):
    return globals()[kind.capitalize() + 'ine'].n
print(Engine.n)
=== globals_contains
IMPORT
def go():
    return 'Engine' in globals(), Engine.n
=== globals_percent
IMPORT
def go():
    return '%(Engine)s' % globals() != '', Engine.n
=== globals_kept
IMPORT
SPACE = globals()
def go():
    return SPACE['Engine'].n, Engine.n
=== vars_at_the_top
IMPORT
SPACE = vars()
def go():
    return SPACE['Engine'].n, Engine.n
=== dir_at_the_top
IMPORT
NAMES = dir()
def go():
    return 'Engine' in NAMES, Engine.n
=== own_module
import sys
IMPORT
def go():
    return getattr(sys.modules[__name__], 'Engine').n, Engine.n
=== own_module_imported
import importlib
IMPORT
def go(kind='Engine'):
    return getattr(importlib.import_module(__name__), kind).n, Engine.n
=== own_dict
import sys
IMPORT
def go():
    return sys.modules[__name__].__dict__['Engine'].n, Engine.n
=== patched
from unittest import mock
IMPORT
def go():
    with mock.patch(f'{__name__}.Engine') as fake:
        return Engine is fake
=== patched_by_sum
from unittest import mock
IMPORT
def go():
    with mock.patch(__name__ + '.Engine') as fake:
        return Engine is fake
=== patched_object
import sys
from unittest import mock
IMPORT
def go():
    with mock.patch.object(sys.modules[__name__], 'Engine') as fake:
        return Engine is fake
=== evaluated
IMPORT
def go():
    return eval('Engine.n'), Engine.n
=== evaluated_built
IMPORT
def go(kind='Eng'):
    return eval(kind + 'ine' + '.n'), Engine.n
=== evaluated_formatted
IMPORT
def go(attr='n'):
    return eval(f'Engine.{attr}'), Engine.n
=== evaluated_with_globals
IMPORT
CODE = 'Engine.n'
def go():
    return eval(CODE, globals()), Engine.n
=== executed
IMPORT
def go():
    space = dict(globals())
    exec('x = Engine.n', space)
    return space['x'], Engine.n
=== compiled
IMPORT
CODE = compile('Engine.n', '', 'eval')
def go():
    return eval(CODE), Engine.n
=== timed
import timeit
IMPORT
def go():
    return timeit.timeit('Engine()', globals=globals(), number=1) >= 0, Engine.n
=== timed_by_import
import timeit
IMPORT
def go():
    return timeit.repeat('Engine()', 'from timed_by_import import Engine', number=1) != [], Engine.n
=== template
import string
IMPORT
def go():
    return string.Template('$Engine').substitute(globals()) != '', Engine.n
=== debugged
IMPORT
def go():
    return f'{Engine.n=} {Engine=!r:.4}'
=== debugged_spaced
IMPORT
def go():
    return f'{ Engine.n + 1 = }'
=== in_docstring
"""
>>> Engine.n
2
"""
IMPORT
def go():
    return Engine.n
=== in_function_docstring
IMPORT
def go():
    r"""
    >>> [Engine().n
    ...  for _ in "a"]
    [2]
    """
    return Engine.n
=== in_test_dict
IMPORT
__test__ = {'more': '>>> Engine.n\n2\n'}
def go():
    return Engine.n
=== frames
import sys
IMPORT
def go():
    return sys._getframe().f_globals['Engine'].n, Engine.n
''',
    IMPORT=IMPORT,
)
READ_IN_A_FUNCTION = blocks(
    """
=== format_locals
def go():
    IMPORT
    return '{Engine.n}'.format(**locals()), Engine.n
=== format_map
def go():
    IMPORT
    text = '{Engine.n}'
    return text.format_map(vars()), Engine.n
=== eval_local
def go():
    IMPORT
    return eval('Engine.n'), Engine.n
=== eval_inner
def go():
    IMPORT
    def inner():
        return eval('Engine.n'), Engine.n
    return inner()
=== locals_kept
def go():
    IMPORT
    found = locals()
    return sorted(found), Engine.n
=== debug_local
def go():
    IMPORT
    return f'{Engine.n=}'
""",
    IMPORT=IMPORT,
)
FOLLOWING = blocks(
    '''
=== prose
"""The Engine is fast; Engine.n is 2."""
IMPORT
# An Engine
def go():
    raise ValueError('Engine', f'the Engine {Engine.n}')
=== logged
import logging
IMPORT
def go():
    logging.getLogger('Engine').debug('Engine')
    return Engine.n
=== compared
IMPORT
def go():
    return Engine.__name__ == 'Engine', 'Engine' in 'text'
=== another_key
IMPORT
def go():
    globals()['other'] = 1
    return globals()['other'], 'go' in globals(), Engine.n
=== another_object
IMPORT
class Box:
    Engine = 1
def go(box=Box):
    return getattr(box, 'Engine'), Engine.n
=== another_space
IMPORT
def go():
    return eval('Engine', {'Engine': Engine}).n
=== keys
IMPORT
def go():
    return {'Engine': Engine.n}, dict(Engine=Engine.n)
=== own_example
IMPORT
def go():
    """
    >>> from eng.core import Motor as Engine
    >>> Engine.n
    2
    """
    return Engine.n
=== quoted
IMPORT
def go(x: 'list[Engine] | None' = None) -> "dict[str, 'Engine']":
    return Engine.n
=== locals_elsewhere
IMPORT
def inner(x):
    return locals()
def go():
    return inner(1), Engine.n
=== star_of_a_test
IMPORT
def test_it(*Engine, **more):
    return Engine
def go():
    return Engine.n
=== default_of_a_test
IMPORT
def test_it(other, Engine=1, *, more=2):
    return Engine
def go():
    return Engine.n
=== place_of_a_test
IMPORT
def test_it(Engine, /, other=1, *, more=2):
    return Engine
def go():
    return Engine.n
=== local_only
def go():
    IMPORT
    return Engine.n
def other():
    return globals()
''',
    IMPORT=IMPORT,
)


def run(unchanged_by: Program, modules: dict[str, str], **more: str) -> After:
    files = {f"{name}.py": text for name, text in modules.items()}
    script = SCRIPT.format(modules=sorted(modules))
    return unchanged_by({**ENGINE, **files, **more}, rename=RENAME, script=script)


def test_a_name_that_the_module_itself_reads_by_its_spelling_is_kept(unchanged_by: Program) -> None:
    after = run(unchanged_by, READ_HERE)
    kept = {name for name in READ_HERE if KEPT in after.files[f"{name}.py"]}
    assert kept == READ_HERE.keys()


def test_a_name_that_a_function_reads_by_its_spelling_is_kept(unchanged_by: Program) -> None:
    after = run(unchanged_by, READ_IN_A_FUNCTION)
    kept = {name for name in READ_IN_A_FUNCTION if KEPT in after.files[f"{name}.py"]}
    assert kept == READ_IN_A_FUNCTION.keys()


def test_a_name_that_is_only_mentioned_follows(unchanged_by: Program) -> None:
    after = run(unchanged_by, FOLLOWING)
    kept = {
        name
        for name in FOLLOWING
        if "Motor as Engine\n"
        in after.files[f"{name}.py"].replace(">>> from eng.core import Motor as Engine", "")
    }
    assert kept == set()
    assert (
        "go(x: 'list[Motor] | None' = None) -> \"dict[str, 'Motor']\"" in after.files["quoted.py"]
    )
