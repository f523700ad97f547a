"""What a module means to Python: its tree with every imported name spelled by its full path."""

import ast
from collections.abc import Iterator, Mapping


class _Scope:
    """The names that one module, class or function binds, and which imports are used."""

    def __init__(self, body: list[ast.stmt], package: list[str], others: list[str]) -> None:
        self._bound: dict[str, list[tuple[int, str | None]]] = {}
        self.imports: list[tuple[str, str]] = []
        """The name that each import binds, and the path that it names."""
        self.used: set[tuple[str, str]] = set()
        for name in others:
            self._bind(name, 0, None)
        for node in _own(body):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    top = alias.asname or alias.name.partition(".")[0]
                    self.imports.append((top, alias.name))
                    self._bind(top, node.lineno, alias.name if alias.asname else top)
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    name = alias.asname or alias.name
                    dotted = f"{_module(node, package)}.{alias.name}"
                    self.imports.append((name, dotted))
                    self._bind(name, node.lineno, dotted)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                self._bind(node.name, node.lineno, None)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self._bind(node.id, node.lineno, None)

    def _bind(self, name: str, line: int, path: str | None) -> None:
        self._bound.setdefault(name, []).append((line, path))

    def __contains__(self, name: str) -> bool:
        return name in self._bound

    def path(self, name: str, line: int | None) -> str | None:
        """What an import binds a name to on a line, or at the end; None for another binding."""
        bindings = sorted(self._bound[name], key=lambda each: each[0])
        before = [each for each in bindings if line is None or each[0] <= line]
        return (before or bindings)[-1 if before else 0][1]

    def use(self, name: str, dotted: str) -> None:
        """Note that a path was reached through a name.

        An import of a submodule is used as well where only its package is.
        """
        for imported in self.imports:
            package = imported[1].rpartition(".")[0]
            if imported[0] == name and f"{dotted}.".startswith(f"{package}." if package else ""):
                self.used.add(imported)

    @property
    def unused(self) -> list[tuple[str, str]]:
        """The imports that no use went through."""
        return [each for each in self.imports if each not in self.used]


def form(source: str) -> str:
    """The tree of a module in which each run of import statements is split and sorted."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list):
                setattr(node, field, _sorted_imports(block))
    return ast.dump(tree)


def meaning(source: str, path: str, renames: Mapping[str, str] | None = None) -> str:
    """The tree of a module without imports, with full paths for what they bind.

    Args:
        source: The module.
        path: Where it is; relative imports are relative to it.
        renames: Paths that count as others: old -> new.

    Returns:
        A text that is equal for modules that mean the same. Imports that nothing in the module
        uses are part of it, with their aliases.
    """
    tree = ast.parse(source)
    reader = _Reader(path, renames or {})
    shown = ast.dump(reader.module(tree))
    return "\n".join([shown, *sorted(reader.unused)])


def _sorted_imports(block: list[ast.stmt]) -> list[ast.stmt]:
    result: list[ast.stmt] = []
    group: dict[str, ast.stmt] = {}
    for statement in [*block, None]:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            for alias in statement.names:
                single: ast.stmt = (
                    ast.Import([alias])
                    if isinstance(statement, ast.Import)
                    else ast.ImportFrom(statement.module, [alias], statement.level)
                )
                group[ast.dump(single)] = single
            continue
        result += [group[key] for key in sorted(group)]
        group = {}
        if statement is not None:
            result.append(statement)
    return result


def _module(node: ast.ImportFrom, package: list[str]) -> str:
    if not node.level:
        return node.module or ""
    base = package[: len(package) - node.level + 1]
    return ".".join([*base, *([node.module] if node.module else [])])


def _own(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """The nodes of a scope, without those of the functions and classes in it."""
    nodes: list[ast.AST] = [*body]
    while nodes:
        node = nodes.pop(0)
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            nodes += ast.iter_child_nodes(node)


class _Reader(ast.NodeTransformer):
    def __init__(self, path: str, renames: Mapping[str, str]) -> None:
        self._package = path.split("/")[:-1]
        self._renames = renames
        self._scopes: list[_Scope] = []
        self.unused: list[str] = []

    def module(self, tree: ast.Module) -> ast.AST:
        """The tree as it is to be compared."""
        return self._scoped(tree, [])

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.decorator_list = [self.visit(each) for each in node.decorator_list]
        node.returns = self.visit(node.returns) if node.returns else None
        arguments = [each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)]
        node.args = self.visit(node.args)
        return self._scoped(node, arguments)

    visit_AsyncFunctionDef = visit_FunctionDef  # type: ignore[assignment]

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.decorator_list = [self.visit(each) for each in node.decorator_list]
        node.bases = [self.visit(each) for each in node.bases]
        node.keywords = [self.visit(each) for each in node.keywords]
        return self._scoped(node, [])

    def visit_Import(self, _: ast.Import) -> None:
        return None

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        if node.names[0].name == "*":
            module = _module(node, self._package)
            return ast.Expr(ast.Constant(f"{self._renamed(module)}.*"))
        return None

    def visit_Name(self, node: ast.Name) -> ast.AST:
        dotted = self._resolved(node)
        return node if dotted is None else ast.Name(self._renamed(dotted), node.ctx)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        dotted = self._resolved(node)
        if dotted is not None:
            return ast.Name(self._renamed(dotted), node.ctx)
        return self.generic_visit(node)

    def _scoped(
        self, node: ast.Module | ast.FunctionDef | ast.ClassDef, others: list[str]
    ) -> ast.AST:
        scope = _Scope(node.body, self._package, others)
        self._scopes.append(scope)
        made = [self.visit(each) for each in node.body]
        node.body = [each for each in made if each is not None]
        self._scopes.pop()
        for name, dotted in scope.unused:
            is_alias = name not in (dotted.partition(".")[0], dotted.rpartition(".")[2])
            self.unused.append(self._renamed(dotted) + (f" as {name}" if is_alias else ""))
        return node

    def _resolved(self, node: ast.expr) -> str | None:
        rest: list[str] = []
        while isinstance(node, ast.Attribute):
            rest.insert(0, node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        scope = next((each for each in reversed(self._scopes) if node.id in each), None)
        if scope is None:
            return None
        base = scope.path(node.id, node.lineno if scope is self._scopes[-1] else None)
        if base is None:
            return None
        dotted = ".".join([base, *rest])
        scope.use(node.id, dotted)
        return dotted

    def _renamed(self, dotted: str) -> str:
        for old in sorted(self._renames, key=len, reverse=True):
            if f"{dotted}.".startswith(f"{old}."):
                dotted = self._renames[old] + dotted[len(old) :]
                break
        return dotted.removeprefix("builtins.")
