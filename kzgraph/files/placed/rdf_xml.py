"""Where in a file of RDF/XML a statement stands (RDF 1.1 XML Syntax, section 7): line and column of its element.

Files reach this module after a parser has accepted them.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from xml.parsers import expat

from kzgraph.files.placed.text import Place, PlacedText, Statement, resolved
from kzgraph.namespaces import RDF

_XML = "http://www.w3.org/XML/1998/namespace"
_NO_STATEMENTS = {RDF + n for n in ("about", "ID", "nodeID", "resource", "parseType", "datatype", "bagID")}
_NODE, _PROPERTY, _VERBATIM = "node", "property", "verbatim"


@dataclass
class _Element:
    """An element that is open: a node, a property of a node, or what is no RDF."""

    kind: str
    base: str
    place: Place
    language: str
    subject: str
    """The node itself, or the node that has the property."""
    node_place: Place
    predicate: str = ""
    items: int = 0
    text: list[str] = field(default_factory=list)
    has_value: bool = False
    datatype: str = ""
    is_collection: bool = False


class RdfXmlText(PlacedText):
    """A text in RDF/XML with the places of its names and statements."""

    def __init__(self, text: str, base: str = "") -> None:
        super().__init__(text)
        self._open: list[_Element] = []
        self._blank = 0
        self._named: dict[str, str] = {}
        self._base = base
        self._language = ""
        self._parser = expat.ParserCreate("utf-8", " ")
        self._parser.namespace_prefixes = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        with suppress(expat.ExpatError, LookupError, ValueError):  # what stands before a fault stays
            self._parser.Parse(text.encode("utf-8", "replace"), True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        iri, written = _expanded(name)
        given = {_expanded(n)[0]: value for n, value in attributes.items()}
        outer = self._open[-1] if self._open else None
        base = resolved(outer.base if outer else self._base, given.pop(_XML + "base", ""))
        self._language = given.pop(_XML + "lang", outer.language if outer else "")
        place = Place(self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1, len(written) + 1)
        if outer is None and iri == RDF + "RDF":
            self._open.append(_Element(_VERBATIM, base, place, self._language, "", place))
        elif outer is None or outer.kind == _PROPERTY or (outer.kind == _VERBATIM and len(self._open) == 1):
            self._node(iri, written, given, base, place, outer)
        elif outer.kind == _NODE:
            self._property(iri, written, given, base, place, outer)
        else:
            self._open.append(_Element(_VERBATIM, base, place, self._language, "", place))

    def _node(
        self, iri: str, written: str, given: dict[str, str], base: str, place: Place, outer: _Element | None
    ) -> None:
        subject = self._reference(given, "about", base)
        if outer is not None and outer.kind == _PROPERTY:
            outer.has_value = True
            self._say(outer, outer.subject if outer.is_collection else subject, place)
        element = _Element(_NODE, base, place, self._language, subject, place)
        if not subject.startswith("_:"):
            self.names.append((subject, place, f"<{subject}>"))
        if iri != RDF + "Description":
            self._add(element, RDF + "type", iri, place)
            self.names.append((iri, place, written))
        self._attributes(element, given, place)
        self._open.append(element)

    def _property(
        self, iri: str, written: str, given: dict[str, str], base: str, place: Place, outer: _Element
    ) -> None:
        if iri == RDF + "li":
            outer.items += 1
            iri = f"{RDF}_{outer.items}"
        self.names.append((iri, place, written))
        element = _Element(_PROPERTY, base, place, self._language, outer.subject, outer.place, iri)
        element.datatype = resolved(base, given[RDF + "datatype"]) if RDF + "datatype" in given else ""
        kind = given.get(RDF + "parseType", "")
        is_node = any(n not in _NO_STATEMENTS and not n.startswith(_XML) for n in given)
        if kind == "Resource":
            element.kind, element.subject = _NODE, self._nameless()
            self._add(outer, iri, element.subject, place)
            element.node_place = place
        elif kind == "Collection":
            self._add(outer, iri, self._nameless(), place)
            element.is_collection = element.has_value = True
        elif kind:
            element.kind = _VERBATIM
        elif is_node or RDF + "resource" in given or RDF + "nodeID" in given:
            value = self._reference(given, "resource", base)
            element.has_value = True
            self._add(outer, iri, value, place)
            if not value.startswith("_:"):
                self.names.append((value, place, f"<{value}>"))
            self._attributes(_Element(_NODE, base, place, self._language, value, place), given, place)
        self._open.append(element)

    def _end(self, _: str) -> None:
        element = self._open.pop()
        if element.kind == _PROPERTY and not element.has_value:
            value = "".join(element.text)
            self._say(element, value, element.place)
            language = "" if element.datatype else element.language
            self.literals.append((value, element.datatype, language, element.place, f'"{value}"'))

    def _characters(self, text: str) -> None:
        if self._open and self._open[-1].kind == _PROPERTY:
            self._open[-1].text.append(text)

    def _say(self, element: _Element, value: str, place: Place) -> None:
        if not element.is_collection:
            told = Statement(element.subject, element.predicate, value, element.node_place, element.place, place)
            self.statements.append(told)

    def _add(self, element: _Element, predicate: str, value: str, place: Place) -> None:
        self.statements.append(Statement(element.subject, predicate, value, element.node_place, place, place))

    def _attributes(self, element: _Element, given: dict[str, str], place: Place) -> None:
        for name, value in given.items():
            if name not in _NO_STATEMENTS and not name.startswith(_XML):
                self._add(element, name, resolved(element.base, value) if name == RDF + "type" else value, place)
                if name != RDF + "type":
                    self.literals.append((value, "", element.language, place, f'"{value}"'))

    def _reference(self, given: dict[str, str], word: str, base: str) -> str:
        """The IRI or the blank node that the attributes of an element name."""
        if RDF + word in given:
            return resolved(base, given[RDF + word])
        if RDF + "ID" in given and word == "about":
            return resolved(base, "#" + given[RDF + "ID"])
        if RDF + "nodeID" in given:
            name = given[RDF + "nodeID"]
            if name not in self._named:
                self._named[name] = self._nameless()
            return self._named[name]
        return self._nameless()

    def _nameless(self) -> str:
        self._blank += 1
        return f"_:{self._blank}"


def _expanded(name: str) -> tuple[str, str]:
    """The IRI of a name as the parser gives it (namespace, local name, prefix), and how it is written."""
    parts = name.split(" ")
    if len(parts) == 3:
        return parts[0] + parts[1], f"{parts[2]}:{parts[1]}"
    return "".join(parts), parts[-1]
