"""The ontology: modules, declarations, alignment, and whether it is true of the instances; its form: queries/checks."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest

from kzgraph.namespaces import KZO, OWL, PREFIXES, RDF, RDFS, shorten

ROOT = Path(__file__).resolve().parents[1]
MODULE = "https://w3id.org/kzgraph/module/"
WIKIDATA = "http://www.wikidata.org/entity/"
MODULES = sorted(p.stem for p in (ROOT / "ontology").glob("*.ttl"))
KINDS = {OWL + n: n for n in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")}
BUILT_IN = (RDF, RDFS, OWL, PREFIXES["xsd"])
HEAD = "".join(f"PREFIX {p}: <{iri}>\n" for p, iri in PREFIXES.items())


def loaded(*folders: str) -> ox.Store:
    store = ox.Store()
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.ttl")):
            store.bulk_load(path=path, format=ox.RdfFormat.TURTLE)
    return store


@pytest.fixture(scope="module")
def terms() -> ox.Store:
    return loaded("ontology")


@pytest.fixture(scope="module")
def project() -> ox.Store:
    return loaded("ontology", "instances")


def rows(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    """The answers of a query as CURIEs and texts."""
    found = store.query(HEAD + query)
    assert isinstance(found, ox.QuerySolutions)
    return [tuple(shown(cell) for cell in row) for row in found]


def shown(cell: object) -> str:
    if isinstance(cell, ox.NamedNode):
        return shorten(cell.value)
    return cell.value if isinstance(cell, ox.Literal) else str(cell or "")


OWN = f'?term rdfs:isDefinedBy ?module . FILTER (STRSTARTS(STR(?term), "{KZO}"))'


class TestHeaders:
    @pytest.mark.parametrize("module", MODULES)
    def test_a_header_is_complete(self, module: str) -> None:
        store = ox.Store()
        store.bulk_load(path=ROOT / "ontology" / f"{module}.ttl", format=ox.RdfFormat.TURTLE)
        ((head,),) = rows(store, "SELECT ?o { ?o a owl:Ontology }")
        assert head == f"<{MODULE}{module}>"
        for item in ("dcterms:title", "dcterms:description", "dcterms:creator", "dcterms:license", "owl:versionIRI"):
            assert len(rows(store, f"SELECT ?v {{ {head} {item} ?v }}")) == 1, item
        ((version, iri),) = rows(store, f"SELECT ?v ?i {{ {head} owl:versionInfo ?v ; owl:versionIRI ?i }}")
        assert iri == f"<{MODULE}{module}/{version}>"
        assert (module == "external") is not bool(rows(store, f"SELECT ?m {{ {head} owl:imports ?m }}"))

    def test_the_root_imports_every_module(self, terms: ox.Store) -> None:
        found = {m for (m,) in rows(terms, f"SELECT ?m {{ <{MODULE}kzgraph> owl:imports ?m }}")}
        assert found == {f"<{MODULE}{m}>" for m in MODULES if m != "kzgraph"}
        assert len(found) == 10

    def test_a_module_imports_what_it_uses(self) -> None:
        home: dict[object, str] = {}
        used: dict[str, set[object]] = defaultdict(set)
        imports: dict[str, set[str]] = defaultdict(set)
        for module in MODULES:
            for quad in ox.parse(path=ROOT / "ontology" / f"{module}.ttl", format=ox.RdfFormat.TURTLE):
                if quad.predicate.value == RDFS + "isDefinedBy":
                    home[quad.subject] = module
                elif quad.predicate.value == OWL + "imports" and isinstance(quad.object, ox.NamedNode):
                    imports[module].add(quad.object.value.removeprefix(MODULE))
                used[module] |= {quad.subject, quad.object}

        def reached(module: str) -> set[str]:
            return {module}.union(*(reached(m) for m in imports[module]))

        for module in MODULES:
            strange = {str(t) for t in used[module] if home.get(t, module) not in reached(module)}
            assert not strange, module

    def test_a_term_stands_in_the_module_that_defines_it(self) -> None:
        for module in MODULES:
            for quad in ox.parse(path=ROOT / "ontology" / f"{module}.ttl", format=ox.RdfFormat.TURTLE):
                if quad.predicate.value == RDFS + "isDefinedBy":
                    assert quad.object == ox.NamedNode(MODULE + module), str(quad.subject)


class TestTerms:
    def test_their_number(self, terms: ox.Store) -> None:
        counts = Counter(k for (k,) in rows(terms, f"SELECT ?kind {{ ?term a ?kind . {OWN} }}"))
        assert counts["owl:Class"] >= 122
        assert counts["owl:ObjectProperty"] >= 91
        assert counts["owl:DatatypeProperty"] >= 32
        assert len(rows(terms, f"SELECT DISTINCT ?term {{ {OWN} }}")) >= 365

    def test_examples_stand_where_a_reader_could_go_wrong(self, terms: ox.Store) -> None:
        found = rows(terms, f"SELECT ?term ?text {{ {OWN} ?term skos:example ?text }}")
        assert len(found) >= 50
        assert sum("Negative example:" in text for _, text in found) >= 40


class TestProfile:
    """OWL 2 DL: what is used is declared, as one kind of thing, with datatypes of the standard's map."""

    def declared(self, store: ox.Store) -> dict[str, set[str]]:
        found = defaultdict(set)
        for quad in store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), None):
            if isinstance(quad.object, ox.NamedNode) and quad.object.value in KINDS:
                found[shown(quad.subject)].add(KINDS[quad.object.value])
        return found

    def test_every_predicate_is_declared(self, project: ox.Store) -> None:
        declared = self.declared(project)
        used = {q.predicate for q in project if not q.predicate.value.startswith(BUILT_IN)}
        assert len(used) >= 120
        assert not {shown(p) for p in used if not any("Property" in k for k in declared[shown(p)])}

    def test_every_class_is_declared(self, project: ox.Store) -> None:
        declared = self.declared(project)
        used = self.objects(project, RDF + "type")
        used |= {o for p in ("subClassOf", "domain", "range") for o in self.objects(project, RDFS + p)}
        named = {shown(t) for t in used if isinstance(t, ox.NamedNode) and not t.value.startswith(BUILT_IN)}
        assert len(named) >= 110
        properties = {shown(q.subject) for q in project.quads_for_pattern(None, ox.NamedNode(RDFS + "domain"), None)}
        assert not {n for n in named if "Class" not in declared[n]} - properties

    def objects(self, store: ox.Store, predicate: str) -> set[object]:
        return {q.object for q in store.quads_for_pattern(None, ox.NamedNode(predicate), None)}

    def test_nothing_is_declared_twice(self, project: ox.Store) -> None:
        assert {t: k for t, k in self.declared(project).items() if len(k) > 1} == {}

    def test_no_class_or_property_is_an_individual(self, project: ox.Store) -> None:
        query = """SELECT ?term ?kind { ?term a owl:%s , ?kind
            FILTER (!STRSTARTS(STR(?kind), STR(owl:))) }"""
        for name in KINDS.values():
            assert rows(project, query % name) == []

    def test_properties_take_what_they_are_declared_for(self, project: ox.Store) -> None:
        query = "SELECT ?p { { ?p a owl:%s } ?s ?p ?o FILTER (%s) } LIMIT 5"
        assert rows(project, query % ("ObjectProperty", "ISLITERAL(?o)")) == []
        assert rows(project, query % ("DatatypeProperty", "!ISLITERAL(?o)")) == []

    def test_datatypes_are_those_of_the_standard(self, terms: ox.Store) -> None:
        query = "SELECT DISTINCT ?d { ?p a owl:DatatypeProperty ; rdfs:range ?d }"
        known = {
            "xsd:boolean",
            "xsd:decimal",
            "xsd:integer",
            "xsd:nonNegativeInteger",
            "xsd:string",
            "rdf:PlainLiteral",
        }
        assert {d for (d,) in rows(terms, query)} == known

    def test_what_is_derived_by_a_chain_bears_no_restriction(self, terms: ox.Store) -> None:
        """A property with a chain is not simple: it may be neither functional nor disjoint nor counted."""
        query = "SELECT ?p { ?p owl:propertyChainAxiom ?c ; a ?kind FILTER (?kind IN (%s)) }"
        kinds = "owl:FunctionalProperty, owl:IrreflexiveProperty, owl:AsymmetricProperty"
        assert rows(terms, query % kinds) == []
        assert len(rows(terms, "SELECT DISTINCT ?p { ?p owl:propertyChainAxiom ?c }")) >= 10


class TestLogic:
    def test_what_is_held_apart(self, terms: ox.Store) -> None:
        assert len(rows(terms, "SELECT ?d { ?d a owl:AllDisjointClasses }")) >= 21
        assert len(rows(terms, "SELECT ?d { ?d a owl:AllDifferent }")) >= 13
        members = "SELECT ?c { ?d a owl:AllDisjointClasses ; owl:members/rdf:rest*/rdf:first ?c }"
        assert len(set(rows(terms, members))) >= 92

    @pytest.mark.slow
    def test_a_list_of_values_is_whole(self, terms: ox.Store) -> None:
        """Every value of a class of which the values are held apart is in the list."""
        query = """SELECT ?class ?value {
            { SELECT DISTINCT ?class { ?all owl:distinctMembers/rdf:first ?one . ?one a ?class } }
            ?value a ?class .
            FILTER NOT EXISTS { ?d a owl:AllDifferent ; owl:distinctMembers/rdf:rest*/rdf:first ?value } }"""
        assert rows(terms, query) == []

    def test_its_strength(self, terms: ox.Store) -> None:
        counts = Counter(k for (k,) in rows(terms, "SELECT ?kind { ?p a ?kind }"))
        assert counts["owl:FunctionalProperty"] >= 46
        assert counts["owl:IrreflexiveProperty"] >= 7
        assert counts["owl:AsymmetricProperty"] >= 3
        assert counts["owl:Restriction"] >= 60

    def test_ends_are_stated_or_there_is_a_reason(self, terms: ox.Store) -> None:
        """Every relation says from what it goes; to what, unless it may go to anything or follows from a chain."""
        query = "SELECT ?p { ?p a owl:ObjectProperty ; rdfs:isDefinedBy ?m FILTER NOT EXISTS { ?p rdfs:%s ?c } %s }"
        assert rows(terms, query % ("domain", "")) == [("kzo:locatedIn",)]  # whatever a location is of
        no_chain = "FILTER NOT EXISTS { ?p owl:propertyChainAxiom ?c }"
        to_anything = (
            "about concerns hasAsset hasCause hasEffect hasParty hasTarget namesThing ofAsset ofSubject ofThing setBy"
        )
        found = {p.removeprefix("kzo:") for (p,) in rows(terms, query % ("range", no_chain))}
        assert found == {*to_anything.split(), "setBy", "triggeredBy"}

    @pytest.mark.slow
    @pytest.mark.parametrize(("end", "node"), [("domain", "?s"), ("range", "?o")])
    def test_domains_and_ranges_are_true(self, project: ox.Store, end: str, node: str) -> None:
        """Without inference from them: who breaks one has another class, or none. Nameless nodes get theirs by them."""
        query = f"""SELECT ?p ?s ?o {{
            ?p rdfs:{end} ?class FILTER (ISIRI(?class) && STRSTARTS(STR(?class), "{KZO}"))
            ?s ?p ?o FILTER NOT EXISTS {{ {node} a/rdfs:subClassOf* ?class }}
            FILTER (!ISBLANK({node})) }}"""
        assert rows(project, query) == []
        stated = rows(project, f'SELECT ?p {{ ?p rdfs:{end} ?c FILTER (STRSTARTS(STR(?c), "{KZO}")) }}')
        assert len(stated) >= {"domain": 100, "range": 50}[end]

    def test_functional_properties_have_one_value(self, project: ox.Store) -> None:
        query = "SELECT ?p ?s { ?p a owl:FunctionalProperty . ?s ?p ?a , ?b FILTER (?a != ?b) }"
        assert rows(project, query) == []

    @pytest.mark.parametrize(
        ("one", "other", "kind"),
        [
            ("hasMember", "inOrganization", "Membership"),
            ("hasHolder", "hasOffice", "OfficeHolding"),
            ("hasHolder", "hasAsset", "Stake"),
            ("hasActor", "affiliatedWith", "Affiliation"),
            ("hasActor", "hasAsset", "Involvement"),
            ("ofInstrument", "hasSignatory", "Signature"),
            ("hasParticipant", "inEvent", "Participation"),
            ("hasPart", "ofCorridor", "CorridorPart"),
            ("ofThing", "inPlace", "Location"),
            ("ofSegment", "fromPlace", "Connection"),
            ("ofSegment", "toPlace", "Connection"),
        ],
    )
    def test_a_chain_runs_through_one_kind_of_fact(self, project: ox.Store, one: str, other: str, kind: str) -> None:
        """A derived edge is what its definition says only if both links stand on a fact of that kind.

        Edges are derived from facts with a rank alone (`kzo:viaHoldingFact`).
        """
        links = f"?fact kzo:{one} ?a ; kzo:{other} ?b ; kzo:rank ?rank ; a ?kind"
        through = rows(project, f"SELECT DISTINCT ?kind {{ {links} }}")
        assert through == [(f"kzo:{kind}",)]
        assert rows(project, f"SELECT ?p {{ ?p owl:propertyChainAxiom/rdf:first/owl:inverseOf kzo:{one} }}")


class TestAlignment:
    def test_its_extent(self, terms: ox.Store) -> None:
        query = """SELECT DISTINCT ?other { ?term rdfs:isDefinedBy ?m ; ?how ?other
            FILTER (?how IN (rdfs:subClassOf, rdfs:subPropertyOf, skos:exactMatch, skos:closeMatch, skos:relatedMatch))
            FILTER (ISIRI(?other) && !STRSTARTS(STR(?other), STR(kzo:))) }"""
        found = [o for (o,) in rows(terms, query)]
        counts = Counter("wd" if WIKIDATA in o else o.partition(":")[0] for o in found)
        assert {"geo", "oa", "org", "prov", "schema", "skos", "wd"} <= set(counts)
        assert counts["wd"] >= 30
        assert counts["schema"] >= 15
        assert counts["prov"] >= 5

    def test_mappings_are_annotations(self, terms: ox.Store) -> None:
        for name in ("exactMatch", "closeMatch", "relatedMatch"):
            assert rows(terms, f"SELECT ?kind {{ skos:{name} a ?kind }}") == [("owl:AnnotationProperty",)]
