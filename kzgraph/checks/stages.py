"""The stages of validation, in their order: each adds findings to the report, and none hides another's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kzgraph.checks.evidence.background import check_background
from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs, check_evidence
from kzgraph.checks.evidence.date_grounds import check_date_grounds
from kzgraph.checks.evidence.forms import check_forms
from kzgraph.checks.evidence.namesakes import check_namesakes
from kzgraph.checks.evidence.notes import check_notes
from kzgraph.checks.evidence.overlap import check_overlap
from kzgraph.checks.evidence.passage_words import check_passage_words
from kzgraph.checks.evidence.passages import check_passages
from kzgraph.checks.evidence.sayings import check_sayings
from kzgraph.checks.evidence.sides import check_sides
from kzgraph.checks.evidence.told_dates import check_told_dates
from kzgraph.checks.kept.dropped import check_dropped
from kzgraph.checks.kept.limited import check_limited
from kzgraph.checks.kept.rungs import check_own_rungs, check_rungs
from kzgraph.checks.kept.settled import check_settled
from kzgraph.checks.shapes.stage import check_shapes
from kzgraph.checks.shapes.targets import check_targets
from kzgraph.checks.statements.attributions import check_attributions
from kzgraph.checks.statements.duplicates import check_duplicates
from kzgraph.checks.statements.facts import check_facts
from kzgraph.checks.statements.kinds import check_kinds
from kzgraph.checks.statements.logic import check_logic
from kzgraph.checks.statements.own_words import check_own_words
from kzgraph.checks.statements.readings import check_readings
from kzgraph.checks.statements.vocabulary import check_vocabulary
from kzgraph.checks.strength.actors_told import check_actors_told
from kzgraph.checks.strength.counts import check_counts
from kzgraph.checks.strength.hedges import check_comparators, check_hedges
from kzgraph.checks.strength.label_roles import check_label_roles
from kzgraph.checks.strength.labels import check_labels
from kzgraph.checks.strength.modality import check_siblings, check_usual_modality, check_wanted
from kzgraph.checks.strength.note_claims import check_note_claims
from kzgraph.checks.strength.note_readings import check_note_readings
from kzgraph.checks.strength.opposites import check_opposites
from kzgraph.checks.strength.sharpened import check_sharpened
from kzgraph.checks.strength.strong_words import check_strong_words
from kzgraph.checks.syntax.context import Context
from kzgraph.checks.told.all_actors import check_coordinated, check_listed, check_own_actors
from kzgraph.checks.told.counted_nouns import check_counted_nouns
from kzgraph.checks.told.label_places import check_label_places
from kzgraph.checks.told.lying_in import check_lying_in
from kzgraph.checks.told.of_two import check_joined, check_own_two, check_two
from kzgraph.checks.told.other_kinds import check_other_kinds
from kzgraph.checks.told.roles_told import check_roles_told
from kzgraph.checks.told.to_come import check_own_to_come, check_to_come, check_told_open
from kzgraph.checks.told.told_apart import check_told_apart
from kzgraph.checks.told.who_does import check_doers, check_own_doers
from kzgraph.checks.world.causes import check_own_causes, check_triggers
from kzgraph.checks.world.circles import check_circles
from kzgraph.checks.world.directions import check_directions, check_own_directions
from kzgraph.checks.world.forbidden import check_forbidden
from kzgraph.checks.world.geography import check_geography
from kzgraph.checks.world.known_when import check_known_when
from kzgraph.checks.world.links import check_links
from kzgraph.checks.world.offices import check_memberships, check_offices
from kzgraph.checks.world.order_in_time import check_order_in_time
from kzgraph.checks.world.representing import check_representing
from kzgraph.checks.world.units import check_units, check_units_in_words
from kzgraph.errors import LimitReached
from kzgraph.wording.progress import say

Lines = dict[str, list[str]]


@dataclass(frozen=True)
class Wanted:
    """What a validation is to check, and with what.

    ``shapes`` are files that are used instead of the project's; ``documents`` is the folder of the documents' texts.
    """

    statements: bool = True
    """Whether the statements are checked by the ontology, or by the shapes alone."""
    files: bool = True
    """Whether the statements stand in files, and not in a store."""
    everything: bool = False
    """Whether all instances of the project are checked."""
    logic: bool = False
    shapes: list[Path] | None = None
    documents: Path | None = None


@dataclass(frozen=True)
class Stage:
    """A stage: when it has its turn, and what it does; it gives the lines of further files that findings name."""

    is_wanted: Callable[[Wanted], bool]
    check: Callable[[Context, Wanted], Lines]


def _stage(check: Callable[[Context], None]) -> Stage:
    def run(context: Context, wanted: Wanted) -> Lines:
        check(context)
        return {}

    return Stage(lambda wanted: wanted.statements, run)


def _check_shapes(context: Context, wanted: Wanted) -> Lines:
    say("checking the shapes …")
    engine, lines = check_shapes(context, wanted.shapes, whole=wanted.everything or not wanted.files)
    if engine is None or not wanted.everything or wanted.shapes is not None:
        return lines
    return lines | check_targets(context, engine)


_EVIDENCE = (
    *(check_evidence, check_sides, check_directions, check_triggers, check_passage_words, check_notes),
    *(check_date_grounds, check_forms, check_note_claims, check_overlap, check_sayings),
    *(check_units_in_words, check_wanted, check_hedges, check_strong_words, check_sharpened),
    *(check_actors_told, check_counts, check_opposites, check_namesakes, check_told_apart, check_told_dates),
    *(check_doers, check_limited, check_to_come, check_counted_nouns),
    *(check_listed, check_coordinated, check_other_kinds),
    *(check_rungs, check_dropped, check_two, check_joined, check_settled, check_note_readings),
)
"""The checks that compare facts with the words of their passages."""


def _check_passages(context: Context, wanted: Wanted) -> Lines:
    check_passages(context, wanted.documents)
    if wanted.documents is not None:
        evidence = CitedParagraphs(context, wanted.documents)
        for check in _EVIDENCE:
            check(context, evidence)
    return {}


def _check_readings(context: Context, wanted: Wanted) -> Lines:
    check_readings(context, is_whole=wanted.everything)
    return {}


def _check_logic(context: Context, wanted: Wanted) -> Lines:
    try:
        found = check_logic(context)
    except LimitReached as limit:
        context.report.limit = limit
        return {}
    context.report.limit = found.limit
    return found.lines


STAGES = (
    _stage(check_vocabulary),
    _stage(check_kinds),
    _stage(check_duplicates),
    Stage(lambda wanted: True, _check_shapes),
    _stage(check_facts),
    _stage(check_attributions),
    _stage(check_circles),
    _stage(check_forbidden),
    _stage(check_geography),
    _stage(check_known_when),
    _stage(check_links),
    _stage(check_offices),
    _stage(check_memberships),
    _stage(check_order_in_time),
    _stage(check_representing),
    _stage(check_units),
    _stage(check_own_words),
    _stage(check_background),
    _stage(check_own_directions),
    _stage(check_own_causes),
    _stage(check_comparators),
    _stage(check_labels),
    _stage(check_label_roles),
    _stage(check_label_places),
    _stage(check_roles_told),
    _stage(check_own_doers),
    _stage(check_own_actors),
    _stage(check_own_to_come),
    _stage(check_told_open),
    _stage(check_own_rungs),
    _stage(check_own_two),
    _stage(check_lying_in),
    _stage(check_usual_modality),
    _stage(check_siblings),
    Stage(lambda wanted: wanted.statements and wanted.files, _check_passages),
    Stage(lambda wanted: wanted.statements and wanted.files, _check_readings),
    Stage(lambda wanted: wanted.logic, _check_logic),
)


def run_stages(context: Context, wanted: Wanted) -> Lines:
    """Adds the findings of all stages that are wanted; gives the lines of further files that the findings name.

    Raises what the stages raise: :class:`InputError` for files of the project that cannot be read, and with the logic
    :class:`StoreError`. What stopped HermiT is the report's ``limit``, and the findings until then stay.
    """
    lines: Lines = {}
    for stage in STAGES:
        if stage.is_wanted(wanted):
            lines |= stage.check(context, wanted)
    return context.further | lines
