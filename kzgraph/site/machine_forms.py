"""The pages for programs: things, facts and conflicts as JSON and Turtle, and the names that a search looks through."""

from __future__ import annotations

import json
from collections.abc import Mapping

from kzgraph.answers.shown.rdf import sorted_block
from kzgraph.answers.things.conflicts import Matter
from kzgraph.answers.things.facts import source_json
from kzgraph.namespaces import shorten
from kzgraph.site.addresses import PagePlace, part_of
from kzgraph.site.pages import Site
from kzgraph.site.parts import parts_of
from kzgraph.terms import Term
from kzgraph.wording.printing import harmless


def thing_json(site: Site, place: PagePlace, iri: str) -> str:
    """A thing or fact as JSON: names, what files say of it, what follows, and its facts with their sources.

    Of facts too many for one file, each part has some, with the number of all and the way to the next part.
    """
    reader, prefixes = site.reader, site.project.prefixes
    own = reader.statements(iri).properties
    entry: dict[str, object] = {
        "iri": iri,
        "name": shorten(iri, prefixes),
        "label": reader.full_label(iri),
        "classes": [shorten(k, prefixes) for k in reader.kinds(iri)],
        "names": [n._asdict() for n in reader.names_of(iri)],
        "statements": {shorten(p, prefixes): [_value(t, prefixes) for t in _named(v)] for p, v in sorted(own.items())},
        "derived": {shorten(p, prefixes): [shorten(i, prefixes) for i in v] for p, v in reader.edges(iri).items()},
    }
    if iri in reader.facts:
        fact = reader.fact(iri)
        entry["fact"] = fact.as_json(prefixes)
        entry["passages"] = [
            {**source_json(s, prefixes), "start": s.start, "end": s.end, "digest": reader.digest(s.citation)}
            for s in fact.sources
        ]
    else:
        entry["facts"] = [f.as_json(prefixes) for f in reader.facts_about(iri, place.part)]
        total = reader.number_about(iri)
        if parts_of(total) > 1:
            is_last = place.part == parts_of(total)
            following = part_of(f"{site.path_of(iri)}.json", place.part + 1)
            entry |= {"number of facts": total, "next": "" if is_last else place.to(following)}
    kept = {k: v for k, v in entry.items() if v not in ([], {}, "")}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")) + "\n"  # a thing may have hundreds of facts


def _named(values: list[Term]) -> list[Term]:
    return sorted(t for t in values if t.kind != "bnode")


def _value(term: Term, prefixes: Mapping[str, str]) -> object:
    if term.kind == "uri":
        return {"iri": term.value, "name": shorten(term.value, dict(prefixes))}
    return {"value": term.value, **({"language": term.language} if term.language else {})} | (
        {"datatype": shorten(term.datatype, dict(prefixes))} if term.datatype else {}
    )


def conflicts_json(site: Site) -> str:
    """The matters on which sources disagree, each with both sides."""
    return _text([_matter(m, site.project.prefixes) for m in site.reader.matters])


def _matter(matter: Matter, prefixes: dict[str, str]) -> dict[str, object]:
    told = [
        {"grade": c.grade, "reasons": list(c.reasons), "sides": [f.as_json(prefixes) for f in c.sides]}
        for c in matter.conflicts
    ]
    return {"thing": shorten(matter.thing, prefixes) if matter.thing else "", "label": matter.label, "conflicts": told}


def _text(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def thing_turtle(site: Site, iri: str) -> str:
    """What the files say of a thing or fact, as Turtle."""
    said, prefixes = site.reader.statements(iri), site.project.prefixes
    body = sorted_block(iri, said, prefixes)
    used = {p: i for p, i in sorted(prefixes.items()) if f"{p}:" in body}
    return "".join(f"@prefix {p}: <{i}> .\n" for p, i in used.items()) + "\n" + body


def names_script(site: Site) -> str:
    """All names as a script that the search reads, since pages in a folder may not fetch files.

    Each entry: the path of the page, the label, the kind, and the other names.
    """
    reader = site.reader
    rows: list[list[object]] = []
    shown = [*reader.things, *sorted(reader.facts - reader.names.namings)]
    reader.load_labels(shown)
    for iri in shown:
        titles = [n.text for n in reader.names_of(iri) if n.how == "title"] if iri in reader.documents else []
        label = next(iter(titles), reader.label(iri))
        others = [n.text for n in reader.names_of(iri) if n.text != label]
        shown_names = harmless(label), reader.kind_words(iri), [harmless(other) for other in others]
        rows.append([f"{site.path_of(iri)}.html", *shown_names, int(iri in reader.facts)])
    for q in site.queries.values():
        told = [*filter(None, [q.question, *q.asked])]
        rows.append([f"{site.question_path(q.name)}.html", q.summary or q.name, "question", told, 0])
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f"window.KZ_NAMES={text.replace(chr(0x2028), '')};\n"
