"""What is ours alone: pictures with their tables, the review pair, heads that put in order."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import QueryDict
from django.template import Context, Template
from django.utils.safestring import mark_safe

from frith_web.pole.drawing import Node as Thing
from frith_web.pole.drawing import Place, in_rings, on_map
from frith_web.pole.forms import NarrowEvents
from frith_web.ui import components
from frith_web.ui.dates import as_said
from frith_web.ui.filters import filter_options, kept
from frith_web.ui.pairs import JUDGEMENTS, PairDecision
from frith_web.ui.sorting import Column, chosen, head

TABLE = {"head": [{"text": "What"}], "rows": [[{"text": "The same in words"}]]}
PAIR: dict[str, Any] = {
    "caption": "Two records",
    "left": {"title": "Liz Smith", "from": "police, number 1", "href": "/a"},
    "right": {"title": "Beth Smith", "from": "housing, number 2", "href": "/b"},
    "rows": [
        {
            "words": "Surname",
            "left": "Smith",
            "right": "<Smith>",
            "stands": "Agrees",
            "tag": "govuk-tag--blue",
            "said": "same surname",
            "worth": "About 220 times as usual in records of one person",
        }
    ],
}
COLUMNS = (Column(text="Name", key="name"), Column(text="Note"))


def shown(name: str, **options: Any) -> str:
    return str(components.render(name, options))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("chart", {"title": "T", "svg": mark_safe("<svg></svg>"), "table": TABLE}),
        ("map", {"ident": "m", "title": "T", "size": {}, "dots": [], "table": TABLE}),
        ("link-chart", {"ident": "l", "title": "T", "size": {}, "nodes": [], "table": TABLE}),
    ],
)
def test_every_picture_has_a_table_that_says_the_same(name: str, options: dict[str, Any]) -> None:
    drawn = shown(name, **options)
    assert "<svg" in drawn
    assert "The same in words" in drawn


def test_every_component_of_ours_is_tried_here() -> None:
    tried = {"chart", "map", "link-chart", "review-pair", "sortable-head"}
    assert tried == set(components.OWN)


def test_a_map_says_how_far_is_how_far() -> None:
    def at(longitude: float, latitude: float) -> Place:
        return Place(longitude=longitude, latitude=latitude, label="P", count=1, href="/")

    # A tenth of a degree of latitude is 11.1 km; the map is drawn 420 pixels high between edges.
    dots, bar = on_map([at(1.4, 51.6), at(1.4, 51.7)])
    assert bar is not None
    assert bar.words == "2 km"
    high = abs(dots[0].y - dots[1].y)
    assert bar.length / high == pytest.approx(2_000 / 11_132, rel=0.01)
    assert on_map([]) == ([], None)
    near = on_map([at(1.4, 51.6)])[1]
    assert near is not None
    assert near.words.endswith(" m")


def test_a_line_of_a_link_chart_knows_what_it_joins() -> None:
    middle, other = (Thing(key=k, label=k, sort="nominal", href="/") for k in ("one", "two"))
    nodes, lines = in_rings(middle, [other], [], [("one", "two", "suspect")])
    assert [(line.start, line.words, line.end) for line in lines] == [("one", "suspect", "two")]
    assert nodes[1].words_dy < 0, "what stands above the middle has its words above"


def test_a_review_pair_says_each_fact_and_escapes_what_was_recorded() -> None:
    drawn = shown("review-pair", **PAIR)
    for words in ("Liz Smith", "Beth Smith", "same surname", "About 220 times", "&lt;Smith&gt;"):
        assert words in drawn
    assert 'data-label="police, number 1"' in drawn
    assert "<form" not in drawn


def test_a_review_pair_asks_for_a_judgement_and_its_reason_where_one_may_be_given() -> None:
    decision = {"action": "/decide", "csrf": mark_safe("<i>t</i>"), "form": PairDecision()}
    drawn = shown("review-pair", **PAIR, decision=decision)
    assert '<form method="post" action="/decide"' in drawn
    for _, words in JUDGEMENTS:
        assert words in drawn
    assert " checked" not in drawn, "no answer is chosen beforehand"
    empty = PairDecision({"judgement": "same"})
    assert empty.errors == {"reason": ["Enter why you decide so"]}
    assert PairDecision({"reason": "Seen together"}).errors.keys() == {"judgement"}


@pytest.mark.parametrize(
    ("asked", "order", "sort", "leads_to"),
    [
        ("name", "name", "ascending", "?q=a&amp;order=-name"),
        ("-name", "-name", "descending", "?q=a&amp;order=name"),
        ("password", "", "none", "?q=a&amp;order=name"),
        ("-", "", "none", "?q=a&amp;order=name"),
        ("--name", "", "none", "?q=a&amp;order=name"),
    ],
)
def test_a_head_puts_in_order_and_only_by_what_is_allowed(
    asked: str, order: str, sort: str, leads_to: str
) -> None:
    held = chosen(COLUMNS, asked, otherwise="")
    assert held == order
    drawn = shown("sortable-head", head=head(COLUMNS, held, kept={"q": "a"}))
    assert f'aria-sort="{sort}"' in drawn
    assert f'href="{leads_to}"' in drawn
    assert drawn.count("aria-sort") == 1


def test_chosen_filters_are_tags_each_of_which_leads_to_the_list_without_it() -> None:
    form = NarrowEvents(QueryDict("words=till&sort=crime&theme=&page=3&strange=1"))
    assert kept(form) == {"words": "till", "sort": "crime"}
    made = filter_options(form, address="/events/", order="-when")
    tags = {
        one["heading"]["text"]: one["items"][0] for one in made["selectedFilters"]["categories"]
    }
    assert tags["Search"] == {"text": "till", "href": "/events/?sort=crime&order=-when"}
    assert tags["Kind of event"] == {"text": "Crime", "href": "/events/?words=till&order=-when"}
    assert made["selectedFilters"]["clearLink"]["href"] == "/events/"
    assert filter_options(NarrowEvents(QueryDict("")), address="/")["selectedFilters"] is None


@pytest.mark.parametrize(
    ("recorded", "said"),
    [
        ("2026-11-21", "21 November 2026"),
        ("2026-11-01T09:05", "1 November 2026, 09:05"),
        ("2026-11", "November 2026"),
        ("1981", "1981"),
        ("", ""),
        ("2026-02-30", "2026-02-30"),
        ("2026-13", "2026-13"),
        ("about 1981", "about 1981"),
    ],
)
def test_a_recorded_date_is_said_as_far_as_it_was_recorded(recorded: str, said: str) -> None:
    assert as_said(recorded) == said


def test_cells_stand_under_their_heads() -> None:
    text = "{% for label, cell in cells|under:head %}{{ label }}={{ cell }};{% endfor %}"
    drawn = Template(text).render(Context({"cells": ["a", "b"], "head": ["One", "Two"]}))
    assert re.fullmatch("One=a;Two=b;", drawn)
