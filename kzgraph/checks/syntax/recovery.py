"""Turtle that does not parse: what was expected, in plain words, and a text without the fault.

The parser reports where it stopped; a guess at the meaning lets it go on, so that one fault hides no other. The
lines of a corrected text are those of the file, and columns change only behind a correction.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from kzgraph.checks.findings.finding import Edit
from kzgraph.checks.syntax.faults import Fault
from kzgraph.dates import date_datatype
from kzgraph.files.tokens import Token, tokens
from kzgraph.namespaces import XSD
from kzgraph.wording.names import nearest

UNREADABLE = "urn:kzgraph:unreadable"
UNDECLARED = "urn:kzgraph:undeclared:"
_ESCAPES = 5000  # escaped quotation marks: with more, an open text takes seconds
_XSD_PREFIX = re.compile(rf"prefix\s+([\w.-]*):\s*<{re.escape(XSD)}>", re.IGNORECASE)
_ENDS = re.compile(r"\s*[;,.]?\s*$")
_CLOSED = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|#.*|<[^<>\s]*>')
_OPENERS = {"]": "[", ")": "("}


class Recovery:
    """A text that does not parse, with its tokens."""

    def __init__(self, text: str, prefixes: dict[str, str]) -> None:
        self.text = text
        self._prefixes = prefixes
        is_readable = text.count('\\"') + text.count("\\'") < _ESCAPES  # else an open text takes quadratic time
        self._tokens = list(tokens(text)) if is_readable else []
        self._starts = [t.start for t in self._tokens]

    def fault(self, at: int, end: int, told: str) -> Fault:
        """The fault at which the parser stopped, in the parser's words, and a corrected text."""
        index = max(0, bisect_right(self._starts, at) - 1) if self._tokens else -1
        token = self._tokens[index] if index >= 0 else Token("mark", "", at)
        before = self._tokens[index - 1] if index > 0 else None
        if "has not been declared" in told:
            return self._prefix(at, end)
        if "Line jumps" in told:
            return self._open_text(at)
        if "nexpected end" in told:
            return self._end(at)
        if "IRI" in told and self.text[at : at + 1] == "<":
            return self._iri(at, told)
        if "escape" in told or "unicode character" in told:
            return self._escape(at, end, told)
        if before is not None and re.search(r"[Ll]anguage|subtag|Unexpected character", told):
            found = re.compile(r"@[^\s;,.\]\)]*").search(self.text, max(0, self.text.rfind("@", 0, at)), len(self.text))
            if found and found.start() <= at <= found.end() + 1:
                return self._language(found)
        return self._structure(index, token, before, at, told)

    def _structure(self, index: int, token: Token, before: Token | None, at: int, told: str) -> Fault:
        if before is None:
            return self._blanked(at, told)
        swapped = self._swapped(index)
        if swapped is not None:
            return swapped
        if "should end with" in told or (token.text == "." and "(" in self._open(index) and "object" in told):
            return self._unclosed(token, ")" if "collection" in told or "object" in told else "]")
        awaits = "dot is expected" in told or ("valid subject" in told and before.text not in {".", "]"})
        if awaits and before.text not in {";", ",", "."}:
            return self._punctuation(index, token, before, told)
        if token.kind == "word" or "“" in told or "’" in told or "‘" in told:
            return self._word(token, at)
        if token.text in {".", ";", ","} and "valid RDF object" in told:
            return self._missing_value(token, before)
        return self._blanked(at, told)

    def _prefix(self, at: int, end: int) -> Fault:
        name = self.text[at:end].partition(":")[0]
        if self.text[end : end + 2] == "//" or self.text[at:end] in {"http:", "https:"}:
            found = re.compile(r"[^\s<>\"]*[^\s<>\".;,]").match(self.text, at)
            stop = found.end() if found else end
            return Fault(
                at,
                stop - at,
                "an address stands between angle brackets",
                f"write <{self.text[at:stop]}>",
                self._put(at, stop, f"<{self.text[at:stop]}>"),
                edits=(Edit(at, stop, f"<{self.text[at:stop]}>"),),
            )
        declared = set(re.findall(r"(?im)^\s*@?prefix\s+([\w.-]*):", self.text))
        near = nearest(name, declared | set(self._prefixes), 1) if name else []
        if name in self._prefixes:
            line = f"@prefix {name}: <{self._prefixes[name]}> ."
            line_end = "\r\n" if "\r\n" in self.text else "\n"
            edit: tuple[Edit, ...] = (Edit(0, 0, line + line_end),)
            return Fault(at, len(name) + 1, self._undeclared(name), f"add: {line}", None, name, "unknown-prefix", edit)
        hint = f"did you mean {near[0]}:?" if near else f"declare it: @prefix {name}: <…> ."
        edit = (Edit(at, at + len(name), near[0]),) if near and near[0] in declared else ()
        return Fault(at, len(name) + 1, self._undeclared(name), hint, None, name, "unknown-prefix", edit)

    def _undeclared(self, name: str) -> str:
        uses = sum(t.kind == "pname" and t.text.partition(":")[0] == name for t in self._tokens)
        more = f" ({uses} times used)" if uses > 1 else ""
        return f"the prefix {name}: is not declared in this file{more}"

    def namespace(self, prefix: str) -> str:
        """The namespace under which names with an undeclared prefix are read."""
        if prefix in self._prefixes:
            return self._prefixes[prefix]
        near = nearest(prefix, self._prefixes, 1) if prefix else []
        return self._prefixes[near[0]] if near else f"{UNDECLARED}{prefix}#"

    def _open_text(self, at: int) -> Fault:
        start = self.text.rfind("\n", 0, at) + 1
        end = self.text.find("\n", start)
        line = self.text[start : end if end >= 0 else len(self.text)]
        opened = re.search(r"[\"']", _CLOSED.sub(lambda m: "_" * len(m[0]), line))
        column = opened.start() if opened else 0
        quote = line[column] if opened else '"'
        stop = _ENDS.search(line, column + 1)
        close = start + (stop.start() if stop else len(line))
        return Fault(
            start + column,
            max(1, close - start - column),
            "the text that begins here is not closed on its line",
            f'close it with {quote}, or use """ for a text of several lines',
            self._put(close, close, quote),
        )

    def _end(self, at: int) -> Fault:
        opening = self.text[at : at + 3]
        if opening in {'"""', "'''"} or opening[:1] in {'"', "'"}:
            quote = opening if opening in {'"""', "'''"} else opening[0]
            message = "the text that begins here is never closed"
            end = self.text.find("\n", at)
            stop = len(self.text) if end < 0 else end
            if len(quote) == 3:
                return Fault(at, 3, message, f"close it with {quote}", self.text.rstrip() + f" {quote} .\n")
            closed = _ENDS.search(self.text[at + 1 : stop])
            close = at + 1 + (closed.start() if closed else 0)
            return Fault(at, stop - at, message, f"close it with {quote}", self._put(close, close, quote))
        if not self._tokens:
            return Fault(at, 1, "the file ends too early")
        last = self._tokens[-1]
        end = last.start + len(last.text)
        brackets = self._open(len(self._tokens))
        closing = "".join({"[": " ]", "(": " )"}[b] for b in reversed(brackets))
        place = last.start if last.text in {";", ","} else end - 1
        corrected = self.text[: last.start if last.text in {";", ","} else end] + f"{closing} .\n"
        message = f"the last statement is not closed: '{(closing + ' .').strip()}' is missing"
        edits = (Edit(last.start, end, ".") if last.text in {";", ","} else Edit(end, end, " ."),)
        return Fault(place, 1, message, "end it with ' .'", corrected, edits=() if closing else edits)

    def _iri(self, at: int, told: str) -> Fault:
        end = re.compile(r"<[^>\n]*>?").match(self.text, at)
        stop = end.end() if end else at + 1
        reason = told.replace("No scheme found in an absolute IRI", "it has no scheme such as https:")
        return Fault(
            at,
            stop - at,
            f"{self.text[at:stop][:80]} is not an IRI: {reason}",
            "write the whole address between < and >, without spaces",
            self._put(at, stop, f"<{UNREADABLE}>"),
            code="bad-iri",
        )

    def _escape(self, at: int, end: int, told: str) -> Fault:
        hint = "write \\\\ for a backslash" if self.text[at : at + 1] == "\\" else "write %25 for a percent sign"
        told = told[:1].lower() + told[1:]
        return Fault(at, max(1, end - at), told, hint, self._put(at, max(end, at + 1), "_" * max(1, end - at)))

    def _language(self, found: re.Match[str]) -> Fault:
        tag = found[0]
        right = tag.replace("_", "-")
        hint = f"write {right}" if right != tag else "write a tag such as @en, @ru or @kk"
        edits = (Edit(found.start(), found.end(), right),) if right != tag and len(right) > 2 else ()
        message = f"{tag} is no language tag"
        corrected = self._put(found.start(), found.end(), "@en")
        return Fault(found.start(), len(tag), message, hint, corrected, code="bad-language-tag", edits=edits)

    def _swapped(self, index: int) -> Fault | None:
        """A statement that ends in ; or , although the next line begins a new one."""
        for place in range(index, max(0, index - 3), -1):
            token, before = self._tokens[place], self._tokens[place - 1]
            column = token.start - self.text.rfind("\n", 0, token.start) - 1
            if column == 0 and before.text in {";", ","} and token.kind in {"pname", "iri"}:
                message = f"the statement ends with '{before.text}', and a new one begins after it"
                corrected = self._put(before.start, before.start + 1, ".")
                edits = (Edit(before.start, before.start + 1, "."),)
                return Fault(before.start, 1, message, "end it with '.'", corrected, edits=edits)
        return None

    def _unclosed(self, token: Token, bracket: str) -> Fault:
        opened = self._last_open(token, _OPENERS[bracket])
        message = f"this '{_OPENERS[bracket]}' is not closed: '{bracket}' is missing"
        line = self.text.find("\n", opened)
        if 0 <= line < token.start:
            end = _ENDS.search(self.text[opened:line])
            close = opened + (end.start() if end else line - opened)
            return Fault(
                opened, 1, message, f"put '{bracket}' behind its last value", self._put(close, close, f" {bracket}")
            )
        corrected = self._put(token.start, token.start, f"{bracket} ")
        return Fault(opened, 1, message, f"put '{bracket}' before the '{token.text[:20]}'", corrected)

    def _last_open(self, token: Token, bracket: str) -> int:
        found: list[Token] = []
        for one in self._tokens:
            if one.start >= token.start:
                break
            if one.text in {"[", "("}:
                found.append(one)
            elif one.text in {"]", ")"} and found:
                found.pop()
        return next((t.start for t in reversed(found) if t.text == bracket), token.start)

    def _punctuation(self, index: int, token: Token, before: Token, told: str) -> Fault:
        end = before.start + len(before.text)
        gap = self.text[end : token.start]
        if not gap:
            return self._adjacent(token, before)
        after = self._tokens[index + 1].text if index + 1 < len(self._tokens) else "."
        if token.kind == "mark" and token.text not in {"[", "("}:
            return self._blanked(token.start, told)
        if "\n" in gap and token.start - self.text.rfind("\n", 0, token.start) == 1:
            mark, rule = ".", "a statement ends with '.'"
        elif after in {",", ";", ".", "]"} or token.kind in {"string", "number"}:
            mark, rule = ",", "values of one property are separated by ','"
        else:
            mark, rule = ";", "properties of one thing are separated by ';'"
        if gap[0] == " " and "\n" not in gap:
            corrected = self._put(end, end + 1, mark)
        else:
            corrected = self._put(end, end, f" {mark}")
        edits = (Edit(end, end, f" {mark}"),)
        return Fault(max(0, end - 1), 1, f"'{mark}' is missing after {before.text[:60]}", rule, corrected, edits=edits)

    def _adjacent(self, token: Token, before: Token) -> Fault:
        run = re.compile(r"[^\s;,\]\)]*[^\s;,.\]\)]").match(self.text, token.start)
        stop = run.end() if run else token.start + len(token.text)
        whole = self.text[before.start : stop]
        if before.kind == "string" and "^" not in token.text:
            line = self.text.find("\n", before.start)
            last = self.text.rfind(before.text[0], 0, line if line >= 0 else None)
            if last > before.start + len(before.text):
                inner = self.text[before.start + 1 : last].replace(before.text[0], "_")
                corrected = self._put(before.start + 1, last, inner)
                told = "a quotation mark inside a text would end it"
                return Fault(before.start + len(before.text) - 1, 1, told, 'write \\" inside a text', corrected)
        kind, xsd = date_datatype(whole), _XSD_PREFIX.search(self.text)
        if before.kind == "number" and kind and xsd:
            date = f'"{whole}"^^{xsd[1]}:{kind.removeprefix(XSD)}'
            edits, corrected = (Edit(before.start, stop, date),), self._put(before.start, stop, date)
            return Fault(before.start, len(whole), "a date stands in quotes", f"write {date}", corrected, edits=edits)
        if before.kind == "number":
            told = f"{whole} is neither a number nor a date"
            hint = 'write a date as "2022-08-24"^^xsd:date, and a number with a point and no sign after it'
            return Fault(before.start, len(whole), told, hint, self._space(token.start, stop))
        if token.text == "^":
            told, hint = "a datatype stands after ^^", f"write {before.text}^{self.text[token.start : stop]}"
            edits = (Edit(token.start, token.start, "^"),)
            return Fault(token.start, 1, told, hint, self._put(token.start, token.start, "^"), edits=edits)
        told = f"{whole[:60]} is not a name: {self.text[token.start]!r} cannot stand in it"
        return Fault(before.start, len(whole), told, "escape it with \\, or write <…>", self._space(token.start, stop))

    def _word(self, token: Token, at: int) -> Fault:
        found = re.compile(r"[^;,.\n\]\)]+").match(self.text, at)
        words = found[0].rstrip() if found else token.text
        stop = at + len(words)
        if words.lower() in {"true", "false"}:
            told, hint = f"{words} is written in small letters", f"write {words.lower()}"
            return Fault(
                at, len(words), told, hint, self._put(at, stop, words.lower()), edits=(Edit(at, stop, words.lower()),)
            )
        told = f"{words[:60]} is neither a name nor a text"
        hint = (
            f'a name has a prefix (kz:{words.split()[0] if words.split() else "…"}), a text stands in quotes ("…"@en)'
        )
        return Fault(at, len(words), told, hint, self._put(at, stop, f"<{UNREADABLE}>"))

    def _missing_value(self, token: Token, before: Token) -> Fault:
        if before.text == ",":
            told, hint = f"a value is missing between ',' and '{token.text}'", "remove the ',' or add the value"
            edits = (Edit(before.start, before.start + 1, ""),)
            return Fault(before.start, 1, told, hint, self._space(before.start, before.start + 1), edits=edits)
        told = f"a value is missing before '{token.text}'"
        corrected = self._put(token.start, token.start, f"<{UNREADABLE}> ")
        return Fault(token.start, len(token.text), told, f"{before.text[:60]} needs a value", corrected)

    def _blanked(self, at: int, told: str) -> Fault:
        """The fault without a guess: what stands from here to the end of the statement is passed over."""
        index = bisect_right(self._starts, at - 1)
        stop = len(self.text)
        for token in self._tokens[index:]:
            following = self.text[token.start + 1 : token.start + 2]
            if token.text == "." and (not following or following.isspace()):
                stop = token.start
                break
        shown = re.compile(r"\S{0,60}").match(self.text, at)
        corrected = self._space(at, stop) if stop > at else self._space(at, at + 1)
        hint = "a statement is: thing, property, value, then ';' and the next property, or '.'"
        return Fault(at, max(1, len(shown[0]) if shown else 1), told, hint, corrected)

    def _open(self, index: int) -> str:
        """The brackets that are open before a token, from the outermost."""
        found: list[str] = []
        for token in self._tokens[:index]:
            if token.text in {"[", "("}:
                found.append(token.text)
            elif token.text in {"]", ")"} and found:
                found.pop()
            elif token.text == ".":
                found.clear()
        return "".join(found)

    def _put(self, start: int, end: int, text: str) -> str:
        return self.text[:start] + text + self.text[end:]

    def _space(self, start: int, end: int) -> str:
        return self._put(start, end, "".join(c if c == "\n" else " " for c in self.text[start:end]))
