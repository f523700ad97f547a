"""A namespace package below a root, with a module of the same name in it."""

from onepath.symbols.modules import Modules


def test_the_namespace_is_meant_and_not_the_module_that_it_holds() -> None:
    modules = Modules(["src/poem/poem.py", "src/poem/verse.py", "src/poem/core/line.py"])
    assert modules.find("poem", "src/poem/verse.py") == "src/poem/"
    assert modules.find("poem.poem", "src/poem/verse.py") == "src/poem/poem.py"
    assert not modules.is_ours("poem", "src/poem/verse.py")


def test_a_script_beside_a_module_of_its_folders_name_means_that() -> None:
    modules = Modules(["tools/tools.py", "tools/run.py"])
    assert modules.find("tools", "tools/run.py") == "tools/tools.py"
