"""Counts what can be counted of the code's shape, and prints it as a Markdown table.

Usage: python scripts/house_figures.py [--revision REVISION]... [--list]

Without `--revision` the checkout's own files are counted; with it those of a commit, as git keeps them. `--list` names
what lies behind the counts: long functions, complex functions, broad excepts, circles of imports, crowded folders. Only
Python's standard library is used, so that any Python from 3.11 on can run it.

What is counted, for the packages `photocolor` and `training`:

- lines: of each module, blank ones too.
- body: lines from a function's first statement after its docstring to its last, both included; a nested function
  counts on its own and in the one around it.
- complexity: 1, and 1 for each branch: if, elif, conditional expression, for, while, except, `and` or `or`, case,
  assert, and each `for` and `if` of a comprehension.
- public docstrings: modules, and public classes, functions and methods, that have one.
- comments: lines with a comment, per 100 lines; directives for tools (noqa, type:, fmt:) are none.
- broad excepts: handlers of everything, of Exception or of BaseException.
- circles: groups of modules that import each other while they are loaded; imports inside of functions or under
  TYPE_CHECKING run later or never, and do not count.
- crowded folders: those with more than 15 modules side by side, not counting `__init__.py`.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import subprocess
import sys
import tarfile
import tempfile
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("photocolor", "training")
LONG_BODY = 40
COMPLEX = 10
MODULES_PER_FOLDER = 15
HEADER = (
    "| | modules | lines/module median · max | body median · max | bodies > 40 | complexity max "
    "| public docstrings % | comments /100 lines | broad excepts | import circles | crowded folders |"
)

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
BRANCHES = (ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.match_case, ast.Assert)
DIRECTIVE = re.compile(r"#\s*(noqa|type:|fmt:|pragma)")


@dataclass
class Figures:
    """The counts of one package; each list names where.

    Attributes:
        lines: of each module.
        bodies: lines of each function's body, with its place.
        complexities: of each function, with its place.
        documented: public things that have a docstring, of `public` in all.
        comments: lines with a comment.
        broad: places of broad excepts.
        circles: groups of modules that need each other to load.
        crowded: folders with too many modules.
    """

    name: str
    lines: list[int] = field(default_factory=list)
    bodies: list[tuple[int, str]] = field(default_factory=list)
    complexities: list[tuple[int, str]] = field(default_factory=list)
    public: int = 0
    documented: int = 0
    comments: int = 0
    broad: list[str] = field(default_factory=list)
    circles: list[list[str]] = field(default_factory=list)
    crowded: list[tuple[int, str]] = field(default_factory=list)

    def row(self) -> str:
        """Returns the counts as one row under `HEADER`."""
        bodies = [count for count, _ in self.bodies]
        cells = (
            f"**{self.name}**",
            len(self.lines),
            f"{median(self.lines):.0f} · {max(self.lines)}",
            f"{median(bodies):.0f} · {max(bodies)}" if bodies else "–",
            sum(count > LONG_BODY for count in bodies),
            max((count for count, _ in self.complexities), default=0),
            f"{100 * self.documented / self.public:.0f}" if self.public else "–",
            f"{100 * self.comments / max(1, sum(self.lines)):.1f}",
            len(self.broad),
            len(self.circles),
            len(self.crowded),
        )
        return "| " + " | ".join(str(cell) for cell in cells) + " |"

    def places(self) -> Iterator[str]:
        """Yields a line for each thing that a count of the row stands for."""
        yield from (f"body of {count} lines: {place}" for count, place in sorted(self.bodies, reverse=True)[:5])
        yield from (f"complexity {count}: {place}" for count, place in sorted(self.complexities, reverse=True)[:5])
        yield from (f"broad except: {place}" for place in self.broad)
        yield from (f"import circle: {' → '.join(circle)}" for circle in self.circles)
        yield from (f"{count} modules: {place}" for count, place in self.crowded)


def measure(root: Path, package: str) -> Figures:
    """Counts one package below `root`.

    Raises:
        FileNotFoundError: there is no such package.
    """
    paths = sorted((root / package).rglob("*.py"))
    if not paths:
        raise FileNotFoundError(f"there is no module below {root / package}")
    figures = Figures(package)
    imports: dict[str, set[str]] = {}
    names = {module_name(path, root) for path in paths}
    for path in paths:
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        place = path.relative_to(root).as_posix()
        figures.lines.append(len(text.splitlines()))
        figures.comments += count_comments(text)
        figures.broad += [f"{place}:{node.lineno}" for node in ast.walk(tree) if is_broad(node)]
        for node in ast.walk(tree):
            if isinstance(node, FunctionNode):
                figures.bodies.append((body_lines(node), f"{place}:{node.lineno} {node.name}"))
                figures.complexities.append((complexity(node), f"{place}:{node.lineno} {node.name}"))
        public = list(public_nodes(tree))
        figures.public += len(public)
        figures.documented += sum(ast.get_docstring(node) is not None for node in public)
        imports[module_name(path, root)] = loaded_with(tree, path, root, names)
    figures.circles = circles(imports)
    figures.crowded = crowded_folders(paths, root)
    return figures


def module_name(path: Path, root: Path) -> str:
    """Returns the dotted name under which a file is imported."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def count_comments(text: str) -> int:
    """Returns how many lines hold a comment for people."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return sum(token.type == tokenize.COMMENT and not DIRECTIVE.match(token.string) for token in tokens)


def is_broad(node: ast.AST) -> bool:
    """Returns whether a node is a handler that catches everything."""
    if not isinstance(node, ast.ExceptHandler):
        return False
    caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(
        each is None or (isinstance(each, ast.Name) and each.id in ("Exception", "BaseException")) for each in caught
    )


def body_lines(function: FunctionNode) -> int:
    """Returns the lines from the first statement after the docstring to the last; 0 where nothing follows it."""
    statements = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
    if not statements:
        return 0
    return (statements[-1].end_lineno or 0) - statements[0].lineno + 1


def complexity(function: FunctionNode) -> int:
    """Returns the number of branches plus one; functions inside of it count on their own."""
    total = 1
    rest: list[ast.AST] = list(function.body)
    while rest:
        node = rest.pop()
        if isinstance(node, FunctionNode | ast.ClassDef):
            continue
        total += isinstance(node, BRANCHES)
        if isinstance(node, ast.BoolOp):
            total += len(node.values) - 1
        elif isinstance(node, ast.comprehension):
            total += 1 + len(node.ifs)
        rest.extend(ast.iter_child_nodes(node))
    return total


def public_nodes(tree: ast.Module) -> Iterator[ast.Module | ast.ClassDef | FunctionNode]:
    """Yields the module and its public classes, functions and methods; nothing inside of functions is public."""
    yield tree
    rest: list[ast.stmt] = list(tree.body)
    while rest:
        node = rest.pop()
        if isinstance(node, FunctionNode | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                rest.extend(node.body)


def loaded_with(tree: ast.Module, path: Path, root: Path, names: set[str]) -> set[str]:
    """Returns the modules of the package that are imported while this one is loaded."""
    here = module_name(path, root)
    package = here.split(".") if path.name == "__init__.py" else here.split(".")[:-1]
    found: set[str] = set()
    for node in statements_at_load(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            found.update(
                f"{origin}.{alias.name}" if f"{origin}.{alias.name}" in names else origin for alias in node.names
            )
    return (found & names) - {here}


def statements_at_load(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yields the statements that run when a module is loaded, also those inside of classes, `if` and `try`."""
    rest: list[ast.stmt] = list(tree.body)
    while rest:
        node = rest.pop()
        yield node
        if isinstance(node, FunctionNode):
            continue
        typing_only = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for name in ("orelse",) if typing_only else ("body", "orelse", "finalbody"):
            rest.extend(getattr(node, name, []))
        for handler in getattr(node, "handlers", []):
            rest.extend(handler.body)


def circles(imports: dict[str, set[str]]) -> list[list[str]]:
    """Returns the groups of modules in which each reaches all others by imports (strongly connected components)."""
    reached = {name: reachable(name, imports) for name in imports}
    groups = {
        tuple(sorted(other for other in reached[name] if name in reached[other]))
        for name in imports
        if name in reached[name]
    }
    return [list(group) for group in sorted(groups)]


def reachable(start: str, imports: dict[str, set[str]]) -> set[str]:
    """Returns the modules that follow from `start` by one import or more; itself, too, if it is in a circle."""
    found: set[str] = set()
    rest = list(imports[start])
    while rest:
        name = rest.pop()
        if name not in found:
            found.add(name)
            rest.extend(imports.get(name, ()))
    return found


def crowded_folders(paths: list[Path], root: Path) -> list[tuple[int, str]]:
    """Returns the folders with more than `MODULES_PER_FOLDER` modules, and how many they have."""
    counts: dict[str, int] = {}
    for path in paths:
        if path.name != "__init__.py":
            folder = path.parent.relative_to(root).as_posix()
            counts[folder] = counts.get(folder, 0) + 1
    return [(count, folder) for folder, count in sorted(counts.items()) if count > MODULES_PER_FOLDER]


def unpack(revision: str, folder: Path) -> None:
    """Writes the packages of a commit below `folder`.

    Raises:
        SystemExit: git does not know the revision.
    """
    command = ["git", "-C", str(ROOT), "archive", revision, *PACKAGES]
    answer = subprocess.run(command, capture_output=True, check=False)
    if answer.returncode:
        raise SystemExit(f"git archive {revision}: {answer.stderr.decode(errors='replace').strip()}")
    with tarfile.open(fileobj=io.BytesIO(answer.stdout)) as archive:
        archive.extractall(folder, filter="data")


def main(arguments: list[str]) -> None:
    """Prints one table for each revision."""
    summary = (__doc__ or "").splitlines()[0]
    parser = argparse.ArgumentParser(description=summary)
    parser.add_argument(
        "--revision", action="append", default=[], help="a commit; without it, the files of the checkout"
    )
    parser.add_argument("--list", action="store_true", help="also name what is behind the counts")
    options = parser.parse_args(arguments)
    for revision in options.revision or [None]:
        with tempfile.TemporaryDirectory() as folder:
            root = ROOT
            if revision is not None:
                root = Path(folder)
                unpack(revision, root)
            figures = [measure(root, package) for package in PACKAGES]
        print(f"\n{revision or 'checkout'}\n\n{HEADER}\n{'|---' * HEADER.count(' | ')}|---|")
        for each in figures:
            print(each.row())
        if options.list:
            print("\n" + "\n".join(f"- {line}" for each in figures for line in each.places()))


if __name__ == "__main__":
    main(sys.argv[1:])
