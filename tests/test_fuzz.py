"""Inputs that were drawn, most of them broken, are read, or refused with a sentence; `make fuzz` tries many more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kzgraph.cli import COMMANDS
from tests.drawn_commands import LINES, trial
from tests.forking import Forks
from tests.fuzzing import SEEDS, Targets, drawn, targets

KINDS = {"request": 8, "command": 20}


@pytest.fixture(scope="module")
def found() -> Iterator[Targets]:
    """What reads the inputs."""
    with targets() as readers:
        yield readers


def test_every_kind_has_something_to_draw_from() -> None:
    readable = {
        "turtle",
        "trig",
        "jsonld",
        "rdfxml",
        "sparql",
        "header",
        "toml",
        "answer",
        "csv",
        "yaml",
        "html",
        "brief",
    }
    assert set(SEEDS) == readable | {"request", "command"}
    assert all(SEEDS.values())
    assert {line[0] for line in LINES} == set(COMMANDS)


@pytest.mark.parametrize("kind", SEEDS)
def test_what_is_drawn_is_read_or_refused(found: Targets, kind: str) -> None:
    for seed in SEEDS[kind]:
        found.read(kind, seed)
    for number in range(KINDS.get(kind, 60)):
        found.read(kind, drawn(kind, number))


def test_whole_commands_end_as_documented(forks: Forks) -> None:
    with trial(forks) as tried:
        assert [told for number in range(40) if (told := tried.told_of(number))] == []


def test_the_same_number_is_the_same_input() -> None:
    assert [drawn("turtle", n) for n in range(50)] == [drawn("turtle", n) for n in range(50)]
    assert len({drawn("turtle", n) for n in range(50)}) > 25
