"""Every byte may come in: as an argument, a file's name, a datum; none that a terminal obeys goes out."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kzgraph.answers.shown import BIBLIOGRAPHIES, FILE_FORMATS, ROW_FORMATS
from kzgraph.cli import COMMANDS
from kzgraph.errors import InputError
from kzgraph.wording.printing import harmless
from tests.conftest import ROOT, SmallProject
from tests.forking import Forks

Run = Callable[..., tuple[int, str, str]]
NO_TEXT = os.fsdecode(b"a\xff\xfe\x1b[31m")
OBEYED = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]")
ARGUMENTS = {
    "query": [[NO_TEXT], ["members", "-p", f"member={NO_TEXT}"], ["members", "-o", f"{NO_TEXT}.csv"]],
    "why": [[NO_TEXT], ["kz:Utopia", NO_TEXT]],
    "load": [["--store", NO_TEXT, f"{NO_TEXT}.ttl"]],
    "diff": [[NO_TEXT], ["--store", NO_TEXT]],
    "cite": [["kz:example-2020", NO_TEXT]],
    "docs": [["-o", NO_TEXT]],
    "sources": [["check", "--documents", NO_TEXT], [NO_TEXT]],
    "reason": [["--timeout", NO_TEXT]],
}  # fmt: skip
CASES = [(c, a) for c in COMMANDS for a in ARGUMENTS.get(c, [[NO_TEXT]])]


def is_clean(ended: subprocess.CompletedProcess[bytes]) -> bool:
    """Whether a command has said nothing that a terminal obeys, and nothing of Python's."""
    written = (ended.stdout or b"") + (ended.stderr or b"")
    return not OBEYED.search(written) and b"Traceback" not in written and b"lost sys" not in written


@pytest.mark.parametrize(("command", "arguments"), CASES, ids=[f"{c}-{n}" for n, (c, _) in enumerate(CASES)])
def test_an_argument_that_is_no_text_gets_a_sentence(
    project: SmallProject, forks: Forks, command: str, arguments: list[str]
) -> None:
    ended = forks.run(command, *arguments)
    assert is_clean(ended), ended.stderr
    assert ended.returncode in {0, 1, 2, 3, 4}, ended.stderr


LONG = "9" * 5_000
TOO_LONG = [
    *(["query", "members", "-o", f"{LONG}.csv"], ["query", "members", "--data", LONG], ["load", "--store", LONG]),
    *(["load", LONG, "--store", "x.db"], ["cite", "example-2020", "words", "--documents", LONG], ["import", LONG]),
    *(
        ["--project", LONG, "queries"],
        ["brief", LONG],
        ["site", "-o", LONG],
        ["validate", LONG],
        ["sources", "add", LONG],
    ),
]


@pytest.mark.parametrize("arguments", TOO_LONG, ids=lambda a: " ".join(a).replace(LONG, "LONG"))
def test_a_name_that_no_file_can_have_gets_a_sentence(project: SmallProject, run: Run, arguments: list[str]) -> None:
    code, _, err = run(*arguments)
    assert code == 3
    assert re.match(r"error: 9+…?(\.csv)?: .+", err.replace("the folder ", ""))


def test_a_working_folder_that_was_removed_gets_a_sentence(project: SmallProject, run: Run) -> None:
    gone = project.root / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()
    for arguments in (["query", "members"], ["check"], ["validate", "a.ttl"], ["site"]):
        code, _, err = run(*arguments)
        assert (code, err) == (3, "error: the working folder: cannot be used: No such file or directory\n")


ESC = "\\u001b]0;owned\\u0007\\u009b31m\\u202e"
SHAPE = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
kzo:Hostile a sh:NodeShape ; sh:targetClass kzo:State ; sh:property [
    sh:path rdfs:label ; sh:maxLength 1 ; sh:message "too long ESC" ] .
"""


@pytest.mark.parametrize(
    "arguments",
    [
        *(["query", "members"], ["query", "titled"], ["query", "members", "-p", "member=Esk"]),
        *(["query", "members", "-f", f] for f in ("csv", "json", "markdown", "html", "bibtex")),
        *(["search", "Utopia"], ["show", "kz:Utopia"], ["why", "kz:Utopia"], ["validate"], ["validate", "-f", "json"]),
        *(["sources"], ["queries"], ["queries", "titled"], ["conflicts"], ["status"]),
        *(["query", "broken"], ["query", "members", "--data", "broken.jsonld"]),
        ["check", "--skip", "logic"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_nothing_that_a_terminal_obeys_is_printed(project: SmallProject, forks: Forks, arguments: list[str]) -> None:
    written = ESC.encode().decode("unicode_escape")
    for name in ("actors", "sources"):
        path = project.root / "instances" / f"{name}.ttl"
        path.write_text(
            re.sub(r'"(Utopia|Example[^"]*)"', rf'"\1 {ESC}"'.replace("\\u", "\\\\u"), path.read_text("utf-8")), "utf-8"
        )
    project.write("shapes/hostile.ttl", SHAPE.replace("ESC", ESC))
    text = (project.root / "queries" / "members.rq").read_text("utf-8")
    quoted = '"Members \\e]0;owned\\a\\x9b"'
    project.write("queries/titled.rq", re.sub("summary: .*", lambda _: f"summary: {quoted}", text))
    project.write("queries/broken.rq", f"SELECT * {{ ?s {written} ?o }}")
    project.write("broken.jsonld", "[{\x1b]0;title\x07\x1b[31m")
    ended = forks.run(*arguments)
    assert is_clean(ended), (ended.stdout, ended.stderr)
    assert ended.returncode in {0, 1, 2, 3}, ended.stderr


def test_what_is_dumped_on_a_terminal_goes_through_the_door(project: SmallProject, forks: Forks) -> None:
    project.write("instances/esc.ttl", f'kz:Utopia rdfs:comment "{ESC}" .')
    reading, terminal = os.openpty()
    shown = bytearray()

    def read() -> None:
        with contextlib.suppress(OSError):  # how a terminal ends
            while piece := os.read(reading, 1 << 16):
                shown.extend(piece)

    reader = threading.Thread(target=read)
    reader.start()
    ended = forks.run("dump", stdout=terminal)
    os.close(terminal)
    reader.join()
    os.close(reading)
    assert ended.returncode == 0
    assert b"owned" in shown
    assert not OBEYED.search(shown)
    assert OBEYED.search(forks.run("dump").stdout)  # to a program, the data are what they are


def test_a_file_whose_name_a_terminal_obeys_is_shown_by_codes(project: SmallProject, forks: Forks) -> None:
    project.write("instances/a\x1b[31m\u202eb.ttl", "this is no Turtle")
    for command in (["query", "members"], ["validate"], ["status"], ["check", "--skip", "logic"]):
        ended = forks.run(*command)
        assert is_clean(ended), (command, ended.stderr)


def test_codes_mean_the_same_in_json_and_turtle() -> None:
    assert harmless("a\x1b\u202eb\n\tä 日本 \udcff") == "a\\u001b\\u202eb\n\tä 日本 \\xff"
    assert harmless("\u200f") == "\u200f"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this machine has no device that is always full")
@pytest.mark.parametrize(
    "arguments", [["query", "members"], ["dump"], ["validate"], ["queries"], ["--help"]], ids=" ".join
)
def test_a_full_disk_is_said_in_a_sentence(project: SmallProject, forks: Forks, arguments: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        ended = forks.run(*arguments, stdout=full.fileno())
    assert (ended.returncode, is_clean(ended)) == (4, True), ended.stderr
    assert b"No space left" in ended.stderr


@pytest.mark.parametrize("arguments", [["query", "members"], ["dump"], ["validate"], ["queries"]], ids=" ".join)
@pytest.mark.parametrize("closed", [(1,), (2,), (0,), (0, 1, 2)], ids=str)
def test_a_closed_stream_is_no_fault(
    project: SmallProject, forks: Forks, arguments: list[str], closed: tuple[int, ...]
) -> None:
    ended = forks.run(*arguments, closed=closed)
    assert ended.returncode == (4 if 1 in closed else 0), ended.stderr
    assert is_clean(ended), ended.stderr


def test_a_reader_that_has_gone_is_no_fault(project: SmallProject) -> None:
    line = f'"{sys.executable}" -m kzgraph dump | true; exit 0'
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ended = subprocess.run(["/bin/sh", "-c", line], capture_output=True, env=environment, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")


REPORTS = ("text", "json", "sarif", "junit", "github")
WRITING = [
    *(["query", "members", "-f", form] for form in (*ROW_FORMATS, *FILE_FORMATS, *BIBLIOGRAPHIES)),
    *(["query", "members", "--raw", "-f", form] for form in ("csv", "tsv", "json", "xml")),
    *(["query", "-", "-f", form] for form in ("turtle", "ntriples", "jsonld")),
    *(["validate", "-f", form] for form in (*REPORTS, "turtle")),
    *(["check", "--skip", "logic", "-f", form] for form in REPORTS),
    *(["dump", "-f", form] for form in ("nquads", "trig", "turtle", "ntriples")),
    *(["conflicts", "-f", form] for form in ("text", "json")),
    *(["queries"], ["queries", "members", "--text"], ["search", "Utopia"], ["show", "kz:Utopia"], ["sources"]),
    *(["why", "kz:Utopia"], ["timeline"], ["mentions", "Utopia"]),
    *(["ask", "who", "is", "a", "member"], ["status"], ["brief", "brief.md"], ["new", "--help"], ["--version"]),
]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this machine has no device that is always full")
@pytest.mark.parametrize("arguments", WRITING, ids=" ".join)
def test_every_command_and_format_tells_of_a_full_disk_once(
    project: SmallProject, forks: Forks, arguments: list[str]
) -> None:
    project.write("brief.md", "{{ query members }}\n")
    given = "CONSTRUCT WHERE { ?s a kzo:State }" if "-" in arguments else ""
    usual = forks.run(*arguments, stdin=given)
    assert usual.returncode in {0, 1}, usual.stderr
    with open("/dev/full", "wb") as full:
        ended = forks.run(*arguments, stdin=given, stdout=full.fileno())
        unheard = forks.run(*arguments, stdin=given, stderr=full.fileno())
    if usual.stdout:
        assert (ended.returncode, is_clean(ended)) == (4, True), ended.stderr
        assert ended.stderr.count(b"the output: cannot be written: No space left on device") == 1
    assert (unheard.returncode, bool(unheard.stdout)) == (usual.returncode, bool(usual.stdout))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this machine has no device that is always full")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        *((["nonsense"], 2), (["query", "nowhere"], 2), (["query", "members", "--data", "nowhere.ttl"], 3)),
        *((["query", "members", "--store", "http://127.0.0.1:9"], 4), (["query", "-", "--timeout", "0.01"], 6)),
        (["load", "--store", "instances"], 3),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
@pytest.mark.parametrize("closed", [(), (2,)], ids=["full", "closed"])
def test_an_error_that_cannot_be_said_has_its_exit_code(
    project: SmallProject, forks: Forks, arguments: list[str], code: int, closed: tuple[int, ...]
) -> None:
    endless = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?c ?f ?i"
    with open("/dev/full", "wb") as full:
        ended = forks.run(*arguments, stdin=endless, stderr=full.fileno(), closed=closed)
    assert (ended.returncode, ended.stdout) == (code, b"")


def test_a_command_needs_no_standard_input(project: SmallProject, forks: Forks) -> None:
    project.write("text.txt", "A title\n\nOne sentence.\n")
    added = ["sources", "add", "text.txt", "--dry-run"]
    for arguments in (added, ["validate", "--fix"], ["query", "-"], ["validate", "-"]):
        ended = forks.run(*arguments, closed=(0,))
        assert ended.returncode in {0, 1, 2, 3}, ended.stderr
        assert is_clean(ended)


def test_a_line_of_progress_takes_the_place_of_the_last_one_on_a_terminal() -> None:
    script = "guard_streams(); say('one'); say('two \\x1b[31m')"
    imports = "from kzgraph.wording.printing import guard_streams; from kzgraph.wording.progress import say; "
    leader, terminal = os.openpty()
    subprocess.run([sys.executable, "-c", imports + script], stderr=terminal, check=True)
    os.close(terminal)
    told = os.read(leader, 1000)
    os.close(leader)
    assert told.startswith(b"\r\x1b[Kone\r\x1b[Ktwo ")
    assert told.count(b"\x1b") == 2


def test_a_name_of_a_file_begins_no_line_of_its_own() -> None:
    assert str(InputError("is bad", place="a\r\n::warning::b.ttl")) == "a\\r\\n::warning::b.ttl: is bad"


def test_a_carriage_return_writes_nothing_over_what_stands_before_it() -> None:
    assert harmless("Note\rOther\r\n") == "Note\\u000dOther\r\n"
