"""Modules that are named by strings, in tables and in calls: what they name stays or follows."""

import pytest
from tests.programs.conftest import Program

PACKAGE = {
    "migrate.toml": (
        '[imports]\n"inst.legacy.one.build" = "inst.v2.schema.build"\n'
        '[shims]\n"inst.legacy.one" = "delete"\n'
    ),
    "inst/__init__.py": "",
    "inst/legacy/__init__.py": "KEPT = 1\n",
    "inst/legacy/one.py": "from inst.v2.schema import build\n",
    "inst/v2/__init__.py": "",
    "inst/v2/schema.py": "def build():\n    return 'built'\n\n\ndef other():\n    return 'other'\n",
    "app.py": "import inst\n\n\ndef go():\n    return inst.build()\n",
}
SHIM = "inst/legacy/one.py"
GETATTR = (
    "def __getattr__(name):\n"
    "    if name in _LAZY:\n"
    "        mod, attr = _LAZY[name]\n"
    "        return getattr(importlib.import_module(mod, __name__), attr)\n"
    "    raise AttributeError(name)\n"
)
BY_KEY = (
    "def __getattr__(name):\n"
    "    if name in _LAZY:\n"
    "        return getattr(importlib.import_module({}), name)\n"
    "    raise AttributeError(name)\n"
)
STRUCTURE = """\
import importlib, sys, types


class _LazyModule(types.ModuleType):
    def __init__(self, name, structure):
        super().__init__(name)
        self.__path__ = sys.modules[name].__path__
        self._where = {a: m for m, names in structure.items() for a in names}

    def __getattr__(self, name):
        if name in self._where:
            return getattr(importlib.import_module("." + self._where[name], self.__name__), name)
        raise AttributeError(name)


"""
REPLACED = "sys.modules[__name__] = _LazyModule(__name__, _import_structure)\n"
LAZY = {
    "module and attribute": (
        f"import importlib\n\n_LAZY = {{'build': ('.legacy.one', 'build')}}\n\n\n{GETATTR}",
        "('.v2.schema', 'build')",
    ),
    "an absolute module and attribute": (
        f"import importlib\n\n_LAZY = {{'build': ('inst.legacy.one', 'build')}}\n\n\n{GETATTR}",
        "('inst.v2.schema', 'build')",
    ),
    "a relative module by name": (
        "import importlib\n\n_LAZY = {'build': '.legacy.one'}\n\n\n"
        + BY_KEY.format("_LAZY[name], __package__"),
        "{'build': '.v2.schema'}",
    ),
    "a module without a dot by name": (
        "import importlib\n\n_LAZY = {'build': 'legacy.one'}\n\n\n"
        + BY_KEY.format("f'{__name__}.{_LAZY[name]}'"),
        "{'build': 'v2.schema'}",
    ),
    "rows of a list": (
        "import importlib\n\n_ROWS = [('build', '.legacy.one'), ('other', '.v2.schema')]\n"
        "_LAZY = dict(_ROWS)\n\n\n" + BY_KEY.format("_LAZY[name], __name__"),
        "('build', '.v2.schema')",
    ),
    "names of a module that has no entry": (
        f"{STRUCTURE}_import_structure = {{'legacy.one': ['build']}}\n{REPLACED}",
        "{'v2.schema': ['build']}",
    ),
    "names of a module that has an entry": (
        (
            f"{STRUCTURE}_import_structure = {{\n    'legacy.one': ['build'],\n"
            f"    'v2.schema': ['other'],\n}}\n{REPLACED}"
        ),
        "{\n    'v2.schema': ['other', 'build'],\n}",
    ),
}
SHIM_WITH_MORE = "from inst.v2.schema import build\n\n\ndef own():\n    return 'own'\n"


@pytest.mark.parametrize("name", LAZY)
def test_entries_of_lazy_tables_follow(unchanged_by: Program, name: str) -> None:
    source, expected = LAZY[name]
    after = unchanged_by(
        {**PACKAGE, "inst/__init__.py": source}, script="import app; print(app.go())",
        may_go=["inst.legacy.one"],
    )  # fmt: skip
    assert expected in after.files["inst/__init__.py"]
    assert SHIM not in after.files
    assert after.printed == "built\n"


def test_some_names_of_an_entry_go_to_another_module(unchanged_by: Program) -> None:
    table = (
        f"{STRUCTURE}_import_structure = {{\n    'legacy.one': ['build', 'own'],\n}}\n"
        "sys.modules[__name__] = _LazyModule(__name__, _import_structure)\n"
    )
    files = {**PACKAGE, SHIM: SHIM_WITH_MORE, "inst/__init__.py": table}
    after = unchanged_by(files, script="import app, inst; print(app.go(), inst.own())")
    assert (
        "{\n    'v2.schema': ['build'],\n    'legacy.one': ['own'],\n}"
        in after.files["inst/__init__.py"]
    )
    assert SHIM in after.files


@pytest.mark.parametrize(
    "table",
    [
        # the public name is the attribute's, and that gets another
        "_LAZY = {'build': '.legacy.one'}\n\n\n" + BY_KEY.format("_LAZY[name], __name__"),
        # the whole of it can't be read
        "_LAZY = {name: '.legacy.one' for name in ('build',)}\n\n\n"
        + BY_KEY.format("_LAZY[name], __name__"),
        "_LAZY = dict(zip(['build'], ['.legacy' + '.one']))\n\n\n"
        + BY_KEY.format("_LAZY[name], __name__"),
    ],
)
def test_entries_that_can_not_follow_hold_what_they_name(unchanged_by: Program, table: str) -> None:
    config = PACKAGE["migrate.toml"].replace('schema.build"', 'schema.make"')
    files = {
        **PACKAGE,
        "migrate.toml": config,
        "inst/v2/schema.py": "def make():\n    return 'built'\n",
        SHIM: "from inst.v2.schema import make as build\n",
        "inst/__init__.py": f"import importlib\n\n{table}",
    }
    after = unchanged_by(files, script="import app; print(app.go())")
    assert SHIM in after.files
    assert ("inst/__init__.py", 3, "held") in after.refusals


@pytest.mark.parametrize(
    ("attach", "expected"),
    [
        (
            "attach(__name__, submodules={'v2'}, submod_attrs={'legacy.one': ['build']})",
            "{'v2.schema': ['build']}",
        ),
        (
            "attach(__name__, ['v2'], {'legacy.one': ['build'], 'v2.schema': ['other']})",
            "{'v2.schema': ['other', 'build']}",
        ),
    ],
)
def test_attached_attributes_follow(unchanged_by: Program, attach: str, expected: str) -> None:
    helper = (
        "import importlib\n\n\ndef attach(pkg, submodules=(), submod_attrs=None):\n"
        "    where = {a: m for m, names in (submod_attrs or {}).items() for a in names}\n\n"
        "    def __getattr__(name):\n        if name in submodules:\n"
        "            return importlib.import_module(f'{pkg}.{name}')\n"
        "        if name in where:\n"
        "            return getattr(importlib.import_module(f'{pkg}.{where[name]}'), name)\n"
        "        raise AttributeError(name)\n\n    return __getattr__, None, sorted(where)\n"
    )
    init = f"from inst._lazy import attach\n\n__getattr__, __dir__, __all__ = {attach}\n"
    files = {**PACKAGE, "inst/_lazy.py": helper, "inst/__init__.py": init}
    after = unchanged_by(files, script="import app; print(app.go())", may_go=["inst.legacy.one"])
    assert expected in after.files["inst/__init__.py"]
    assert SHIM not in after.files


CERTAIN = {
    "import_module('.legacy.one', 'inst').build()": "import_module('.v2.schema', 'inst').build()",
    "import_module('inst.legacy.one').build()": "import_module('inst.v2.schema').build()",
    "getattr(import_module('.legacy.one', package='inst'), 'build')()":
        "getattr(import_module('.v2.schema', package='inst'), 'build')()",
    "import_module('.one', 'inst.legacy').build()":
        "import_module('inst.v2.schema', 'inst.legacy')",
}  # fmt: skip


@pytest.mark.parametrize("call", CERTAIN)
def test_a_call_of_which_an_attribute_is_read_at_once_follows(
    unchanged_by: Program, call: str
) -> None:
    source = f"from importlib import import_module\n\n\ndef go():\n    return {call}\n"
    files = {**PACKAGE, "app.py": source}
    after = unchanged_by(files, script="import app; print(app.go())", may_go=["inst.legacy.one"])
    assert CERTAIN[call] in after.files["app.py"]
    assert SHIM not in after.files


COMPUTED = {
    "a prefix": (
        "app.py",
        "import_module('inst.legacy.' + NAMES['x']).build()",
    ),
    "a prefix in a format": (
        "app.py",
        "import_module('inst.legacy.{}'.format(NAMES['x'])).build()",
    ),
    "a prefix in a constant": (
        "app.py",
        "import_module(PREFIX + NAMES['x']).build()",
    ),
    "a joined prefix": (
        "app.py",
        "import_module('.'.join(['inst', 'legacy', NAMES['x']])).build()",
    ),
    "a suffix": (
        "app.py",
        "import_module(NAMES['y'] + '.one').build()",
    ),
    "a module's name": (
        "app.py",
        "import_module(inst.__name__ + '.legacy.one').build()",
    ),
    "percent": (
        "app.py",
        "import_module('inst.legacy.%s' % 'one').build()",
    ),
    "the package": (
        "inst/app.py",
        "import_module(__package__ + '.legacy.one').build()",
    ),
    "the package in an f-string": (
        "inst/app.py",
        "import_module(f'{__package__}.legacy.one').build()",
    ),
    "the parent": (
        "inst/app.py",
        "import_module(__name__.rpartition('.')[0] + '.legacy.one').build()",
    ),
    "relative": (
        "inst/app.py",
        "import_module(f'.legacy.{NAMES[\"x\"]}', __package__).build()",
    ),
    "relative in a variable": (
        "inst/app.py",
        "import_module(RELATIVE, __package__).build()",
    ),
    "__import__": (
        "app.py",
        "__import__('inst.legacy.' + NAMES['x'], fromlist=['x']).build()",
    ),
    "a level": (
        "inst/app.py",
        "__import__('legacy.one', globals(), None, ['build'], 1).build()",
    ),
    "find_spec": (
        "app.py",
        "find_spec('inst.legacy.' + NAMES['x']).loader.load_module().build()",
    ),
    "runpy": (
        "app.py",
        "runpy.run_module(f'inst.legacy.{NAMES[\"x\"]}')['build']()",
    ),
    "a helper": (
        "inst/app.py",
        "load('.legacy.one', __package__).build()",
    ),
    "a name of its own": (
        "app.py",
        "load('inst.legacy.' + NAMES['x']).build()",
    ),
    "an object": (
        "app.py",
        "pkgutil.resolve_name('inst.legacy.' + NAMES['x'] + ':build')()",
    ),
}


@pytest.mark.parametrize("name", COMPUTED)
def test_computed_names_hold_what_they_may_mean(unchanged_by: Program, name: str) -> None:
    path, call = COMPUTED[name]
    source = (
        "import pkgutil\nimport runpy\nfrom importlib import import_module\n"
        "from importlib.util import find_spec\n\nimport inst\n\n"
        "NAMES = {'x': 'one', 'y': 'inst.legacy'}\nPREFIX = 'inst.legacy.'\n"
        f"RELATIVE = '.legacy.one'\nload = import_module\n\n\ndef go():\n    return {call}\n"
    )
    module = "inst.app" if path.startswith("inst") else "app"
    script = (
        f"import warnings; warnings.simplefilter('ignore'); import {module} as a; print(a.go())"
    )
    after = unchanged_by({**PACKAGE, path: source}, script=script)
    assert after.printed == "built\n"
    assert SHIM in after.files
    assert {code for refused, _, code in after.refusals if refused == path} >= {"held"}


def test_a_walk_that_imports_holds_the_modules_of_a_package(unchanged_by: Program) -> None:
    source = (
        "import importlib\nimport pkgutil\n\nimport inst.legacy\n\n\ndef go():\n"
        "    found = pkgutil.walk_packages(inst.legacy.__path__, inst.legacy.__name__ + '.')\n"
        "    return sorted(importlib.import_module(one.name).build() for one in found)\n"
    )
    after = unchanged_by({**PACKAGE, "app.py": source}, script="import app; print(app.go())")
    assert SHIM in after.files
    assert ("app.py", 8, "held") in after.refusals


def test_a_walk_of_the_own_package_holds_its_modules(unchanged_by: Program) -> None:
    source = (
        "import importlib\nimport pkgutil\n\nfor _, name, _ in pkgutil.iter_modules(__path__):\n"
        "    importlib.import_module('.' + name, __name__)\n"
    )
    after = unchanged_by(
        {**PACKAGE, "inst/legacy/__init__.py": source, "app.py": "import inst.legacy\n"},
        script="import app; print(app.inst.legacy.one.build())",
    )
    assert SHIM in after.files


def test_a_walk_that_only_lists_names_is_told(unchanged_by: Program) -> None:
    source = (
        "import pkgutil\n\nimport inst.legacy\n\n\ndef go():\n"
        "    return any(one.name for one in pkgutil.iter_modules(inst.legacy.__path__))\n"
    )
    files = {**PACKAGE, "app.py": source, "inst/legacy/two.py": ""}
    after = unchanged_by(files, script="import app; print(app.go())", may_go=["inst.legacy.one"])
    assert SHIM not in after.files
    assert ("app.py", 7, "mentioned") in after.refusals


def test_names_that_can_not_be_the_module_hold_nothing(unchanged_by: Program) -> None:
    source = (
        "from importlib import import_module\n\n\ndef go(name='one'):\n"
        "    for kind in ('v2', 'v2.schema'):\n        import_module('inst.' + kind)\n"
        "    import_module('json.' + 'decoder')\n    return import_module('inst.v2.' + 'schema')\n"
    )
    after = unchanged_by(
        {**PACKAGE, "app.py": source}, script="import app; print(app.go().build())",
        may_go=["inst.legacy.one"],
    )  # fmt: skip
    assert SHIM not in after.files


@pytest.mark.parametrize("inside", [(), ("--inside",)])
def test_a_lazy_facade_does_not_take_its_names_from_itself(
    unchanged_by: Program, inside: tuple[str, ...]
) -> None:
    init = (
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n"
        "    from .messaging import Consumer, Producer\n\n"
        "_WHERE = {'k.messaging': ['Consumer', 'Producer']}\n\n\n"
        "def __getattr__(name):\n    import importlib\n\n"
        "    for module, names in _WHERE.items():\n        if name in names:\n"
        "            return getattr(importlib.import_module(module), name)\n"
        "    raise AttributeError(name)\n"
    )
    after = unchanged_by(
        {
            "k/__init__.py": init,
            "k/messaging.py": "class Producer:\n    pass\n\n\nclass Consumer:\n    pass\n",
            "use.py": "from k.messaging import Producer\n",
        },
        rename=("k.messaging.Producer", "k.Producer", *inside),
        script="import k, use\nprint(k.Producer is use.Producer, k.Consumer.__name__)\n",
    )
    assert after.files["k/__init__.py"] == init
    assert after.files["use.py"] == "from k import Producer\n"
