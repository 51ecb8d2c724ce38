"""The reference pages: whole, linked, escaped, self-contained, the same each time; and the data set's description."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Callable
from functools import cached_property
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any

import html5rdf  # type: ignore[import-untyped]  # it brings no types
import jinja2
import pyoxigraph as ox
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kzgraph.files.project import Project, find_project
from kzgraph.namespaces import OWL, RDF, RDFS, SH, XSD
from kzgraph.reference.alignment import alignments, tables
from kzgraph.reference.dataset import dataset_iri
from kzgraph.reference.site import LIST, site
from kzgraph.reference.vocabulary import Vocabulary
from kzgraph.stores.disk.embedded import term_of
from kzgraph.stores.disk.snapshot import open_project
from kzgraph.terms import Term
from tests.conftest import PREFIXES, SmallProject
from tests.html_pages import HtmlPage

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "cases" / "reference"
DCAT = "http://www.w3.org/ns/dcat#"
VOID = "http://rdfs.org/ns/void#"
Run = Callable[..., tuple[int, str, str]]
Files = dict[str, str]


class Reader(HtmlPage):
    """A reference page, with its links."""

    @cached_property
    def links(self) -> list[str]:
        return [a["href"] for t, a in self.tags if t == "a" and "href" in a]

    def count(self, tag: str) -> int:
        return sum(t == tag for t, _ in self.tags)


@pytest.fixture(scope="module")
def whole() -> Project:
    return find_project(ROOT)


@pytest.fixture(scope="module")
def vocabulary(whole: Project) -> Vocabulary:
    return Vocabulary(whole)


@pytest.fixture(scope="module")
def triples(whole: Project) -> list[ox.Quad]:
    """The statements of the compiled graph, read without any query."""
    return list(open_project(whole).database.quads_for_pattern(None, None, None, ox.DefaultGraph()))


@pytest.fixture(scope="module")
def files(whole: Project, triples: list[ox.Quad]) -> Files:
    """The reference of the repository's own ontology; of the graph as ``triples`` has it."""
    assert triples
    return dict(site(whole, []))


@pytest.fixture(scope="module")
def readers(files: Files) -> dict[str, Reader]:
    return {name: Reader(text) for name, text in files.items() if name.endswith(".html")}


def pages_of(project: SmallProject) -> Files:
    return dict(site(find_project(project.root), []))


def section(text: str, anchor: str) -> str:
    """The part of a page that begins at an anchor and goes to the next term's."""
    start = text.index(f'id="{anchor}"')
    end = re.compile(r'<section class="term|<section id="').search(text, start)
    return text[start : end.start() if end else len(text)]


def hrefs_in(part: str) -> set[str]:
    return {unescape(h) for h in re.findall(r'href="([^"]*)"', part)}


class TestPages:
    def test_there_is_one_for_each_module(self, files: Files, vocabulary: Vocabulary) -> None:
        assert len(vocabulary.pages) >= 9
        assert {m.page for m in vocabulary.pages} < set(files)
        assert {"index.html", "queries.html", "alignment.html", "style.css", "search.js", "dataset.ttl"} < set(files)

    def test_they_are_well_formed(self, files: Files) -> None:
        for name, text in files.items():
            if name.endswith(".html"):
                html5rdf.HTMLParser(strict=True).parse(text)
        with pytest.raises(html5rdf.html5parser.ParseError):
            html5rdf.HTMLParser(strict=True).parse("<!DOCTYPE html><title>a</title><p>b</i>")

    def test_an_anchor_stands_once(self, readers: dict[str, Reader]) -> None:
        for name, page in readers.items():
            assert [i for i, n in Counter(page.ids).items() if n > 1] == [], name

    def test_every_own_term_has_its_local_name_as_anchor(
        self, readers: dict[str, Reader], vocabulary: Vocabulary
    ) -> None:
        own = [e for e in vocabulary.entries.values() if e.is_own]
        assert len(own) >= 365
        for entry in own:
            assert entry.anchor == entry.iri.rsplit("/", 1)[-1]
            assert entry.anchor in readers[entry.page].ids
            assert entry.anchor in readers["index.html"].ids

    def test_every_external_term_has_an_anchor(self, readers: dict[str, Reader], vocabulary: Vocabulary) -> None:
        others = [e for e in vocabulary.entries.values() if not e.is_own]
        assert len(others) >= 60
        assert all(e.anchor in readers[e.page].ids for e in others)

    def test_every_link_within_leads_somewhere(self, files: Files, readers: dict[str, Reader]) -> None:
        checked = 0
        for name, page in readers.items():
            for link in page.links:
                if "://" not in link:
                    target, _, anchor = link.partition("#")
                    assert not anchor or anchor in readers[target or name].ids, (name, link)
                    assert (target or name) in files, (name, link)
                    checked += 1
        assert checked > 5000

    def test_nothing_is_fetched(self, files: Files, readers: dict[str, Reader]) -> None:
        """They work from a folder, without a network, and under a strict Content-Security-Policy."""
        for name, page in readers.items():
            for tag, attributes in page.tags:
                assert tag not in {"img", "iframe", "object", "embed", "base", "style"}, name
                assert not [a for a in attributes if a == "style" or a.startswith("on")], (name, tag)
                if tag in {"script", "link"}:
                    assert attributes.get("src", attributes.get("href")) in {"search.js", "style.css"}
            assert page.count("script") == 1
            assert "<script>" not in files[name]
        assert not re.search(r"url\(|@import|http", files["style.css"])
        code = re.sub(r"^const INDEX = .*$", "", files["search.js"], flags=re.MULTILINE)
        assert not re.search(r"fetch\(|XMLHttp|import\(|eval\(|innerHTML|document\.write|http", code)

    def test_links_out_are_plain_addresses(self, readers: dict[str, Reader]) -> None:
        out = {link for page in readers.values() for link in page.links if ":" in link}
        assert len(out) >= 50
        assert not [link for link in out if not re.match(r"https?://", link)]

    def test_they_are_the_same_each_time(self, files: Files, tmp_path: Path) -> None:
        folder = tmp_path / "again"
        command = [sys.executable, "-m", "kzgraph", "--project", str(ROOT), "docs", "-o", str(folder)]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": "7"}, capture_output=True)
        assert {p.name: p.read_text("utf-8") for p in folder.iterdir()} == files


class TestTerms:
    def test_definitions_are_shown(self, readers: dict[str, Reader], vocabulary: Vocabulary) -> None:
        definition = "http://www.w3.org/2004/02/skos/core#definition"
        for entry in (e for e in vocabulary.entries.values() if e.is_own):
            for text in vocabulary.texts(entry.iri, definition):
                assert " ".join(text.split()) in readers[entry.page].text, entry.curie

    def test_a_class_with_shapes_shows_each_of_their_messages(self, whole: Project, files: Files) -> None:
        graph = ox.Store()
        for path in whole.files("shapes"):
            graph.bulk_load(path=path, format=ox.RdfFormat.TURTLE)
        vocabulary = Vocabulary(whole)
        rows = graph.query(
            f"SELECT ?class ?message {{ ?shape <{SH}targetClass> ?class ; <{SH}property> ?rule . "
            f"?rule <{SH}message> ?message }}"
        )
        assert isinstance(rows, ox.QuerySolutions)
        checked = 0
        for row in rows:
            entry = vocabulary.entries[row["class"].value]
            shown = Reader(section(files[entry.page], entry.anchor)).text
            assert " ".join(row["message"].value.split()) in shown, entry.curie
            checked += 1
        assert checked >= 130

    @pytest.mark.parametrize(
        ("page", "anchor", "words"),
        [
            ("actors.html", "Membership", "has member exactly 1 actor violation"),
            ("actors.html", "Stake", "share at most 1 decimal number; at least 0.0; at most 100.0 violation"),
            ("core.html", "Fact", "attested on any number day, month or year violation"),
            ("events.html", "takesPartIn", "x takes part in y"),
            ("core.html", "modality", "functional (one value at most)"),
            ("actors.html", "Membership", "has member some actor"),
        ],
    )
    def test_axioms_and_shapes_in_words(self, files: Files, page: str, anchor: str, words: str) -> None:
        assert words in Reader(section(files[page], anchor)).text

    def test_a_derived_property_says_from_what(self, files: Files, vocabulary: Vocabulary) -> None:
        derived = [
            e for e in vocabulary.own("object property") if vocabulary.graph.objects(e.iri, OWL + "propertyChainAxiom")
        ]
        assert len(derived) >= 10
        for entry in derived:
            told = Reader(section(files[entry.page], entry.anchor)).text
            assert re.search(rf"derived if .* then x {re.escape(entry.label)} y", told), entry.curie

    def test_examples_are_cited(self, files: Files, vocabulary: Vocabulary) -> None:
        """Nearly every class of facts shows one with document and paragraph; the rest are background."""
        facts = [
            e
            for e in vocabulary.own("class")
            if "https://w3id.org/kzgraph/ontology/Fact" in vocabulary.ancestors(e.iri)
        ]
        cited = [e for e in facts if re.search(r"cited: [^<]* ¶ \d", section(files[e.page], e.anchor))]
        assert len(facts) >= 50
        assert len(cited) >= len(facts) - 4

    def test_values_are_tables(self, files: Files) -> None:
        table = section(files["core.html"], "-values-Modality")
        assert table.count("<tr id=") == 8
        assert "kzo:ModalityPlanned" in table

    def test_the_examples_as_turtle_can_be_read(self, files: Files, whole: Project) -> None:
        head = "".join(f"@prefix {p}: <{i}> .\n" for p, i in whole.prefixes.items())
        blocks = [
            unescape(b)
            for n, t in files.items()
            if n != "queries.html"
            for b in re.findall(r"<pre>(.*?)</pre>", t, re.S)
        ]
        assert len(blocks) >= 90
        for block in blocks:
            assert list(ox.parse(head + block, ox.RdfFormat.TURTLE)), block

    def test_stored_queries_and_terms_point_at_one_another(self, files: Files) -> None:
        assert "queries.html#corridor_partners" in hrefs_in(section(files["infrastructure.html"], "Involvement"))
        assert "infrastructure.html#Involvement" in hrefs_in(section(files["queries.html"], "corridor_partners"))
        assert files["queries.html"].count('<section class="term"') == len(list((ROOT / "queries").glob("*.rq")))


class TestDiagrams:
    def test_a_module_with_classes_has_both(self, files: Files, vocabulary: Vocabulary) -> None:
        for module in (m for m in vocabulary.pages if m.of_kind("class")):
            assert f'aria-labelledby="-classes-{module.name}-t' in files[module.page]
            assert f'aria-labelledby="-relations-{module.name}-t' in files[module.page]

    def test_they_link_to_every_class_and_object_property(self, files: Files, vocabulary: Vocabulary) -> None:
        for module in vocabulary.pages:
            drawn = hrefs_in(" ".join(re.findall(r"<svg.*?</svg>", files[module.page], re.S)))
            wanted = {f"{e.page}#{e.anchor}" for e in module.of_kind("class", "object property")}
            assert wanted <= drawn, module.name

    def test_no_box_lies_on_another_or_outside(self, files: Files) -> None:
        checked = 0
        for text in files.values():
            for svg in re.findall(r"<svg.*?</svg>", text, re.S):
                size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
                assert size
                found = re.findall(
                    r'class="(?:box|word)[^"]*"><rect x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)" height="([\d.]+)"',
                    svg,
                )
                boxes = [tuple(map(float, b)) for b in found]
                for number, (x, y, wide, high) in enumerate(boxes):
                    assert x >= 0
                    assert y >= 0
                    assert x + wide <= float(size[1])
                    assert y + high <= float(size[2])
                    for left, top, width, height in boxes[:number]:
                        apart = x >= left + width or left >= x + wide or y >= top + height or top >= y + high
                        assert apart, (x, y, left, top)
                    checked += 1
        assert checked >= 250

    def test_many_ways_up_are_drawn_once_each(self, project: SmallProject) -> None:
        """15 layers of three classes, each below all three of the layer above, give 3 to the 15th ways down."""
        layers = [[f"kzo:L{layer}-{n}" for n in range(3)] for layer in range(15)]
        pairs = [(one, above) for upper, layer in pairwise(layers) for one in layer for above in upper]
        project.write(
            "ontology/layers.ttl",
            "".join(f"{one} a owl:Class .\n" for layer in layers for one in layer)
            + "".join(f"{one} rdfs:subClassOf {above} .\n" for one, above in pairs),
        )
        boxes = re.findall(r'<a href="layers.html#(L\d+-\d)"><g class="box', pages_of(project)["layers.html"])
        assert Counter(boxes) == {one.removeprefix("kzo:"): 3 for one, _ in pairs} | {f"L0-{n}": 1 for n in range(3)}

    def test_what_stands_below_a_class_is_drawn_once(self, project: SmallProject) -> None:
        project.write(
            "ontology/twice.ttl",
            "kzo:A a owl:Class .\nkzo:B a owl:Class .\nkzo:C a owl:Class ; rdfs:subClassOf kzo:A , kzo:B .\n"
            "kzo:D a owl:Class ; rdfs:subClassOf kzo:C .\n"
            "".join(f"kzo:{a} a owl:Class ; rdfs:subClassOf kzo:{b} .\n" for a, b in ("EF", "FE", "GH", "HG")),
        )
        svg = re.findall(r"<svg.*?</svg>", pages_of(project)["twice.html"], re.S)[0]
        drawn = re.findall(r'<a href="twice.html#.">.*?>([^<>]+)</text>', svg)
        labels = ("A", "C", "D", "B", "C …", "E", "F", "E …", "G", "H", "G …")
        assert drawn == [f"kzo:{label}" for label in labels]

    def test_an_import_that_another_brings_is_not_drawn(self, project: SmallProject) -> None:
        """Each of 30 modules imports all before it: 2 to the 28th ways from the last to the first."""
        names = [f"https://example.org/m{n}" for n in range(30)]
        for number, name in enumerate(names):
            imported = "".join(f" ; owl:imports <{n}>" for n in names[:number])
            text = f"<{name}> a owl:Ontology{imported} .\nkzo:M{number} a owl:Class .\n"
            project.write(f"ontology/m{number}.ttl", text)
        svg = re.findall(r"<svg.*?</svg>", pages_of(project)["index.html"], re.S)[0]
        assert svg.count('<path class="head"') == len(names) - 1


class TestReadability:
    def test_landmarks_and_headings(self, readers: dict[str, Reader]) -> None:
        for name, page in readers.items():
            assert page.count("main") == page.count("h1") == page.count("header") == page.count("footer") == 1, name
            levels = [int(t[1]) for t, _ in page.tags if re.fullmatch(r"h[1-6]", t)]
            assert all(b <= a + 1 for a, b in pairwise(levels)), name
            assert next(a for t, a in page.tags if t == "html")["lang"] == "en"
            assert all("aria-label" in a for t, a in page.tags if t == "nav")
            assert {a.get("for") for t, a in page.tags if t == "label"} == {"-find"}

    def test_every_diagram_has_title_and_description(self, readers: dict[str, Reader]) -> None:
        named = [(p, a["aria-labelledby"].split()) for p in readers.values() for t, a in p.tags if t == "svg"]
        assert len(named) >= 17
        for page, ids in named:
            assert set(ids) <= set(page.ids)

    def test_contrast(self, files: Files) -> None:
        """WCAG 2.2, 1.4.3: at least 4.5 to 1 for text, in light and in dark."""
        palettes = re.findall(r":root \{(.*?)\}", files["style.css"], re.S)[:2]
        assert len(palettes) == 2
        for palette in palettes:
            colours = dict(re.findall(r"--([\w]+): (#[0-9a-f]{6})", palette))
            for ground in ("ground", "raised", "box"):
                for text in ("text", "quiet", "link", "outside", "mark", "warn", "bad"):
                    assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground, colours[ground])


def contrast(one: str, other: str) -> float:
    """The contrast of two colours by WCAG's formula."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


class TestSearch:
    def index(self, files: Files) -> list[list[str]]:
        found = re.search(r"^const INDEX = (.*);$", files["search.js"], re.MULTILINE)
        assert found
        assert "<" not in found[1]
        rows: list[list[str]] = json.loads(found[1])
        return rows

    def test_every_term_and_query_is_found(
        self, files: Files, readers: dict[str, Reader], vocabulary: Vocabulary
    ) -> None:
        rows = self.index(files)
        assert {r[1] for r in rows} >= {e.curie for e in vocabulary.entries.values()}
        assert "corridor_partners" in {r[0] for r in rows}
        for *_, address, _ in rows:
            page, _, anchor = address.partition("#")
            assert anchor in readers[page].ids


class TestOfAnotherProject:
    @pytest.mark.parametrize("name", ["index.html", "core.html", "queries.html", "alignment.html", "dataset.ttl"])
    def test_a_page_is_as_it_was_reviewed(self, project: SmallProject, name: str) -> None:
        text = pages_of(project)[name]
        golden = CASES / "small" / name
        if os.environ.get("KZGRAPH_GOLDEN") == "write":
            golden.write_text(text, "utf-8")
        assert text == golden.read_text("utf-8")

    def test_there_is_no_golden_page_without_a_test(self) -> None:
        assert len(list((CASES / "small").iterdir())) == 5

    def test_what_the_files_contain_is_escaped(self, project: SmallProject) -> None:
        bad = "<script>alert(1)</script>"
        project.write(
            "ontology/evil.ttl",
            f'kzo:Evil a owl:Class ; rdfs:label "{bad}"@en ; rdfs:comment "{bad} & \\"x\\""@en ;\n'
            f'    rdfs:subClassOf <javascript:alert(1)> , <https://evil.example/"onclick=alert(1)> .\n'.replace(
                '/"on', "/%22on"
            )
            + f'kzo:evil a owl:ObjectProperty ; rdfs:label "{bad}"@en ; rdfs:domain kzo:Evil .\n'
            f'kzo:EvilValue a kzo:Evil ; rdfs:label "{bad}"@en .\n',
        )
        project.write("instances/evil.ttl", f'kz:evil a kzo:Fact ; rdfs:label "{bad}"@en ; kzo:evil kz:evil .\n')
        project.write(
            "shapes/evil.ttl",
            "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix kzsh: <https://w3id.org/kzgraph/shapes/> .\n"
            f"kzsh:Evil a sh:NodeShape ; sh:targetClass kzo:Evil ; sh:property [ sh:path kzo:evil ; "
            f'sh:pattern "{bad}" ; sh:message "{bad}"@en ] .\n',
        )
        query = (project.root / "queries" / "members.rq").read_text("utf-8")
        project.write("queries/evil.rq", query.replace("Members of a league", bad))
        files = pages_of(project)
        for name, text in files.items():
            if name.endswith(".html"):
                assert bad not in text, name
                html5rdf.HTMLParser(strict=True).parse(text)
                assert not [link for link in Reader(text).links if link.lower().startswith("javascript:")]
        assert bad not in files["search.js"]
        assert "&lt;script&gt;" in files["evil.html"]
        assert "javascript:alert(1)" in Reader(files["evil.html"]).text

    def test_two_namespaces_with_one_local_name_have_two_anchors(self, project: SmallProject) -> None:
        project.write("ontology/other.ttl", "@prefix x: <https://other.example/#> .\nx:State a owl:Class .\n")
        files = pages_of(project)
        assert 'id="State"' in files["core.html"]
        assert 'id="https-other.example-State"' in files["other.html"]

    def test_no_name_clashes_with_the_parts_of_a_page(self, project: SmallProject) -> None:
        names = ("classes", "content", "find", "found", "modules", "terms", "values", "axioms", "cite", "outside")
        project.write("ontology/index.ttl", "".join(f"kzo:{n} a owl:ObjectProperty .\n" for n in names))
        query = (project.root / "queries" / "members.rq").read_text("utf-8")
        project.write("queries/who is in it.rq", query)
        project.write("queries/content.rq", query)
        files = pages_of(project)
        for page in (Reader(t) for n, t in files.items() if n.endswith(".html")):
            assert len(page.ids) == len(set(page.ids))
            assert not [i for i in page.ids if " " in i]
        assert set(names) <= set(Reader(files["index-1.html"]).ids)
        assert "queries.html#who-is-in-it" in hrefs_in(section(files["core.html"], "Membership"))

    def test_circles_in_the_ontology_do_no_harm(self, project: SmallProject) -> None:
        project.write(
            "ontology/circle.ttl",
            "kzo:A a owl:Class ; rdfs:subClassOf kzo:B .\nkzo:B a owl:Class ; rdfs:subClassOf kzo:A .\n"
            "kzo:p a owl:ObjectProperty ; rdfs:subPropertyOf kzo:p ; rdfs:range _:x .\n"
            "_:x a owl:Class ; owl:unionOf _:l .\n_:l <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> _:x ;\n"
            "    <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> _:l .\n",
        )
        files = pages_of(project)
        assert {"core.html#A", "circle.html#A"} & hrefs_in(section(files["circle.html"], "B"))

    def test_a_project_without_terms(self, project: SmallProject) -> None:
        for folder in ("ontology", "instances", "shapes", "queries"):
            for path in (project.root / folder).iterdir():
                path.unlink()
        files = pages_of(project)
        pages = {"index.html", "alignment.html", "search.js", "style.css", "ontology.ttl", "dataset.ttl"}
        assert set(files) == {LIST, *pages}
        assert "small" in Reader(files["index.html"]).text


class TestCommand:
    def test_it_writes_a_folder_and_writes_it_again(self, project: SmallProject, run: Run) -> None:
        code, out, err = run("docs")
        assert (code, out) == (0, "")
        assert "reference/index.html: 10 files written" in err
        first = {p.name: p.read_bytes() for p in (project.root / "reference").iterdir()}
        assert run("docs", "-o", "reference")[0] == 0
        assert {p.name: p.read_bytes() for p in (project.root / "reference").iterdir()} == first

    def test_the_dumps_are_the_graph(self, project: SmallProject, run: Run) -> None:
        assert run("docs", "-o", "out", "--dumps")[0] == 0
        turtle = gzip.decompress((project.root / "out" / "graph.ttl.gz").read_bytes())
        quads = gzip.decompress((project.root / "out" / "graph.nq.gz").read_bytes())
        triples = {q.triple for q in ox.parse(turtle, ox.RdfFormat.TURTLE)}
        graph = open_project(find_project(project.root)).database
        assert len(triples) == sum(1 for _ in graph.quads_for_pattern(None, None, None, ox.DefaultGraph())) > 60
        assert {q.triple for q in ox.parse(quads, ox.RdfFormat.N_QUADS) if not _nameless(q)} <= triples
        page = (project.root / "out" / "index.html").read_text("utf-8")
        assert 'href="graph.nq.gz"' in page
        described = ox.Store()
        described.bulk_load(path=project.root / "out" / "dataset.ttl", format=ox.RdfFormat.TURTLE)
        found = described.quads_for_pattern(None, ox.NamedNode(DCAT + "distribution"), None)
        assert {str(q.object).rsplit("/", 1)[-1] for q in found} == {"graph.ttl.gz>", "graph.nq.gz>"}

    def test_what_is_no_longer_made_goes_and_the_rest_stays(self, project: SmallProject, run: Run) -> None:
        out = project.root / "out"
        extra = project.write("ontology/extra.ttl", "kzo:Extra a owl:Class .\n")
        assert run("docs", "-o", "out", "--dumps")[0] == 0
        assert (out / LIST).read_text("utf-8").splitlines() == sorted(p.name for p in out.iterdir())
        assert {"extra.html", "graph.nq.gz", "graph.ttl.gz"} < {p.name for p in out.iterdir()}
        (out / "notes.html").write_text("one's own", "utf-8")
        with (out / LIST).open("a") as listed:
            listed.write("../kzgraph.toml\n..\n.\n\nnothing.html\n")
        extra.unlink()
        assert run("docs", "-o", "out")[0] == 0
        assert run("docs", "-o", "fresh")[0] == 0
        expected = {p.name: p.read_bytes() for p in (project.root / "fresh").iterdir()}
        assert {p.name: p.read_bytes() for p in out.iterdir()} == {**expected, "notes.html": b"one's own"}
        assert (project.root / "kzgraph.toml").is_file()

    @pytest.mark.parametrize("name", ["kzgraph.toml", "instances"])
    def test_a_place_with_other_things_is_left_alone(self, project: SmallProject, run: Run, name: str) -> None:
        before = project.state()
        code, out, err = run("docs", "-o", name)
        assert (code, out) == (3, "")
        assert name in err
        assert "hint:" in err
        assert project.state() == before

    def test_what_only_prints_takes_no_folder(self, project: SmallProject, run: Run) -> None:
        assert run("docs", "--metadata", "-o", "out")[0] == 2
        assert run("docs", "--metadata", "--alignment")[0] == 2
        assert not (project.root / "out").exists()

    def test_a_file_that_does_not_parse_is_told(self, project: SmallProject, run: Run) -> None:
        project.write("ontology/bad.ttl", "kzo:X a owl:Class")
        code, _, err = run("docs", "-o", "out")
        assert code == 3
        assert "ontology/bad.ttl" in err
        assert not (project.root / "out").exists()

    def test_other_commands_do_not_load_the_templates(self) -> None:
        code = "import sys; from kzgraph.cli import run; run(['queries']); sys.exit('jinja2' in sys.modules)"
        assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True).returncode == 0


def _nameless(quad: ox.Quad) -> bool:
    return any(isinstance(part, ox.BlankNode) for part in (quad.subject, quad.object))


@pytest.fixture(scope="module")
def described(files: Files) -> ox.Store:
    """What the repository's ``dataset.ttl`` says."""
    store = ox.Store()
    store.load(files["dataset.ttl"], ox.RdfFormat.TURTLE)
    return store


class TestDataset:
    def value(self, described: ox.Store, whole: Project, name: str) -> str:
        found = list(described.quads_for_pattern(ox.NamedNode(dataset_iri(whole)), ox.NamedNode(name), None))
        assert len(found) == 1, name
        assert not isinstance(found[0].object, ox.Triple)
        return found[0].object.value

    def partitions(self, described: ox.Store, of: str, count: str) -> dict[str, int]:
        rows = described.query(f"SELECT ?of ?n {{ ?part <{VOID}{of}> ?of ; <{VOID}{count}> ?n }}")
        assert isinstance(rows, ox.QuerySolutions)
        return {r["of"].value: int(r["n"].value) for r in rows}

    def test_a_catalogue_can_list_it(self, files: Files, run: Run, tmp_path: Path, repository: Path) -> None:
        path = tmp_path / "dataset.ttl"
        check = ("validate", str(path), "--standalone", "--shapes", str(CASES / "dcat.ttl"))
        path.write_text(files["dataset.ttl"], "utf-8")
        code, out, err = run(*check)
        assert code == 0, out + err
        for lost in ("dcterms:license", "void:triples", "dcterms:title", "void:class ", "void:linkPredicate"):
            path.write_text(files["dataset.ttl"].replace(lost, "rdfs:seeAlso "), "utf-8")
            assert run(*check)[0] == 1, lost

    def test_it_counts_what_is_there(self, described: ox.Store, whole: Project, triples: list[ox.Quad]) -> None:
        things = "https://w3id.org/kzgraph/id/"
        counted = {
            "triples": len(triples),
            "properties": len({t.predicate for t in triples}),
            "classes": len({t.object for t in triples if t.predicate.value == RDF + "type"}),
            "distinctSubjects": len({t.subject for t in triples}),
            "distinctObjects": len({t.object for t in triples}),
            "entities": len({t.subject for t in triples if str(t.subject).startswith(f"<{things}")}),
        }
        assert counted["triples"] > 40_000
        assert {n: int(self.value(described, whole, VOID + n)) for n in counted} == counted

    def test_its_parts_are_those_of_the_graph(self, described: ox.Store, triples: list[ox.Quad]) -> None:
        kinds = {(t.subject, t.object) for t in triples if t.predicate.value == RDF + "type"}
        named = Counter(o.value for _, o in kinds if isinstance(o, ox.NamedNode))
        assert len(named) >= 120
        assert self.partitions(described, "class", "entities") == named
        used = Counter(t.predicate.value for t in triples)
        assert self.partitions(described, "property", "triples") == used

    def test_the_documents_are_named(self, described: ox.Store, whole: Project) -> None:
        found = described.quads_for_pattern(None, ox.NamedNode("http://www.w3.org/ns/prov#wasDerivedFrom"), None)
        assert sorted(str(q.object).rsplit("/", 1)[-1] for q in found) == [
            f"{name}>"
            for name in (
                *("ali-2023", "astana-times-titr-2025", "bayramov-2022", "brussels-morning-2023"),
                *("egamberdiyev-shaldarbekova-2023", "interfax-corridor-2024", "meduza-csto-2024"),
                *("news-az-kashagan-2025", "newscentralasia-ots-2023", "novaya-gazeta-europe-csto-2024"),
                *("trend-corridor-2024", "yagubova-2022"),
            )
        ]

    def test_it_agrees_with_the_citation_file(self, described: ox.Store, whole: Project) -> None:
        cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
        terms = "http://purl.org/dc/terms/"
        assert self.value(described, whole, terms + "title") == cited["title"]
        assert self.value(described, whole, DCAT + "version") == cited["version"]
        assert self.value(described, whole, terms + "issued") == str(cited["date-released"])
        assert self.value(described, whole, terms + "license").startswith("https://creativecommons.org/licenses/by/4.0")
        assert "CC-BY-4.0" in cited["license"]
        named = described.quads_for_pattern(None, ox.NamedNode("http://xmlns.com/foaf/0.1/name"), None)
        names = {q.object.value for q in named if isinstance(q.object, ox.Literal)}
        assert {a["name"] for a in cited["authors"]} <= names
        assert tomllib.loads((ROOT / "kzgraph.toml").read_text("utf-8"))["project"]["title"] == cited["title"]


def _first(store: ox.Store, query: str) -> list[ox.Literal]:
    """The literals of the first row of an answer; empty if there is none."""
    rows = store.query(query)
    assert isinstance(rows, ox.QuerySolutions)
    row = next(iter(rows), None)
    if row is None:
        return []
    found = [row[v] for v in rows.variables]
    assert all(isinstance(f, ox.Literal) for f in found), found
    return [f for f in found if isinstance(f, ox.Literal)]


class TestAlignment:
    def test_the_page_in_the_docs_is_not_stale(self, vocabulary: Vocabulary) -> None:
        page = (ROOT / "docs" / "alignment.md").read_text("utf-8")
        start = page.index("<!-- made by")
        assert page[start:] == tables(vocabulary), "put the output of `kzgraph docs --alignment` there"

    def test_every_relation_has_its_reason(self, vocabulary: Vocabulary) -> None:
        found = alignments(vocabulary)
        assert len(found) >= 140
        assert [(a.term, a.relation, a.other) for a in found if not a.reason] == []

    def test_every_reason_is_of_a_relation(self, vocabulary: Vocabulary) -> None:
        store = ox.Store()
        for path in sorted((ROOT / "ontology").glob("*.ttl")):
            store.bulk_load(path=path, format=ox.RdfFormat.TURTLE)
        pattern = (
            f"?a a <{OWL}Axiom> ; <{OWL}annotatedSource> ?s ; <{OWL}annotatedProperty> ?p ; "
            f"<{OWL}annotatedTarget> ?o ; <{RDFS}comment> ?why ."
        )
        (count,) = _first(store, f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}")
        assert int(count.value) == len(alignments(vocabulary))
        assert _first(store, f"SELECT ?s ?p ?o {{ {pattern} FILTER NOT EXISTS {{ ?s ?p ?o }} }}") == []

    def test_every_vocabulary_of_the_tables_is_explained(self, vocabulary: Vocabulary) -> None:
        page = (ROOT / "docs" / "alignment.md").read_text("utf-8")
        head = page[: page.index("## What the relations mean")]
        words = {"bibo": "BIBO", "frbr": "FRBR", "geo": "GeoSPARQL", "oa": "Web Annotation", "org": "ORG"}
        words |= {"prov": "PROV-O", "schema": "schema.org", "skos": "SKOS", "time": "OWL-Time", "wd": "Wikidata"}
        words |= {"qudt": "QUDT", "unit": "QUDT", "dcterms": "Dublin Core"}
        assert {a.vocabulary for a in alignments(vocabulary)} == set(words)
        assert all(f"| {w}" in head or f", {w} |" in head for w in words.values())


def test_a_shape_may_ask_anything(project: SmallProject) -> None:
    """Each constraint of SHACL core is put into words; what is not known is named."""
    asked = {
        "sh:minCount 2 ; sh:maxCount 4": "2 to 4",
        "sh:maxCount 0": "none",
        "sh:in ( kzo:State 5 )": "one of state and 5",
        "sh:hasValue kzo:State": "among them state",
        'sh:languageIn ( "en" "kk" )': "in en or kk",
        "sh:uniqueLang true": "one in each language",
        "sh:nodeKind sh:BlankNodeOrIRI": "a thing",
        'sh:pattern "^a"': "matches ^a",
        "sh:minLength 3": "of at least 3 characters",
        "sh:lessThan kzo:date": "less than date",
        "sh:not [ sh:class kzo:League ]": "not league",
        "sh:qualifiedValueShape [ sh:class kzo:State ] ; sh:qualifiedMinCount 1": "1 or more: state",
        "sh:xone ( [ sh:class kzo:State ] [ sh:class kzo:League ] )": "state or league",
        "sh:node [ sh:property [ sh:path kzo:date ; sh:minCount 1 ] ]": "date: 1 or more",
    }
    paths = {
        "[ sh:inversePath kzo:hasMember ]": "inverse of has member",
        "( kzo:hasMember kzo:date )": "has member / date",
        "[ sh:alternativePath ( kzo:hasMember kzo:date ) ]": "has member or date",
        "[ sh:oneOrMorePath kzo:partOf ]": "part of (one step or more)",
    }
    rules = [f'[ sh:path kzo:partOf ; {c} ; sh:message "m{n}"@en ]' for n, c in enumerate(asked)]
    rules += [f'[ sh:path {p} ; sh:message "p{n}"@en ]' for n, p in enumerate(paths)]
    (project.root / "shapes" / "all.ttl").write_text(
        PREFIXES + "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<https://example.org/Corridor> a sh:NodeShape ; sh:targetClass kzo:Corridor ;\n"
        f"    sh:property {' , '.join(rules)} .\n",
        "utf-8",
    )
    rows = re.findall(r"<tr class.*?</tr>", section(pages_of(project)["core.html"], "Corridor"), re.S)
    told = [Reader(r).text for r in rows]
    assert len(told) == len(asked) + len(paths)
    for number, words in enumerate(asked.values()):
        assert [t for t in told if t.endswith(f" m{number}") and words in t], words
    for number, words in enumerate(paths.values()):
        assert [t for t in told if t.endswith(f" p{number}") and t.startswith(words)], words


NUMBERS = st.from_regex(r"[+-]?[0-9.]{1,4}|true|1e3|0x1", fullmatch=True)
VALUES = st.one_of(
    st.tuples(NUMBERS, st.sampled_from(["integer", "decimal", "boolean", "gYear"]), st.just("")),
    st.tuples(st.text(st.characters(codec="utf-8")), st.just(""), st.sampled_from(["", "en"])),
    st.tuples(st.text(st.characters(codec="utf-8")), st.just("date"), st.just("")),
)


@given(VALUES)
def test_a_value_is_read_back_as_it_was_written(value: tuple[str, str, str]) -> None:
    text, kind, language = value
    term = Term("literal", text, XSD + kind if kind else "", language)
    (quad,) = ox.parse(f"@prefix xsd: <{XSD}> . <x:s> <x:p> {term.turtle({'xsd': XSD})} .", ox.RdfFormat.TURTLE)
    assert term_of(quad.object) == term


@pytest.mark.parametrize(
    ("text", "kind", "written"),
    [
        ("-5", "integer", "-5"),
        ("5.0", "integer", '"5.0"^^xsd:integer'),
        (".5", "decimal", ".5"),
        ("5.", "decimal", '"5."^^xsd:decimal'),
        ("true", "boolean", "true"),
        ("1", "boolean", '"1"^^xsd:boolean'),
        ("2022", "gYear", '"2022"^^xsd:gYear'),
    ],
)
def test_numbers_and_truth_values_need_no_quotation_marks(text: str, kind: str, written: str) -> None:
    assert Term("literal", text, XSD + kind).turtle({"xsd": XSD}) == written


def test_the_pages_are_made_by_templates_of_the_package(project: SmallProject, monkeypatch: pytest.MonkeyPatch) -> None:
    used = set()
    get_source = jinja2.PackageLoader.get_source

    def noted(self: jinja2.PackageLoader, environment: jinja2.Environment, template: str) -> Any:
        used.add(template)
        return get_source(self, environment, template)

    monkeypatch.setattr(jinja2.PackageLoader, "get_source", noted)
    pages_of(project)
    assert used == {p.name for p in (ROOT / "kzgraph" / "reference" / "templates").iterdir()}
    assert len(used) == 8
