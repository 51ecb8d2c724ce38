"""A project with the shipped ontology and shapes, a few things of its own, and an article that is made up."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kzgraph.files.documents import digest
from kzgraph.files.project import find_project
from kzgraph.stores.disk.cache import cache_folder
from kzgraph.stores.disk.snapshot import open_project
from tests.conftest import PREFIXES, ROOT, SmallProject

ARTICLE = """\
Freight on the Harbour Line grows

UTOPIA. 11 March 2024 (Port News) - Freight on the Harbour Line rose to 4.5 million tons last year, the port said.

"In 2022 the line carried about 1.7 million tons, and in 2023 it carried 62% more," said Thomas More, president of \
Utopia.
He will visit Ruritania on 5 June, and the two states plan a new port at Westhaven. The line carried grain. The line \
carried grain.
"""
THINGS = """\
kz:HarbourLine
    a kzo:Corridor ;
    rdfs:label "Harbour Line"@en ;
    skos:altLabel "Портовая линия"@ru .

kz:office-president-of-ruritania
    a kzo:Office ;
    rdfs:label "President of Ruritania"@en ;
    kzo:officeOf kz:Ruritania .

kz:Ruritania
    a kzo:State ;
    rdfs:label "Ruritania"@en ;
    skos:altLabel "Руритания"@ru ,
        "Land of the Elphberg"@en .

kz:ThomasMore
    a kzo:Person ;
    rdfs:label "Thomas More"@en ;
    skos:altLabel "More"@en .

kz:Utopia
    a kzo:State ;
    rdfs:label "Utopia"@en .

kz:Westhaven
    a kzo:City ;
    rdfs:label "Westhaven"@en .
"""
DOCUMENTS = f"""\
kz:port-news-2024
    a kzo:NewsArticle ;
    rdfs:label "Freight on the Harbour Line grows"@en ;
    kzo:shortName "Port News 2024"@en ;
    dcterms:issued "2024-03-11"^^xsd:date ;
    kzo:fileName "port-news-2024.txt" ;
    kzo:textDigest "{digest(ARTICLE)}" ;
    kzo:textLength {len(ARTICLE)} .

kz:port-news-2023
    a kzo:NewsArticle ;
    rdfs:label "The Harbour Line in numbers"@en ;
    kzo:shortName "Port News 2023"@en ;
    kzo:fileName "port-news-2023.txt" ;
    kzo:textDigest "{digest("-")}" ;
    kzo:textLength 100 .
"""
CITATION = f"""\
kz:port-news-2023_0-10
    a kzo:Citation ;
    oa:hasSource kz:port-news-2023 ;
    kzo:paragraph 1 ;
    oa:hasSelector [ a oa:TextPositionSelector ; oa:start 0 ; oa:end 10 ] ;
    kzo:passageDigest "{digest("The Harbou")}" .
"""
FIGURE = """\
kz:figure-freight-volume-harbour-line-2022
    a kzo:Figure ;
    rdfs:label "Freight on the Harbour Line in 2022: 1.9 million tonnes"@en ;
    kzo:modality kzo:ModalityActual ;
    kzo:hasMeasure kzo:MeasureFreightVolume ;
    kzo:ofSubject kz:HarbourLine ;
    kzo:value 1900000.0 ;
    kzo:hasUnit kzo:UnitTonne ;
    kzo:date "2022"^^xsd:gYear ;
    prov:wasDerivedFrom kz:port-news-2023_0-10 .
"""
HEAD = f"@prefix dcterms: <http://purl.org/dc/terms/> .\n{PREFIXES}"


@pytest.fixture(scope="session")
def _whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The project and its snapshot, made once."""
    folder = tmp_path_factory.mktemp("authors")
    root = folder / "project"
    for name in ("ontology", "shapes"):
        shutil.copytree(ROOT / name, root / name)
    (root / "queries").mkdir()
    shutil.copy(ROOT / "kzgraph.toml", root)
    files = {"actors/things": THINGS, "sources/documents": DOCUMENTS, "citations/port-news-2023": CITATION}
    for name, text in (files | {"figures/older": FIGURE}).items():
        path = root / "instances" / f"{name}.ttl"
        path.parent.mkdir(parents=True)
        path.write_text(HEAD + text, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KZGRAPH_CACHE", str(folder / "cache"))
        project = find_project(root)
        open_project(project)
        return root, cache_folder(project)


@pytest.fixture
def author(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, _whole: tuple[Path, Path]) -> SmallProject:
    """The project in a folder of its own, which is the working folder, compiled already; its article in ``texts``."""
    root = tmp_path / "project"
    shutil.copytree(_whole[0], root)
    monkeypatch.setenv("KZGRAPH_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("KZGRAPH_DOCUMENTS", raising=False)
    monkeypatch.chdir(root)
    shutil.copytree(_whole[1], cache_folder(find_project(root)))
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "port-news-2024.txt").write_text(ARTICLE, "utf-8", newline="")
    monkeypatch.setenv("KZGRAPH_DOCUMENTS", str(tmp_path / "texts"))
    return SmallProject(root)
