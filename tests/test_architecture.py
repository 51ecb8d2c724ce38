"""The architecture, read from the source: imports go one way, and each engine has one door."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import click
import pytest

from kzgraph import errors
from kzgraph.cli import COMMANDS, CommandGroup, cli

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "kzgraph"
MODULES = {".".join(p.relative_to(ROOT).with_suffix("").parts): p for p in sorted(PACKAGE.rglob("*.py"))}

# The rooms in the order in which data flow. A module imports from its own folder and from those before it, no others.
ORDER = [
    "kzgraph.wording",  # words for people, errors too
    *("kzgraph.version", "kzgraph.errors", "kzgraph.namespaces", "kzgraph.model", "kzgraph.terms", "kzgraph.dates"),
    *("kzgraph.literals", "kzgraph.house_rules"),
    "kzgraph.walls",  # around engines
    *("kzgraph.files", "kzgraph.files.placed", "kzgraph.files.editing"),
    *("kzgraph.graph", "kzgraph.graph.logic"),
    *("kzgraph.stores", "kzgraph.stores.disk", "kzgraph.stores.server", "kzgraph.stores.moving"),
    *(
        "kzgraph.answers.evidence",
        "kzgraph.answers.cells",
        "kzgraph.answers.short",
        "kzgraph.answers.shown",
    ),
    *("kzgraph.answers.things", "kzgraph.answers.queries"),
    *("kzgraph.answers.asking", "kzgraph.answers.missing"),
    *("kzgraph.answers.plain_words.languages", "kzgraph.answers.plain_words"),
    *("kzgraph.answers.overviews", "kzgraph.answers.taking_along"),
    "kzgraph.answers",
    "kzgraph.changes",
    *("kzgraph.checks.findings", "kzgraph.checks.syntax", "kzgraph.checks.statements"),
    *("kzgraph.checks.evidence", "kzgraph.checks.world"),
    *("kzgraph.checks.strength", "kzgraph.checks.told", "kzgraph.checks.kept"),
    *("kzgraph.checks.shapes.reading", "kzgraph.checks.shapes"),
    *("kzgraph.checks", "kzgraph.checks.project"),
    "kzgraph.reference",
    *("kzgraph.authoring.reading", "kzgraph.authoring.facts", "kzgraph.authoring.changing"),
    *("kzgraph.authoring.articles", "kzgraph.authoring"),
    *("kzgraph.api_reading", "kzgraph.api"),
    *("kzgraph.site.pictures", "kzgraph.site", "kzgraph.site.server"),
    *("kzgraph.cli", "kzgraph.__main__"),
    "kzgraph",  # names the public API
]

# One module makes data frames, the other names their types.
FRAMES = {"kzgraph.answers.shown.frames", "kzgraph.answers.answer_tables"}
# The only modules that may import an engine.
DOORS = {
    "bs4": {"kzgraph.authoring.articles.texts"},
    "click": {m for m in MODULES if m.startswith("kzgraph.cli")},
    "jinja2": {"kzgraph.reference.pages", "kzgraph.site.rendering"},
    "httpx": {f"kzgraph.stores.server.{m}" for m in ["transport", "authentication", "connection_errors"]},
    "owlready2": {"kzgraph.graph.logic.hermit"},
    "pyshacl": {"kzgraph.checks.shapes.expressions"},
    "pyld": {"kzgraph.files.second_reader"},
    "docx": {"kzgraph.answers.taking_along.word_files"},
    "xlsxwriter": {"kzgraph.answers.taking_along.spreadsheets"},
    "markdown_it": {"kzgraph.answers.taking_along.brief_texts"},
    "pandas": FRAMES,
    "polars": FRAMES,
    "rapidfuzz": {"kzgraph.wording.names"},
    "rdflib": {
        "kzgraph.checks.project.check_queries",  # its lists of the standard vocabularies tell a misspelt term
        # its SPARQL parser shows the parts of a query, which pyoxigraph's does not
        "kzgraph.answers.missing.empty_answers",
        "kzgraph.answers.queries.algebra",
        "kzgraph.checks.shapes.sparql",
        "kzgraph.checks.shapes.asking",  # its queries take variables that are bound beforehand, as SHACL means them
        "kzgraph.checks.shapes.rdflib_terms",
        "kzgraph.checks.shapes.expressions",  # pySHACL works on rdflib's graphs
        "kzgraph.files.second_reader",  # it reads RDF/XML that pyoxigraph's parser refuses
        "kzgraph.stores.moving.rdflib_graph",  # gives the graph to those who work with it
        "kzgraph.api",  # and names its type
    },
    "regex": {"kzgraph.checks.shapes.reading.patterns"},
    "yaml": {"kzgraph.answers.queries.header", "kzgraph.authoring.reading.rows"},
    "starlette": {"kzgraph.site.server.app"},
    "anyio": {"kzgraph.site.server.app"},  # comes with it
    "uvicorn": {"kzgraph.site.server.running", "kzgraph.site.server.connections"},
    "h11": {"kzgraph.site.server.connections"},  # comes with it
}
# pyoxigraph is parser, store and query engine at once; whoever merely asks goes through kzgraph.stores.
OXIGRAPH = {
    f"kzgraph.{name}"
    for name in [
        "answers.asking.as_of",
        "answers.shown.rdf",
        "graph.same_statements",
        "changes.states",
        "checks.project.check_queries",
        "checks.project.owl_profile",
        "checks.shapes.held_literals",
        "checks.shapes.sparql_texts",
        "checks.shapes.together",
        "checks.statements.vocabulary",
        "checks.syntax.syntax",
        "files.parsing",
        "files.rdf_files",
        "files.second_reader",
        "graph.canonical",
        "graph.compiling",
        "graph.derivation",
        "graph.derivation_rules",
        "graph.forests",
        "graph.logic.axioms",
        "graph.logic.clashes",
        "graph.logic.hermit",
        "graph.logic.reasoning",
        "graph.rederivation",
        "stores.disk.building",
        "stores.disk.embedded",
        "stores.disk.folder",
        "stores.disk.scratch",
        "stores.moving.compare",
        "stores.moving.contents",
        "stores.moving.dump",
        "stores.moving.kept_values",
        "stores.moving.load_folder",
        "stores.moving.load_server",
        "stores.moving.rdflib_graph",
        "stores.moving.standing",
        "stores.server.answers",
    ]
}
VAGUE = {"base", "common", "core", "helper", "helpers", "manager", "misc", "tools", "util", "utils"}


@cache
def imports(path: Path) -> list[str]:
    """The modules that a file imports, wherever in it."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            found += [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"import_module", "find_spec"}:
            found += [str(name.value) for name in node.args if isinstance(name, ast.Constant)]
    return found


def module_name(name: str) -> str:
    return name.removesuffix(".__init__")


NAMES = set(map(module_name, MODULES))


@cache
def own() -> dict[str, set[str]]:
    """The modules of the project that each module imports."""
    return {module_name(m): NAMES.intersection(imports(p)) for m, p in MODULES.items()}


ROOMS = {module_name(m) for m in MODULES if m.endswith(".__init__")}


def folder(module: str) -> str:
    """The folder of a module; a module of the top folder stands for itself."""
    return module if module in ROOMS or module.count(".") == 1 else module.rpartition(".")[0]


def test_every_module_has_its_place_in_the_order() -> None:
    assert len(ORDER) == len(set(ORDER))
    assert {folder(m) for m in own()} == set(ORDER)


def place(module: str) -> int:
    """Where a module stands in the order."""
    return ORDER.index(folder(module))


def test_imports_go_down() -> None:
    upward = {(m, i) for m, found in own().items() for i in found if place(i) > place(m)}
    assert sum(map(len, own().values())) > 400
    assert not upward


def test_imports_make_no_circle() -> None:
    graph = {m: {i for i in found if i != m} for m, found in own().items()}
    assert len(list(TopologicalSorter(graph).static_order())) == len(graph)


def test_a_folder_can_be_taken_in_at_a_glance() -> None:
    files: dict[str, int] = defaultdict(int)
    for module in MODULES:
        files[module.rpartition(".")[0]] += not module.endswith("__init__")
    # One file a command in cli/; every other folder stays small.
    assert {f: n for f, n in files.items() if n > 12 and f != "kzgraph.cli"} == {}


def test_a_class_name_stands_for_one_thing() -> None:
    names: dict[str, list[str]] = defaultdict(list)
    for module, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                names[node.name].append(module)
    assert len(names) > 100
    assert {n: found for n, found in names.items() if len(found) > 1} == {}


@pytest.mark.parametrize("engine", DOORS)
def test_an_engine_has_one_door(engine: str) -> None:
    found = {m for m, p in MODULES.items() if any(i.split(".")[0] == engine for i in imports(p))}
    assert found
    assert found <= DOORS[engine]


def test_pyoxigraph_stays_behind_the_store() -> None:
    found = {module_name(m) for m, p in MODULES.items() if "pyoxigraph" in {i.split(".")[0] for i in imports(p)}}
    assert found <= OXIGRAPH


def test_every_command_has_its_file() -> None:
    assert set(COMMANDS) == {p.stem.replace("_", "-") for p in (PACKAGE / "cli").glob("*.py") if p.stem != "__init__"}
    assert len(COMMANDS) >= 11


def commands() -> Iterator[tuple[str, click.Command]]:
    """All commands and their sub-commands, as a user types them."""
    assert isinstance(cli, CommandGroup)
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {sub}", c) for sub, c in command.commands.items())


# Commands about the files as they are: what is sent away, what was read again.
OF_FILES = {"kzgraph.cli.load", "kzgraph.cli.sources"}


def test_commands_ask_the_graph_through_the_python_api() -> None:
    asking = "kzgraph.answers.asking.ask"
    stores = {"kzgraph.stores.disk.snapshot", "kzgraph.stores.moving.opening"}
    opening = {*stores, f"{asking}.open_store", f"{asking}.ask"}
    commands = {m: set(imports(p)) for m, p in MODULES.items() if m.startswith("kzgraph.cli.")}
    assert len(commands) >= len(COMMANDS)
    assert {m for m, names in commands.items() if names & opening} == OF_FILES


def test_every_command_helps_with_an_example() -> None:
    found = dict(commands())
    assert len(found) >= len(COMMANDS)
    for name, command in found.items():
        example = rf"^ *kzgraph {name}\b"
        assert re.search(example, command.help or "", re.MULTILINE), f"`kzgraph {name} --help` has no example"
        for option in command.params:
            told = option.human_readable_name or ""
            assert len(told) > 1, f"`kzgraph {name}` has a parameter without a name"


def test_only_the_command_line_speaks_of_click_errors() -> None:
    assert {m for m, p in MODULES.items() if "ClickException" in p.read_text("utf-8")} == {"kzgraph.cli.__init__"}


def spoken(path: Path) -> Iterator[str]:
    """The texts of a module but for its docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    docs = {
        ast.get_docstring(n, clean=False)
        for n in ast.walk(tree)
        if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef)
    }
    texts = (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str))
    return (text for text in texts if text not in docs)


def test_messages_spell_the_words_of_the_model_as_the_project_does() -> None:
    """A project may have its own ontology and prefixes: a message that names ``kzo:`` would name what it has not."""
    rooms = {m: p for m, p in MODULES.items() if not m.startswith("kzgraph.cli")}  # whose help is of this graph
    assert {text for path in rooms.values() for text in spoken(path) if re.search(r"\bkzo:", text)} == set()


def test_file_names_say_something() -> None:
    assert not {m for m in MODULES if m.rsplit(".", 1)[-1] in VAGUE}


def test_contributing_tells_what_lives_in_each_room() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    rooms = {m.removeprefix("kzgraph.").replace(".", "/") + "/" for m in ROOMS if m != "kzgraph"}
    assert len(rooms) > 30
    assert {room for room in rooms if f"\n| `{room}` |" not in page} <= {"authoring/"}  # which has rooms alone
    tests = {name for name in re.findall(r"`(test_\w+)`", page) if not name.endswith("_valid")}
    assert len(tests) > 40
    assert {name for name in tests if not (ROOT / "tests" / f"{name}.py").exists()} == set()


def test_files_are_small() -> None:
    long = {m: n for m, p in MODULES.items() if (n := len(p.read_text("utf-8").splitlines())) > 400}
    assert not long


def test_every_module_says_what_it_is() -> None:
    for module, path in MODULES.items():
        assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), module


def test_every_exemption_has_its_reason() -> None:
    mark = re.compile(r"#\s*(type: ignore|noqa|pragma)\b")
    whole = re.compile(r"# (type: ignore\[[\w, -]+\]|noqa: [A-Z]+\d+(, ?[A-Z]+\d+)*)  # .{5,}")
    exempt = [
        (path, line)
        for path in [*MODULES.values(), *ROOT.glob("tests/**/*.py")]
        for line in path.read_text("utf-8").splitlines()
        if mark.search(line) and "re.compile" not in line
    ]
    assert exempt
    assert not [(p.name, line.strip()) for p, line in exempt if not whole.search(line)]


def test_every_exemption_of_the_settings_has_its_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text("utf-8").splitlines()
    rules = re.compile(r'"([A-Z]+\d*)"')
    told = {code for line in lines if line.startswith("#") for code in re.findall(r"\b[A-Z]+\d*\b", line)}
    start = next(i for i, line in enumerate(lines) if line.startswith("ignore ="))
    ignored = rules.findall(lines[start])
    assert ignored
    assert set(ignored) <= told


def drawn() -> dict[str, tuple[str, int]]:
    """The tree in the docstring of ``errors``: each class with its parent and exit code."""
    tree: dict[str, tuple[str, int]] = {}
    above: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"([ │├└─]+)(\w+) +(\d+)  \S", line)
        if found:
            depth = len(found[1])
            above = [a for a in above if a[0] < depth]
            tree[found[2]] = (above[-1][1] if above else "Exception", int(found[3]))
            above.append((depth, found[2]))
    return tree


def test_the_tree_of_errors_is_drawn_as_it_is() -> None:
    real = {
        name: (kind.__bases__[0].__name__, kind.exit_code)
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.KzgraphError)
    }
    assert len(real) >= 10
    assert drawn() == real


def test_every_exit_code_has_one_meaning() -> None:
    kinds = defaultdict(set)
    for name, (parent, code) in drawn().items():
        if parent == "KzgraphError":
            kinds[code].add(name)
    assert sorted(kinds) == [2, 3, 4, 5, 6]
    assert all(len(names) == 1 for names in kinds.values())


# Where files are read that are this program's own: of the package, in a temporary folder of its own, or of the system.
OWN_FILES = {
    "answers.shown.html_pages": 1,
    "site.pictures.map": 1,
    "checks.findings.codes": 1,
    "graph.sorted_lines": 1,
    "walls.worker": 1,
    "wording.printing": 1,
}


def test_files_are_read_by_one_door() -> None:
    """``walls/reading.py`` refuses what might never end; whoever reads a file otherwise would wait for a pipe."""
    found: dict[str, int] = defaultdict(int)
    for module, path in MODULES.items():
        for call in (n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call)):
            if _reads_a_file(call):
                found[module.removeprefix("kzgraph.")] += 1
    assert dict(found) == OWN_FILES


def _reads_a_file(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in {"read_bytes", "read_text"} and isinstance(call.func, ast.Attribute):
        return True
    is_of_class = isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") in _OPENED_OTHERWISE
    if name != "open" or is_of_class:
        return False
    texts = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    return bool(call.args or call.keywords) and not any(set(t) & set("wax") for t in texts if set(t) <= set("rwaxbt+"))


_OPENED_OTHERWISE = {"RemoteStore", "EmbeddedStore", "os", "gzip", "draft"}
