"""Attributes of a module whose names are put together: who reads them so still finds them."""

import pytest
from tests.programs.conftest import Program

HANDLERS = {
    "p/__init__.py": "",
    "p/handlers.py": "def on_start():\n    return 'started'\n\n\ndef on_stop(): ...\n",
}
RENAME = ("p.handlers.on_start", "p.handlers.begin")
WRITTEN = [
    'exec(f"from p.handlers import on_{name} as it", names)',
    'exec("from p.handlers import on_%s as it" % name, names)',
    'exec("from p.handlers import on_" + name + " as it", names)',
    'exec(Template("from p.handlers import on_$name as it").substitute(name=name), names)',
    'names = dict(it=eval("handlers.on_" + name))',
    'exec(compile("it = {}".format("on_" + name), "made", "exec"), vars(handlers) | names, names)',
]
READS = [
    'getattr(handlers, f"on_{name}")',
    'getattr(handlers, "on_" + name)',
    'getattr(handlers, "on_%s" % name)',
    'getattr(handlers, "on_{}".format(name), None)',
    'getattr(handlers, f"{kind}_start")',
]


@pytest.mark.parametrize("read", READS)
def test_a_name_that_may_be_put_together_is_kept(unchanged_by: Program, read: str) -> None:
    use = f"from p import handlers\n\n\ndef go(kind, name):\n    return {read}()\n"
    files = {**HANDLERS, "use.py": use}
    after = unchanged_by(files, rename=RENAME, script="import use; print(use.go('on', 'start'))")
    assert after.printed == "started\n"
    assert after.refusals == (("p/handlers.py", 1, "old-name-kept"),)


@pytest.mark.parametrize("line", WRITTEN)
def test_a_name_in_code_that_is_put_together_is_kept(unchanged_by: Program, line: str) -> None:
    use = (
        "from string import Template\nfrom p import handlers\n\n\ndef go(name):\n"
        f"    names = {{}}\n    {line}\n    return names['it']()\n"
    )
    files = {**HANDLERS, "use.py": use}
    after = unchanged_by(files, rename=RENAME, script="import use; print(use.go('start'))")
    assert after.printed == "started\n"
    assert ("p/handlers.py", 1, "old-name-kept") in after.refusals


def test_a_text_that_is_not_run_keeps_nothing(unchanged_by: Program) -> None:
    use = "from p import handlers\n\nTEXT = 'see on_{name}'\n"
    after = unchanged_by({**HANDLERS, "use.py": use}, rename=RENAME)
    assert "on_start" not in after.files["p/handlers.py"]


def test_a_name_of_other_parts_goes(unchanged_by: Program) -> None:
    use = (
        "from p import handlers\n\n\ndef go(name):\n    return getattr(handlers, f'off_{name}')()\n"
    )
    after = unchanged_by({**HANDLERS, "use.py": use}, rename=RENAME)
    assert "on_start" not in after.files["p/handlers.py"]
