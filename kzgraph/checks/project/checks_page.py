"""Makes ``docs/checks.md``: the gate, its stages, and every check query from its header."""

from __future__ import annotations

from kzgraph.checks.findings.finding import WORDS
from kzgraph.checks.project.check_queries import check_files, read_check
from kzgraph.checks.project.gate import STAGES
from kzgraph.files.project import find_project, shipped_root

_HEAD = """# The gate, and the check queries

`kzgraph check` runs everything that can be checked of a project, and is what CI calls. This page is made:
`python -m kzgraph.checks.project.checks_page > docs/checks.md`.

```sh
kzgraph check                                 # all stages
kzgraph check --documents texts/              # with the documents' texts, so that citations are compared
kzgraph check --skip logic --fail-on warning  # without HermiT; warnings fail, too
kzgraph check -f sarif > findings.sarif       # or json, junit, github
```

## Stages
"""
_STAGES = """
It prints what each stage checked, how many findings it has and how long it took, and then the findings. A stage that
cannot run is told with its reason, and the others run all the same. What was left out (`--skip`, or citations without
the texts) stands in the last line.

Exit code: that of the first stage that could not run (3 unreadable, 4 no Java, 6 too long), else 1 for findings at or
above `--fail-on`, else 0.

## Check queries

A check query is a `.rq` file in `queries/checks/`. Each row of its answer is a finding, at the line where the thing or
term stands; the code of the finding is the name of the file. A project that has the folder `queries/checks/` uses its
own; one that does not has those below, without the ones that speak of terms which it lacks. `kzgraph check --list`
lists what applies, `kzgraph check -v` tells how many things each looked at.

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

- The first column is the subject of the finding; `?property` and `?value`, if they are selected, place it more exactly.
- `message` and `hint` may name columns in braces; `severity` is `violation`, `warning` or `info`.
- `subjects` is a graph pattern of all that the query looks at. A check query that saw nothing is a finding, as is one
  that names a term that does not exist.
- They are plain SPARQL 1.1, and are asked of ontology, instances, what follows from them, and shapes, in one default
  graph. Each stored query stands in it as a `sh:SPARQLExecutable` that `dcterms:references` the terms in its text; for
  another engine, `kzgraph queries -f turtle` writes that.
- A term belongs to the project if it says `rdfs:isDefinedBy`. One that nothing uses yet is marked with
  `vs:term_status "testing"` and a `skos:scopeNote` that says what it is kept for.

"""


def page() -> str:
    """The text of ``docs/checks.md``."""
    project = find_project(shipped_root())
    out = [_HEAD, *(f"- **{name}**: {what}" for name, (what, _) in STAGES.items()), _STAGES]
    for path in check_files(project).values():
        check = read_check(path, project.relative(path))
        told = f" {check.description}" if check.description else ""
        out += [f"### {check.name}", "", f"*{WORDS[check.severity]}* · {check.summary}.{told}", ""]
        out += [f"Mend: {check.hint}.", ""]
    return "\n".join(out).rstrip() + "\n"


if __name__ == "__main__":
    print(page(), end="")
