"""The table of all codes of findings; :mod:`.codes` says how it is read."""

from __future__ import annotations

TABLE = """
# syntax

not-utf-8 (violation)
The file is in another encoding than UTF-8.
> Save it as UTF-8.

byte-order-mark (warning)
The file begins with a byte order mark, which some tools read as a character.
> Save it as UTF-8 without BOM.

line-ends (info)
Lines end in CR LF, as on Windows; the files of a project end them in LF.
> Save it with LF.

tab (info)
A line is indented by a tab.
> Indent with four spaces.

syntax-error (violation)
The Turtle does not parse here. The message says what was expected; the check goes on behind it.
> Write what was expected.
    kz:Baku a kzo:City
        rdfs:label "Baku"@en .

unknown-prefix (violation)
A prefix is used that the file does not declare.
> Declare it at the top of the file, or correct it.
    kzz:Baku a kzo:City .

bad-iri (violation)
What stands between < and > is no IRI.
> Write the whole address, without spaces.
    kz:Baku rdfs:seeAlso <example.org/a page> .

bad-language-tag (violation)
A text has a language tag that is none.
> Write the two letters of ISO 639-1: @en, @ru, @kk, @az, @tr.
    kz:Baku rdfs:label "Баку"@rus .

bad-literal (violation)
A value is not written as its datatype asks.
> Write it as the hint shows, or give it another datatype.
    kz:x kzo:date "2024-13-45"^^xsd:date .

unknown-datatype (violation)
A datatype of XML Schema does not exist.
> Write one that exists.
    kz:x kzo:date "2024"^^xsd:year .

empty-file (violation)
A file says nothing.
> Describe a thing in it, or remove it.

unread-file (warning)
A file in ontology/, instances/ or shapes/ is passed over, because its name does not end as that of an RDF file.
> Rename it, or move it elsewhere.

nothing-to-check (violation)
A folder, a pattern or the project holds no Turtle file, so that nothing was checked.
> Name a file, folder or pattern that has Turtle files.

# vocabulary

unused-prefix (info)
A prefix is declared and never used.
> Remove its line.

unknown-term (violation)
A class, property or individual of a known namespace does not exist.
> Correct the name; did-you-mean names the nearest.
    kz:v kzo:hasVisitr kz:IlhamAliyev .

undescribed-thing (violation)
A thing is named that no file describes.
> Correct the name, or describe the thing.
    kz:v kzo:hasVisitor kz:IlhamAlyev .

deprecated-term (warning)
A term of the ontology is deprecated.
> Use its replacement.

described-twice (violation)
A thing is described in two places.
> Describe it in one; give another thing another name.

same-label (violation)
Two things of one class have the same label.
> Use the one that is there, or give them different labels.

same-code (violation)
Two things have the same code of one scheme.
> Correct the code, or use the thing that has it.

possible-duplicate (warning)
A thing is perhaps another one: the names differ by a slip of the pen, or two facts say the same from the same
passage.
> Use the one that is there, if it is the same.

wrong-kind (violation)
A property stands on a thing, or takes a value, of another kind than the ontology says.
> Use another property, or name the thing that you mean.
    kz:Kazakhstan kzo:hasVisitor kz:Baku .

derived-property (violation)
An edge that the ontology derives from facts is written by hand.
> Describe the fact, with its citation.
    kz:Kazakhstan kzo:memberOf kz:OTS .

# shapes

shape-NAME (violation)
A thing breaks the shape NAME of shapes/. The message is the shape's own; for a shape without a name the code ends
in the constraint component, such as shape-MinCount.
> Do what the message says.

nothing-targeted (warning)
No shape is for anything that the files describe.
> Give the things a class of the ontology.

empty-target (warning)
A shape is for nothing that the project describes.
> Describe such a thing, or remove the shape.

unknown-shape-term (violation)
A shape speaks of a class or property that the ontology lacks, and so checks nothing.
> Correct the name.

broken-shapes (violation)
A part of a shape breaks SHACL's rules for shapes, and is left out; the rest is checked.
> Write it as the message says.
    sh:property [ sh:path kzo:share ; sh:minCount "1" ] .

unknown-shacl-term (violation)
A word of the namespace of SHACL does not exist, so that nothing is asked by it.
> Correct it; did-you-mean names the nearest.
    sh:property [ sh:path kzo:share ; sh:mincount 1 ] .

not-carried-out (violation)
A part of a shape is right, or may be, and is not carried out: SHACL-JS, node expressions, SHACL 1.2, a circle through a
negation, or a pattern that takes too long.
> Say it in SHACL Core or SPARQL.

unused-shape-part (warning)
A part of a shape does nothing where it stands.
> Add what it needs, or remove it.
    sh:property [ sh:path kzo:share ; sh:flags "i" ] .

# facts

uncited-fact (violation)
A fact has no citation.
> Add prov:wasDerivedFrom; `kzgraph cite` prints a citation.

no-english-label (violation)
A thing has labels, and none in English.
> Add rdfs:label "…"@en.

no-citation (violation)
A fact is derived from a thing that is no citation.
> Make a citation with `kzgraph cite`.

end-before-start (violation)
Something ends before it starts.
> Swap or correct the dates.

before-birth (violation)
An office is held before its holder was born.
> Correct a date, or name another person.

outside-event (violation)
A signature, participation or part of an event is dated before the event began or after it ended.
> Correct a date, or name another event.

shares-above-100 (violation)
The shares in one asset add up to more than 100 %.
> Correct a share, give each its time, or mark parts of a total with kzo:isPartOfFact.

segments-apart (violation)
Two parts that follow each other in a corridor do not meet.
> Correct kzo:order, or the ends of a connection.

empty-range (violation)
A passage ends before it starts.
> Make the citation again with `kzgraph cite`.

outside-text (violation)
A passage lies outside its document.
> Make the citation again with `kzgraph cite`.

range-unlike-name (violation)
A citation is named after another range than it has.
> Make the citation again with `kzgraph cite`.

wrong-digest (violation)
The words of a passage do not match its digest (checked with --documents only).
> Make the citation again with `kzgraph cite`.

wrong-paragraph (violation)
A passage is in another paragraph (checked with --documents only).
> Write the paragraph that the hint names.

# logic

inconsistent (violation)
Some statements cannot all be true in OWL: HermiT found it, and the finding names the smallest such set.
> Take one of them back: the one that is wrong.
    kz:Baku a kzo:City , kzo:Person .

empty-class (violation)
By what the ontology says a class can have no things.
> Take back one of the statements that are named.

passed-over (warning)
The reasoner passes a statement over, because its property or class is not declared; or a whole file, because it does
not parse. A violation where that file is not among the checked ones: then the logic was not checked at all.
> Declare the term in ontology/, or use one that is there; fix the syntax of the file.
    kz:Baku <urn:example:twinnedWith> kz:Tbilisi .

# profile

profile-undeclared (violation)
A class or property is used and declared nowhere, so that a reasoner passes the statement over.
> Declare it in ontology/, or use a term that is there.

profile-punning (violation)
A term is declared as two things that OWL 2 DL keeps apart: class and datatype, or two kinds of property.
> Make two terms of it.

profile-datatype (violation)
A datatype is not in the datatype map of OWL 2. Values that are dates are let pass: a reasoner gets them as texts.
> Take a datatype of the map, or leave the range to a shape.

profile-value (violation)
A data property is used as an object property, or the other way round.
> Write the value, or the axiom, that the property takes.

profile-not-simple (violation)
A property that a chain or transitivity makes is functional, irreflexive, asymmetric, disjoint, counted or reflexive by
owl:hasSelf, which OWL 2 DL allows for simple properties alone.
> Say it of a simple property below it.

profile-irregular (violation)
A property follows from a chain in which it takes part itself, other than as its first or last link.
> Break the circle with another property.

profile-reserved (violation)
A word of RDF, RDFS, OWL or XML Schema is used as a class, or something is said of one.
> Say it of a term of your own.

profile-malformed (violation)
A restriction or a list is not written as OWL 2 has it.
> Give a restriction one owl:onProperty and one filler, and a list one first and one rest each.

profile-annotation (violation)
Logic is said of an annotation property.
> Make it an object or data property, or take the axiom back.

# sources

incomplete-document (violation)
A document has no file name or digest, so that nothing can be checked against it.
> Add kzo:fileName and kzo:textDigest.

missing-document (violation)
The text of a document is not in the folder.
> Put it there.

wrong-text (violation)
A file is another text than the one that the graph cites.
> Get the text that was cited.

wrong-length (violation)
A text has another length than the graph says.
> Correct kzo:textLength.

no-document (violation)
A citation names no document of the graph.
> Add oa:hasSource.

no-text (violation)
A citation has a range in a document that has no text.
> Use kzo:locator.

no-range (violation)
A citation does not say where the passage stands.
> Make it again with `kzgraph cite`, or add kzo:locator.

several-ranges (violation)
A citation has more than one document, paragraph, range or digest.
> Make it two citations.

same-range (violation)
Two citations have the same range.
> Keep one.

unused-citation (warning)
A citation supports nothing.
> Cite it from a fact, or remove it.

no-reason (violation)
A ledger entry does not say why its passage asserts no fact.
> Add kzo:hasReason.

open-sentence (violation)
A sentence of a document supports no fact and is not in the ledger.
> Cite it, or enter it with `kzgraph sources ledger`.

nothing-checked (violation)
No citation was compared with a text.
> Give the folder of the texts.

# queries

no-queries (warning)
The project has no stored queries.
> Write one.

query-fails (violation)
A stored query cannot be read or asked.
> Fix it as the message says.

query-caution (violation)
A stored query names a term that does not exist, or cannot give an answer.
> Correct the term.

query-header (violation)
The header of a stored query lacks a key.
> Write the key.

query-column (violation)
The header names a column that the query lacks.
> Correct the name.

query-parameter (violation)
A parameter does not occur in the query.
> Use it, or remove it.

query-rows (violation)
A stored query gives fewer rows than it promises.
> Fix the query, or its promise.

query-sources (violation)
Rows of a stored query have no source.
> Return the fact as a column.

# checks

stage-failed (violation)
A stage of the gate could not run; formats for machines report that as a finding.
> Fix what the message names.

no-checks (warning)
The folder of check queries is empty.
> Write one, or take the folder away to use those that came with the tool.

check-fails (violation)
A check query cannot be read or asked.
> Fix it as the message says.

check-unknown-term (violation)
A check query names a term that does not exist, so that it would find nothing.
> Correct the term.

check-saw-nothing (warning)
Check queries had nothing to look at.
> Say rdfs:isDefinedBy of the project's terms, or fix the `subjects` of the check query.
"""
