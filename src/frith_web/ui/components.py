"""Components by their published names and options; each is a partial in `ui/components/`.

Options are named as GOV.UK Frontend and MoJ Frontend document them. Two differences: an `html`
option is used as HTML only where it is already marked safe, and is escaped like text otherwise; and
a timeline's date is given as it is to be read, because a recorded date may be a month or a year.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import lru_cache
from typing import Any

from django.template.loader import get_template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

GOVUK = (
    "back-link",
    "breadcrumbs",
    "button",
    "checkboxes",
    "details",
    "error-message",
    "error-summary",
    "fieldset",
    "file-upload",
    "hint",
    "input",
    "inset-text",
    "label",
    "notification-banner",
    "pagination",
    "panel",
    "password-input",
    "radios",
    "select",
    "service-navigation",
    "skip-link",
    "summary-list",
    "table",
    "tag",
    "task-list",
    "textarea",
    "warning-text",
)
MOJ = ("badge", "filter", "identity-bar", "sub-navigation", "timeline")
OWN = ("chart", "link-chart", "map", "review-pair", "sortable-head")
"""What neither system has. A picture always comes with a table that says the same."""
NAMES = GOVUK + MOJ + OWN
FRAME = ("service-navigation", "skip-link")
"""Drawn once and kept: the same on page after page, and without a word of any record."""
Options = Mapping[str, Any]


class _Same:
    """A component with its options, equal to another that is drawn the same."""

    __slots__ = ("_key", "name", "options")

    def __init__(self, name: str, options: Options) -> None:
        self.name, self.options = name, options
        self._key = (name, _spelt(options))

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self._key == other._key


def _spelt(value: Any) -> Hashable:
    """A value with its types: what is marked safe is drawn otherwise than the same words."""
    if isinstance(value, Mapping):
        return ("mapping", *((name, _spelt(one)) for name, one in value.items()))
    if isinstance(value, list | tuple):
        return ("list", *map(_spelt, value))
    return type(value), value


class _Given(dict[str, Any]):
    """Options as a template reads them: one not given is None, and never a method of `dict`."""

    def __missing__(self, key: str) -> None:
        return None


def _given(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _Given({key: _given(one) for key, one in value.items()})
    if isinstance(value, list | tuple):
        return [_given(one) for one in value]
    return value


def render(name: str, options: Options) -> SafeString:
    """The component's HTML. Raises `KeyError` for a component that has no partial."""
    if name not in NAMES:
        raise KeyError(f"there is no component {name!r}; there are {', '.join(NAMES)}")
    return _kept(_Same(name, options)) if name in FRAME else _draw(name, options)


@lru_cache(maxsize=256)
def _kept(same: _Same) -> SafeString:
    return _draw(same.name, same.options)


def _draw(name: str, options: Options) -> SafeString:
    drawn = get_template(f"ui/components/{name}.html").render({"c": _given(options)})
    return SafeString(drawn)  # nosec B703


def content(part: Any) -> SafeString | str:
    """The words of an option that holds `html` or `text`; plain values are taken as text."""
    if not isinstance(part, Mapping):
        return "" if part is None else conditional_escape(part)
    return conditional_escape(part.get("html") or part.get("text") or "")


def attributes(values: Any) -> SafeString | str:
    """` name="value"` for each; an optional one that is false or missing is left out."""
    if not isinstance(values, Mapping):
        return ""
    return format_html_join("", "{}", ((_attribute(*pair),) for pair in values.items()))


def _attribute(name: str, value: Any) -> SafeString | str:
    optional = isinstance(value, Mapping) and bool(value.get("optional"))
    if isinstance(value, Mapping):
        value = value.get("value")
    if optional and (value is None or value is False):
        return ""
    if optional and value is True:
        return format_html(" {}", name)
    if isinstance(value, bool):
        value = str(value).lower()
    return format_html(' {}="{}"', name, "" if value is None else value)
