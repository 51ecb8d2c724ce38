"""The text of SPARQL queries: its tokens, the read-only guard, and parameters put in as terms.

Tokens follow the terminals of SPARQL 1.1 Query Language, section 19.8. A parameter is a plain variable of the
query; :func:`bind` replaces its every occurrence by one RDF term, token by token, so that no value can change
the structure of the query and every store receives the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from kzgraph.errors import ParameterError, RefusedError
from kzgraph.files.tokens import _FORMS, Token, refuse_deep, tokens

_REFUSED_SERVICE = (
    "SERVICE sends a part of the query to another server, which is never done",
    "load the other server's data into the project or store, and query it there",
)
_REPLACED = 50  # variables in a row that may have become terms
_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}


def variables(query: str) -> set[str]:
    """The names of all variables of a query."""
    return {t.text[1:] for t in tokens(query) if t.kind == "variable"}


def projection(query: str) -> list[str]:
    """The names of the variables that the outermost SELECT returns, in order; empty for ``*`` and other forms."""
    names: list[str] = []
    seen, after_as, depth = False, False, 0
    for token in tokens(query):
        if not seen:
            if token.word in _FORMS - {"SELECT"}:
                return []
            seen = token.word == "SELECT"
        elif depth == 0 and (token.text == "{" or token.word in {"WHERE", "FROM"}):
            break
        elif token.kind == "variable" and (depth == 0 or after_as):
            names.append(token.text[1:])
        if seen:
            depth += {"(": 1, ")": -1}.get(token.text, 0)
        after_as = token.word == "AS"
    return names


def refuse_unsafe(query: str, place: str = "") -> None:
    """Raises :class:`RefusedError` if a query would change data or reach another place.

    Raises :class:`SyntaxProblem` for one that is nested so deeply that it would end the process that asks it.

    Only the four query forms of SPARQL 1.1 Query pass, without SERVICE (SPARQL 1.1 Federated Query). Parsers accept
    keywords that nothing separates from their neighbours, and read ``<`` by its context, so the word is also refused
    where only one way of reading the text makes it a keyword.
    """
    stream = list(tokens(query))
    refuse_deep(stream, query, place)
    compared = {id(token) for token in _possible_comparisons(stream)}
    mentioned = "SERVICE" in query.upper()
    for number, token in enumerate(stream):
        refusal: tuple[str, str] | None = None
        if "SERVICE" in token.word or _is_glued_service(stream, number):
            refusal = _REFUSED_SERVICE
        elif token.word in _UPDATES:
            told = f"{token.word} is an update, and queries are read-only"
            refusal = told, "edit the files and run `kzgraph load`"
        elif token.text == "\\" or (mentioned and token.kind == "string" and "\\U" in token.text.upper()):
            told = "an escaped character might be read as a part of the query itself"
            refusal = told, "write the character instead of its code"
        elif mentioned and id(token) in compared and not {"#", ")"}.isdisjoint(token.text):
            told = f"{token.text} might be read as a comparison, and what follows as SERVICE"
            refusal = told, "write a space after < where it compares, and a comma before an IRI"
        if refusal:
            line = _line(query, token.start)
            raise RefusedError(refusal[0], place=f"{place}:{line}" if place else f"line {line}", hint=refusal[1])


def _is_glued_service(stream: list[Token], number: int) -> bool:
    """Whether a prefixed name such as ``service:x`` stands where a parser may read ``SERVICE :x``."""
    token = stream[number]
    if token.kind != "pname" or "SERVICE" not in token.text.partition(":")[0].upper():
        return False
    following = stream[number + 1 : number + 2]
    is_graph = number > 0 and stream[number - 1].word == "GRAPH"
    return not is_graph and any(f.text == "{" for f in following)


def _possible_comparisons(stream: list[Token]) -> Iterator[Token]:
    """The tokens read as IRIs that follow a value in round brackets, where ``<`` may compare: ``(?a<?b&&?c>?d)``."""
    brackets: list[str] = []
    before = ""
    for token in stream:
        if token.kind == "iri" and before == "value" and brackets[-1:] == ["("]:
            yield token
        if token.kind == "mark" and token.text in "([{":
            brackets.append(token.text)
        elif token.kind == "mark" and token.text in ")]}":
            del brackets[-1:]
        is_value = token.kind not in {"mark", "word"} or token.text in ")}" or token.word.endswith(("TRUE", "FALSE"))
        before = "value" if is_value else ""


def values_of(query: str) -> dict[str, str]:
    """The value that the text of a query gives a variable by ``VALUES ?name { value }``, as it stands there.

    Only blocks with one variable and one value are looked at; they are defaults of parameters.
    """
    return {name: value for name, (value, _, _) in _values_blocks(query).items()}


def without_values(query: str, names: Iterable[str]) -> str:
    """The query without the blocks ``VALUES ?name { value }`` of some variables, the lines of the rest unchanged."""
    blocks = _values_blocks(query)
    for _, start, end in sorted((blocks[n] for n in names if n in blocks), key=lambda b: -b[1]):
        query = query[:start] + query[end:]
    return query


def _values_blocks(query: str) -> dict[str, tuple[str, int, int]]:
    """The value of each block with one variable and one value, and where the block starts and ends."""
    found: dict[str, tuple[str, int, int]] = {}
    stream = list(tokens(query))
    for n, token in enumerate(stream):
        block = stream[n : n + 7]
        if token.word != "VALUES" or len(block) < 5 or block[1].kind != "variable" or block[2].text != "{":
            continue
        last = next((b for b in block[4:] if b.text == "}"), None)
        if last is not None:
            words = block[3 : block.index(last)]
            text = query[words[0].start : last.start].strip()
            value = text[1 : text.rindex(text[0])] if words[0].kind == "string" else text.strip("<>")
            found.setdefault(block[1].text[1:], (value, token.start, last.start + 1))
    return found


def bind(query: str, terms: Mapping[str, str]) -> str:
    """The query with each variable of ``terms`` replaced by its term, in every position.

    ``terms`` maps variable names to terms made by :func:`iri_term` or :func:`literal_term`. A projected variable
    becomes ``(term AS ?name)``, so the columns stay. Raises :class:`ParameterError` where the query itself
    assigns the variable, by ``AS`` or ``VALUES``.
    """
    stream = list(tokens(query))
    _refuse_hidden(stream, terms)
    added = _minus_bindings(stream, terms)
    out: list[str] = []
    end = position = 0
    while position < len(stream):
        token, width, text = stream[position], 1, ""
        if token.word == "BOUND" and _bound_name(stream, position) in terms:
            width, text = 4, "true"
        elif token.kind == "variable" and token.text[1:] in terms:
            text = _replacement(stream, position, token.text[1:], terms[token.text[1:]])
        if text or position in added:
            last = stream[position + width - 1]
            out += [query[end : token.start], added.get(position, ""), _spaced(query, token, last, text or token.text)]
            end = last.start + len(last.text)
        position += width
    return "".join(out) + query[end:]


def own_column(own: str, sent: str, column: int) -> int:
    """The column in a line of a query where a column of the line that was sent stands, both counted from 1.

    The sent line has declarations of prefixes in front, and terms where the own one has variables. Both are gone
    through once, side by side, so that the time is that of reading them.
    """
    stream = list(tokens(own))
    at, shift = 0, 0
    for token in tokens(sent):
        if token.start >= column:
            break
        ahead = at
        while ahead < min(len(stream), at + _REPLACED) and stream[ahead].text != token.text:
            if stream[ahead].word == "VALUES":  # of a parameter's default, which is left out
                opening = next((i for i in range(ahead, len(stream)) if stream[i].text == "{"), ahead)
                ahead = _bracket_end(stream, opening)
            elif stream[ahead].kind != "variable":
                break
            ahead += 1
        if ahead < len(stream) and stream[ahead].text == token.text:
            at, shift = ahead + 1, token.start - stream[ahead].start
    return max(1, min(column - shift, len(own) + 1))


def _spaced(query: str, first: Token, last: Token, text: str) -> str:
    """A replacement with the spaces that keep it from growing together with its neighbours."""
    end = last.start + len(last.text)
    before, after = query[first.start - 1 : first.start], query[end : end + 1]
    return (" " if before == "<" else "") + text + (" " if after == "-" else "")


def _refuse_hidden(stream: list[Token], terms: Mapping[str, str]) -> None:
    for token in _possible_comparisons(stream):
        if not terms.keys().isdisjoint(re.findall(r"[?$](\w+)", token.text)):
            raise ParameterError(f"{token.text} might be an IRI", hint="write a space after < where it compares")


def _minus_bindings(stream: list[Token], terms: Mapping[str, str]) -> dict[int, str]:
    """What to insert before tokens so that both sides of a MINUS still share the variables that become terms.

    MINUS removes nothing if its sides share no variable (SPARQL 1.1, section 8.3.2).
    """
    added: dict[int, str] = {}
    joined: set[tuple[int, str]] = set()
    for position, token in enumerate(stream):
        if token.word != "MINUS" or [t.text for t in stream[position + 1 : position + 2]] != ["{"]:
            continue
        begin, end = _group_start(stream, position), _bracket_end(stream, position + 1)
        shared = _binding_names(stream[begin + 1 : position]) & _visible_names(stream[position + 2 : end])
        for name in sorted(terms.keys() & shared):
            binding = f"BIND ({terms[name]} AS ?{_alias(stream, position, name)}) "
            if (begin, name) not in joined:
                joined.add((begin, name))
                added[position] = added.get(position, "") + binding
            added[position + 2] = "{ " + added.get(position + 2, "")
            added[end] = added.get(end, "") + "} " + binding
    return added


def _binding_names(stream: list[Token]) -> set[str]:
    """The variables of a pattern, without those that it only compares, computes with or removes."""
    names: set[str] = set()
    position = 0
    while position < len(stream):
        token = stream[position]
        if token.word in {"FILTER", "BIND", "EXISTS", "MINUS"}:
            while position < len(stream) - 1 and stream[position].text not in {"(", "{"}:
                position += 1
            position = _bracket_end(stream, position)
        elif token.kind == "variable":
            names.add(token.text[1:])
        position += 1
    return names


def _visible_names(stream: list[Token]) -> set[str]:
    """The variables that the pattern of a group gives to what is outside: all, or those that its SELECT returns."""
    if stream and stream[0].word == "SELECT":
        named = projection(" ".join(t.text for t in stream))
        return set(named) if named else _binding_names(stream)
    return _binding_names(stream)


def _alias(stream: list[Token], position: int, name: str) -> str:
    """A name for a variable in the group of a token that no variable of the query and no group around it has."""
    depth = sum({"{": 1, "}": -1}.get(t.text, 0) for t in stream[:position])
    taken = {t.text[1:] for t in stream if t.kind == "variable"}
    alias = f"{name}_{depth}"
    while alias in taken:
        alias += "_"
    return alias


def _group_start(stream: list[Token], position: int) -> int:
    depth = 0
    for index in range(position - 1, -1, -1):
        depth += {"}": 1, "{": -1}.get(stream[index].text, 0)
        if depth < 0:
            return index
    return -1


def _bracket_end(stream: list[Token], position: int) -> int:
    """Where the bracket that opens at a position is closed; the last position if it never is."""
    depth = 0
    for index in range(position, len(stream)):
        depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(stream[index].text, 0)
        if depth == 0:
            return index
    return len(stream) - 1


def _bound_name(stream: list[Token], position: int) -> str:
    following = stream[position + 1 : position + 4]
    is_call = len(following) == 3 and following[0].text == "(" and following[2].text == ")"
    return following[1].text[1:] if is_call else ""


def _replacement(stream: list[Token], position: int, name: str, term: str) -> str:
    before = stream[position - 1] if position else None
    if before is not None and (before.word == "AS" or _in_values_head(stream, position)):
        raise ParameterError(f"the query itself assigns ?{name}, so it cannot be a parameter")
    clause = _clause(stream, position)
    if clause == "SELECT":
        inner = _group_start(stream, position) >= 0  # the name itself belongs to the outermost SELECT
        return f"({term} AS ?{_alias(stream, position, name) if inner else name})"
    if clause in {"GROUP", "ORDER"}:
        return f"({term})"
    return term


def _in_values_head(stream: list[Token], position: int) -> bool:
    back = position - 1
    while back >= 0 and (stream[back].kind == "variable" or stream[back].text == "("):
        back -= 1
    return stream[back].word == "VALUES"


def _clause(stream: list[Token], position: int) -> str:
    """The keyword of the clause in which a variable stands outside all brackets; empty inside a pattern."""
    depth = 0
    for token in reversed(stream[:position]):
        if token.text in ")]}":
            if token.text == "}" and depth == 0:
                return ""
            depth += 1
        elif token.text in "([{":
            if depth == 0:
                return ""
            depth -= 1
        elif depth == 0 and token.word in {"SELECT", "GROUP", "ORDER", "HAVING", "WHERE", "CONSTRUCT", "DESCRIBE"}:
            return token.word
        elif depth == 0 and token.word in {"LIMIT", "OFFSET", "VALUES", "FILTER", "BIND"}:
            return ""
    return ""


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def with_prefixes(text: str, prefixes: dict[str, str]) -> str:
    """The query with PREFIX declarations for those of the project's prefixes that it uses and does not declare.

    They are put on its first line, so that the lines of errors stay right.
    """
    used: set[str] = set()
    declared: set[str] = set()
    before = ""
    for token in tokens(text):
        if token.kind == "pname":
            (declared if before == "PREFIX" else used).add(token.text.partition(":")[0])
        before = token.word
    missing = sorted((used - declared) & set(prefixes))
    return "".join(f"PREFIX {p}: <{prefixes[p]}> " for p in missing) + text


def own_place(place: str, own: str, sent: str) -> str:
    """The ``line:column`` in a text, for one in what was sent of it with prefixes and parameters."""
    line, _, column = place.partition(":")
    if not line:
        return ""
    written, other = (text.split("\n")[int(line) - 1 : int(line)] or [""] for text in (own, sent))
    return f"{line}:{own_column(written[0], other[0], int(column or 1))}"
