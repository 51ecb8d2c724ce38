"""Makes ``docs/reference/checks.md``: the gate, its stages, and every check query from its header."""

from __future__ import annotations

from kzgraph.checks.project.check_queries import check_files, read_check
from kzgraph.checks.project.gate import STAGES
from kzgraph.files.project import find_project, shipped_root

_HEAD = """# The gate, and the check queries

`kzgraph check` runs every check of a project. CI calls it.

This page is generated: `python -m kzgraph.checks.project.checks_page > docs/reference/checks.md`.

```sh
kzgraph check                                 # all stages
kzgraph check --documents texts/              # with the documents' texts, so that citations are compared
kzgraph check --skip logic --fail-on warning  # without HermiT; warnings fail, too
kzgraph check -f sarif > findings.sarif       # or json, junit, github
```

## Stages
"""
_STAGES = """
The report begins with a line for each stage: what it checked, how many findings it has and how long it took. The
findings follow. If a stage cannot run, its line says why, and the other stages run all the same. The last line names
the stages that were left out (by `--skip`, or citations without the texts).

HermiT has `--timeout` seconds. If they are not enough for the classes, it is asked within as many more whether anything
contradicts anything else, and the stage is stopped half-way: its line says what was not found out.

| exit code | meaning |
| --- | --- |
| 0 | no findings at or above `--fail-on` |
| 1 | findings at or above `--fail-on` |
| 3, 4, 6 | a stage could not run: a file is unreadable (3), there is no Java (4), it reached its time limit (6) |

If several stages could not run, the first of them gives the code.

## Check queries

A check query is a `.rq` file in `queries/checks/`. Each row of its answer is a finding, at the line where the thing or
term stands; the name of the file is the code of the finding. A project with a folder `queries/checks/` uses the check
queries in it. Any other project uses those below, without the ones that need terms which the project lacks.
`kzgraph check --list` lists the check queries that apply; `kzgraph check -v` shows how many things each looked at.

```sparql
#+ summary: "Every term has a label in English"
#+ kzgraph:
#+   severity: violation
#+   subjects: "?term rdfs:isDefinedBy ?module ."
#+   message: "{term} has no label in English"
#+   hint: "write rdfs:label"
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?term
WHERE {
    ?term rdfs:isDefinedBy ?module .
    FILTER NOT EXISTS { ?term rdfs:label ?label . FILTER (LANGMATCHES(LANG(?label), "en")) }
}
ORDER BY ?term
```

- The first column is the subject of the finding. The columns `?property` and `?value` are optional: they give the place
  more exactly.
- `message` and `hint` may name columns in braces; `severity` is `violation`, `warning` or `info`.
- `subjects` is a graph pattern that matches everything the query looks at. If it matches nothing, that is a finding; so
  is a check query with a term that does not exist.
- Check queries are plain SPARQL 1.1. Their default graph holds the ontology, the instances, what follows from both, and
  the shapes. Each stored query is in it too, as a `sh:SPARQLExecutable` that `dcterms:references` the terms in its
  text; `kzgraph queries -f turtle` writes these statements for other engines.
- A term belongs to the project if it says `rdfs:isDefinedBy`. A term that nothing uses yet is marked with
  `vs:term_status "testing"` and a `skos:scopeNote` that says why it is kept.

"""


def page() -> str:
    """The text of ``docs/reference/checks.md``."""
    project = find_project(shipped_root())
    out = [_HEAD, *(f"- **{name}**: {what}" for name, (what, _) in STAGES.items()), _STAGES]
    for path in check_files(project).values():
        check = read_check(path, project.relative(path))
        description = f" {check.description}" if check.description else ""
        out += [f"### {check.name}", "", f"*{check.severity}* · {check.summary}.{description}", ""]
        out += [f"Fix: {check.hint}.", ""]
    return "\n".join(out).rstrip() + "\n"


if __name__ == "__main__":
    print(page(), end="")
