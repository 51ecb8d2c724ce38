"""What leads to what: trees of arrows, each beginning with what nothing else leads to. They read as nested lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from kzgraph.site.pictures import style_of

_DEEPEST = 6


class Arrow(NamedTuple):
    """One thing leads to another: their texts, the words and footnotes behind the second, and how firm that is."""

    first: str
    second: str
    told: Markup
    level: int = 0


class Tree(NamedTuple):
    """A thing, the arrow that leads to it, and the trees that begin with it."""

    text: str
    arrow: Arrow | None
    branches: tuple[Tree, ...]

    @property
    def size(self) -> int:
        """How many arrows it has."""
        return sum(1 + branch.size for branch in self.branches)

    @property
    def depth(self) -> int:
        """How many arrows follow on each other."""
        return max((1 + branch.depth for branch in self.branches), default=0)


def trees(arrows: Sequence[Arrow]) -> list[Tree]:
    """The trees of some arrows, those with the longest chains first; each arrow is in one, also of a ring."""
    following: dict[str, list[Arrow]] = {}
    for arrow in dict.fromkeys(arrows):
        following.setdefault(arrow.first, []).append(arrow)
    seconds = {arrow.second for own in following.values() for arrow in own}
    left = {id(arrow) for own in following.values() for arrow in own}
    starts = [text for text in following if text not in seconds] + [text for text in following if text in seconds]
    found = [tree for text in starts if (tree := _tree(text, None, following, left, 0)).branches]
    return sorted(found, key=lambda tree: (-tree.depth, -tree.size, tree.text))


def _tree(text: str, arrow: Arrow | None, following: Mapping[str, Sequence[Arrow]], left: set[int], depth: int) -> Tree:
    """The tree from a thing on, of the arrows that are left."""
    branches = []
    for own in following.get(text, ()) if depth < _DEEPEST else ():
        if id(own) in left:
            left.remove(id(own))
            branches.append(_tree(own.second, own, following, left, depth + 1))
    return Tree(text, arrow, tuple(branches))


def draw(shown: Sequence[Tree], title: str) -> Markup:
    """The trees below each other; empty without any."""
    if not shown:
        return Markup("")
    lines = Markup("").join(Markup('<li class="first">{}{}</li>').format(tree.text, _branches(tree)) for tree in shown)
    return Markup('<ul class="chains" aria-label="{}">{}</ul>').format(title, lines)


def _branches(tree: Tree) -> Markup:
    lines = [
        Markup('<li class="{}"><span class="unseen">leads to </span>{}{}{}</li>').format(
            style_of(branch.arrow.level), branch.text, branch.arrow.told, _branches(branch)
        )
        for branch in tree.branches
        if branch.arrow
    ]
    return Markup("<ul>{}</ul>").format(Markup("").join(lines)) if lines else Markup("")
