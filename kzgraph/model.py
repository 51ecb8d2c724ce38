"""The words of the fact model that the tool itself needs: classes, properties and values of an ontology of cited facts.

Nothing else in the tool knows them. A project whose ontology has other words for the same ideas names them in
``kzgraph.toml``, all of a namespace at once or one by one::

    [model]
    namespace = "https://example.org/terms#"
    Fact = "https://example.org/terms#Statement"
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kzgraph.namespaces import KZO

_GROUPS = {
    "what a fact is, and what it rests on": """
        Fact Citation Document SourceDocument BackgroundSource WorkCitation LedgerEntry LedgerReason
        ReasonHeading ReasonRhetoric ReasonBoilerplate ReasonMethod ReasonTranslation about statedBy hasSpeaker gist
        isInferredFrom isPartOfFact paragraph lastParagraph locator passageDigest hasReason
        shortName fileName textDigest textLength
    """,
    "how firm it is, and when it was": """
        modality ModalityActual ModalityReported ModalityAssessed ModalityAgreed ModalityPlanned
        ModalityProposed ModalityConditional ModalityExpected rank RankNormal RankDeprecated date start end
        attestedOn dateBasis DateInferred dateAsStated
    """,
    "how facts stand to each other": """
        disagreesWith contradicts differsFrom agreesWith sameUtteranceAs followsUp carriesFurther succeeds stance
    """,
    "who states one value, and on what else it rests": """
        Attribution hasAttribution ofProperty ofValue statedIn basis usualBasis BasisSupplied BasisInferred
        BasisEditors
        MembershipFounding
        MembershipMember
    """,
    "names and codes": """
        Naming namesThing name Identification ofThing code codeScheme asStated Publication Quotation
    """,
    "figures and stakes": """
        Figure Stake value maximum share hasUnit UnitNumber UnitPercent UnitTimes hasMeasure ofSubject scope baseline
        hasCommodity
        fromActor toActor comparator ComparatorRange ComparatorAbout ComparatorAlmost ComparatorMoreThan
        ComparatorAtLeast ComparatorLessThan ComparatorUpTo ComparatorAverage hasHolder hasAsset
    """,
    "events, and what happens once": """
        Event form Outcome Signature Adoption Coverage StatusReport Membership OfficeHolding hasVisitor hasHost
        takesPlaceIn concerns inEvent atEvent partOfEvent isAfter ofInstrument hasSignatory hasAdopter
        ofAsset hasStatus StatusOpened StatusOperating StatusSuspended StatusEnded StatusPlanned StatusProposed
        StatusUnderDiscussion StatusUnderWay StatusUnderConstruction hasMember
        inOrganization membershipKind intoOrganization fromOrganization hasOffice birthDate
        outcomeKind inRole inOffice hasParticipant representing Affiliation Person Actor Plan Involvement Flow
        triggeredBy hasCause hasEffect causeText effectText
    """,
    "who does it, and to whom": """
        Claim Description CausalClaim Interest Gap Position Proposal Recommendation Decision
        proposedBy addressedTo decidedBy setBy obliges hasActor hasTarget hasDependent dependsOn affiliatedWith
    """,
    "the network of places": """
        Segment Node City CorridorPart order hasPart ofCorridor Location inPlace Connection ofSegment
        fromPlace toPlace viaPlace byMode latitude longitude State Sea Place Asset
    """,
    "how facts of a class are called": """
        labelPattern usualModality
    """,
    "documents as a bibliography lists them": """
        inDocument citesWork JournalArticle NewsArticle MagazineArticle PolicyBrief ThinkTankArticle MediaBody
        authorNames consulted ofDocument hasPublisher
    """,
}
WORDS = frozenset(word for group in _GROUPS.values() for word in group.split())
"""All words of the model that the tool knows."""


class Model:
    """The words as a project names them: ``model["about"]`` is an IRI."""

    def __init__(self, namespace: str = KZO, named: Mapping[str, str] | None = None) -> None:
        """The words of a namespace; those in ``named`` have IRIs of their own."""
        self._iris = {word: namespace + word for word in WORDS} | dict(named or {})
        self._words = {iri: word for word, iri in self._iris.items()}

    def __getitem__(self, word: str) -> str:
        """The IRI of a word; raises :class:`KeyError` for one that is not among ``WORDS``."""
        return self._iris[word]

    def word(self, iri: str) -> str:
        """The word that an IRI stands for; an empty text if it is none of the model's."""
        return self._words.get(iri, "")

    def spell(self, query: str) -> str:
        """A query of the tool's own with each ``<model|word>`` as the IRI of that word."""
        return _WORD.sub(lambda found: f"<{self[found[1]]}>", query)


_WORD = re.compile(r"<model\|(\w+)>")  # no IRI has a |, so that no name of a thing is taken for a word
SHIPPED = Model()
"""The words of the ontology that comes with the tool."""
