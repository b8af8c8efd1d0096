"""MoJ's components give the HTML that the templates shipped in MoJ Frontend give."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import jinja2
import pytest
from django.test.html import parse_html
from django.utils.safestring import mark_safe

from frith_web.ui import components

HTML = mark_safe("<b>Some</b> words")
TAGS = [{"text": "Crime", "href": "?theme="}, {"text": "Stop", "href": "?sort="}]
CHOSEN = {
    "heading": {"text": "Selected filters"},
    "clearLink": {"text": "Clear filters", "href": "/events/"},
    "categories": [{"heading": {"text": "Kind"}, "items": TAGS}],
}
MARKS = {"data-one": "1"}
CASES: dict[str, list[dict[str, Any]]] = {
    "badge": [
        {"text": "Complete"},
        {"html": HTML, "classes": "moj-badge--green moj-badge--large"},
        {"text": "A & <b>", "attributes": MARKS},
    ],
    "identity-bar": [
        {"title": {"text": "William Thomas"}},
        {"title": {"html": HTML}, "classes": "one", "attributes": MARKS},
        {},
    ],
    "sub-navigation": [
        {"items": [{"text": "Record", "href": "#1", "active": True}, {"text": "&", "href": "#2"}]},
        {
            "label": "Parts of this record",
            "classes": "one",
            "attributes": MARKS,
            "items": [{"html": HTML, "href": "#1", "classes": "two", "attributes": MARKS}],
        },
    ],
    "timeline": [
        {
            "items": [
                {
                    "label": {"text": "Application received"},
                    "text": "Reference MOJ-1234-5678",
                    "datetime": {"timestamp": "2019-06-06", "text": "6 June 2019"},
                    "byline": {"text": "Caseworker 1"},
                },
                {
                    "label": {"html": HTML},
                    "html": HTML,
                    "datetime": {"timestamp": "2019-05-21", "text": "21 May 2019"},
                    "classes": "one",
                    "attributes": MARKS,
                },
            ]
        },
        {"items": [], "headingLevel": 3, "classes": "one", "attributes": MARKS},
    ],
    "filter": [
        {"heading": {"text": "Filter"}, "optionsHtml": mark_safe("<div>One</div>")},
        {
            "heading": {"html": HTML},
            "submit": {"text": "Search", "attributes": MARKS},
            "selectedFilters": CHOSEN,
            "attributes": MARKS,
        },
    ],
}


class Nunjucks(jinja2.Environment):
    """As near to Nunjucks as these templates need: a dot reads a key, and a mapping gives pairs."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Mapping):
            return obj.get(attribute, self.undefined(name=attribute))
        return super().getattr(obj, attribute)


class Pairs(dict[str, str]):
    """A mapping that a loop goes through in pairs, as Nunjucks does."""

    def __iter__(self) -> Any:
        return iter(list(self.items()))


def prepared(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        made = {name: prepared(one, name) for name, one in value.items()}
        return Pairs(made) if key == "attributes" else made
    return [prepared(one) for one in value] if isinstance(value, list) else value


def shipped(node_modules: Path, name: str, options: dict[str, Any]) -> str:
    """What the package's own template gives; GOV.UK's parts are ours, which are compared apart."""
    package = node_modules / "@ministryofjustice" / "frontend"
    given = {
        "govuk/macros/attributes.njk": "{% macro govukAttributes(a) %}{% for n, v in a %}"
        ' {{ n }}="{{ v }}"{% endfor %}{% endmacro %}',
        "govuk/components/button/macro.njk": "{% macro govukButton(o) %}{{ button(o) }}"
        "{% endmacro %}",
    }
    environment = Nunjucks(
        loader=jinja2.ChoiceLoader([jinja2.DictLoader(given), jinja2.FileSystemLoader(package)]),
        autoescape=True,
        undefined=jinja2.ChainableUndefined,
    )
    # A name before a colon is a word to Nunjucks and a variable to Jinja.
    environment.globals |= {"text": "text", "attributes": "attributes"}
    environment.globals["button"] = lambda options: components.render(
        "button", {name: one for name, one in options.items() if one}
    )
    environment.filters["date"] = lambda text, _: _day(text)
    template = environment.get_template(f"moj/components/{name}/template.njk")
    return template.render(params=prepared(options))


def _day(text: str) -> str:
    day = datetime.fromisoformat(text)
    return f"{day.day} {day:%B %Y}"


@pytest.mark.parametrize(
    ("name", "options"),
    [
        pytest.param(name, one, id=f"{name} {n}")
        for name in CASES
        for n, one in enumerate(CASES[name])
    ],
)
def test_component_matches_the_shipped_template(
    node_modules: Path, name: str, options: dict[str, Any]
) -> None:
    theirs = shipped(node_modules, name, options)
    ours = components.render(name, options)
    assert parse_html(ours) == parse_html(theirs), f"\n{ours}\n---\n{theirs}"


def test_every_component_of_moj_was_compared() -> None:
    assert set(CASES) == set(components.MOJ)
