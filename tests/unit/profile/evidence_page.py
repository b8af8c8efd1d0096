"""An evidence file read back as a reader would: cards, each with its words and its tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Card:
    """One card: its heading, all its words, its facts, and its tables by caption."""

    title: str = ""
    words: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    tables: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    def table(self, ending: str) -> list[dict[str, str]]:
        """The rows of the one table whose caption holds these words."""
        found = [rows for caption, rows in self.tables.items() if ending in caption]
        assert len(found) == 1, (ending, list(self.tables))
        return found[0]


OPEN = ("p", "li", "dt", "dd", "td", "th", "tr", "thead", "tbody")
"""Elements whose end HTML lets be left out."""
PHRASES = frozenset({"strong", "a", "em", "span"})
ENDED_BY = {
    "td": ("td", "th"),
    "th": ("td", "th"),
    "tr": ("td", "th", "tr"),
    "tbody": ("td", "th", "tr", "thead", "tbody"),
    "dt": ("dt", "dd"),
    "dd": ("dt",),
    "li": ("li",),
}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.cards: dict[str, Card] = {}
        self.card = Card()
        self.text = ""
        self.caption = self.term = ""
        self.row: list[str] = []
        self.head: list[str] = []
        self.in_head = False
        self.opened: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """As HTML says, what may be left open is ended by what follows."""
        given = dict(attrs)
        self.end_open(*ENDED_BY.get(tag, () if tag in PHRASES else ("p", "li")))
        if tag in OPEN:
            self.opened.append(tag)
        if tag == "section":
            self.card = self.cards[str(given["id"])] = Card()
        if tag in {"h2", "p", "th", "td", "caption", "dt", "dd", "li", "summary"}:
            self.text = ""
        if tag == "tr":
            self.row = []
        if tag == "thead":
            self.in_head = True

    def handle_data(self, data: str) -> None:
        self.text += data

    def end_open(self, *tags: str) -> None:
        """End these, innermost first, where they are open."""
        while self.opened and self.opened[-1] in tags:
            self.ended(self.opened.pop())

    def handle_endtag(self, tag: str) -> None:
        if tag in PHRASES:
            return
        while tag in self.opened and self.opened[-1] != tag:
            self.ended(self.opened.pop())
        if tag not in OPEN:
            self.end_open(*OPEN)
        if self.opened and self.opened[-1] == tag:
            self.opened.pop()
        self.ended(tag)

    def ended(self, tag: str) -> None:
        said = " ".join(self.text.split())
        if tag == "h2":
            self.card.title = said
        elif tag in {"p", "li"}:
            self.card.words.append(said)
        elif tag == "caption":
            self.caption = said
            self.card.tables[said] = []
        elif tag in {"th", "td"}:
            self.row.append(said)
        elif tag == "dt":
            self.term = said
        elif tag == "dd":
            self.card.facts[self.term] = said
        elif tag == "thead":
            self.head, self.in_head = self.row, False
        elif tag == "tr" and not self.in_head and len(self.row) == len(self.head):
            self.card.tables[self.caption].append(dict(zip(self.head, self.row, strict=True)))


def read_cards(html: str) -> dict[str, Card]:
    """Every section of the file by its identifier."""
    reader = _Reader()
    reader.feed(html)
    return reader.cards
