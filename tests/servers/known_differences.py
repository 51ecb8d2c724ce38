"""Stored queries that Fuseki 5.2 or Virtuoso 7.2.5 (Debian's, of 2018) do not answer as the standard says."""

from __future__ import annotations

CRASHES = "the server process dies (the query has a path with *; the cause was not looked into)"
REFUSES = "the server's SPARQL compiler fails on a query that is right"
UNBOUND = "other rows or cells; where looked at, an unbound variable made CONCAT, IF or COALESCE take another branch"
LETTERS = "CONCAT of letters beyond Latin-1 gives question marks, or an 'incomplete RDF box'"

_CRASHES = ["organisation_genealogy"]
_REFUSES = [
    "companies_and_deals", "corridor_agreements_of_state", "corridor_completeness", "cpc_shares",
    "internal_contradictions", "meeting_delegations", "office_holders_as_of", "oil_dependence",
    "person_names", "policy_recommendations", "power_investments", "recommendation_progress", "signed_documents",
    "source_conflicts",
    "zangezur_legal_basis",
]  # fmt: skip
_LETTERS = ["claim_sources", "declaration_clauses", "meeting_outcomes"]
_UNBOUND = [
    "alliance_cross_pressure", "bilateral_bodies", "btc_history", "citations_and_dates", "corridor_measures",
    "corridor_origin", "corridor_partners", "corridor_path", "corridor_segments", "diplomatic_timeline",
    "document_metadata", "energy_leverage", "freight_volumes", "gas_union_positions", "hydrocarbon_fields",
    "infrastructure_timeline", "memberships", "mutual_investment", "person_roles", "plans_and_targets",
    "plans_by_period", "presidential_visits", "repeated_statements", "routes_avoiding", "trade_missions",
    "trade_turnover", "traded_goods", "visit_documents",
]  # fmt: skip
FUSEKI = {
    "routes_avoiding": "keeps a route that the FILTER NOT EXISTS removes; Oxigraph and rdflib agree",
}
VIRTUOSO = {
    name: reason
    for names, reason in ((_CRASHES, CRASHES), (_REFUSES, REFUSES), (_LETTERS, LETTERS), (_UNBOUND, UNBOUND))
    for name in names
}
