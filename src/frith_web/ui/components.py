"""GOV.UK components by their published names and options; each is a partial in `ui/components/`.

Options are named as GOV.UK Frontend documents them. One difference: an `html` option is used as
HTML only where it is already marked safe, and is escaped like text otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.template.loader import get_template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

NAMES = (
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
Options = Mapping[str, Any]


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
