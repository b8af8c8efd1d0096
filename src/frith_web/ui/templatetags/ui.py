"""Template tags of every page: `component`, `wrap`, and what the partials themselves need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.forms import BaseForm
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from frith_web.ui import components, fields

register = template.Library()


@register.simple_tag
def component(name: str, **options: Any) -> SafeString:
    """A component: `{% component "tag" text="Draft" classes="govuk-tag--grey" %}`."""
    return components.render(name, options)


@register.simple_block_tag
def wrap(content: SafeString, name: str, **options: Any) -> SafeString:
    """A component round what stands between: `{% wrap "inset-text" %}…{% endwrap %}`."""
    return components.render(name, {**options, "html": content})


@register.simple_tag
def part(name: str, options: Mapping[str, Any] | None = None, **more: Any) -> SafeString:
    """A component inside a partial, its options given as one mapping and changed by the rest."""
    return components.render(name, {**(options or {}), **more})


@register.simple_tag
def error_summary(form: BaseForm) -> SafeString | str:
    """What is wrong with a sent form, each line a link to its field; nothing where all is well."""
    lines = fields.error_lines(form)
    if not lines:
        return ""
    return components.render(
        "error-summary", {"titleText": "There is a problem", "errorList": lines}
    )


@register.simple_tag(takes_context=True)
def csrf_token(context: template.Context) -> SafeString | str:
    """Django's own token and, where the page has one, the number of its forms.

    It replaces Django's tag, so that every form carries both and no page can forget the second.
    """
    held = {
        "csrfmiddlewaretoken": context.get("csrf_token"),
        "_submission": context.get("form_number"),
    }
    given = ((name, value) for name, value in held.items() if value and value != "NOTPROVIDED")
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', given)


@register.filter
def words(value: Any) -> SafeString | str:
    """The `html` or `text` of an option."""
    return components.content(value)


@register.filter
def attributes(value: Any) -> SafeString | str:
    """An option's `attributes`, as HTML."""
    return components.attributes(value)


@register.filter
def truthy(value: Iterable[Any] | None) -> list[Any]:
    """The items that are there: GOV.UK's lists may hold blanks."""
    return [item for item in value or () if item]


@register.filter
def any_actions(rows: Iterable[Mapping[str, Any]] | None) -> bool:
    """True where a summary list's row has an action."""
    return any((row.get("actions") or {}).get("items") for row in rows or () if row)


@register.filter
def numbered(items: Iterable[Mapping[str, Any]] | None, prefix: str) -> list[dict[str, Any]]:
    """Radios or checkboxes with ids; the first has no number, so that an error can link to it."""
    return [
        {**item, "id": item.get("id") or (prefix if index == 1 else f"{prefix}-{index}")}
        for index, item in enumerate(items or (), start=1)
        if item
    ]


@register.filter
def under(cells: Iterable[Any], head: Iterable[str]) -> list[tuple[str, Any]]:
    """Each cell of a row with its column's head, which a narrow screen shows beside it."""
    return list(zip(head, cells, strict=True))


@register.filter
def contains(values: Any, value: Any) -> bool:
    """True where a chosen value is, or is among, `values`."""
    if isinstance(values, list | tuple | set):
        return value in values
    return values not in (None, "") and values == value


@register.simple_tag
def joined(*parts: Any) -> str:
    """What is given, with spaces between, blanks left out: for `aria-describedby` and classes."""
    return " ".join(str(one) for one in parts if one)


@register.simple_tag
def password_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """A password input is an input with a button to show what was typed."""
    return fields.password_as_input(options)


@register.simple_tag
def choice_state(options: Mapping[str, Any], item: Mapping[str, Any]) -> bool:
    """True where a radio or checkbox is chosen, by itself or by the group's value."""
    if item.get("checked"):
        return True
    chosen = options.get("values", options.get("value"))
    return item.get("checked") is not False and contains(chosen, item.get("value"))


@register.simple_tag
def options_of(options: Mapping[str, Any]) -> SafeString:
    """The options of a select: drawn here, because a template takes long over hundreds."""
    return format_html_join(
        "",
        "<option{}{}{}{}>{}</option>\n",
        (
            (
                "" if item.get("value") is None else format_html(' value="{}"', item["value"]),
                " selected" if _is_selected(options, item) else "",
                " disabled" if item.get("disabled") else "",
                components.attributes(item.get("attributes")),
                "" if item.get("text") is None else item["text"],
            )
            for item in truthy(options.get("items"))
        ),
    )


def _is_selected(options: Mapping[str, Any], item: Mapping[str, Any]) -> bool:
    """True where an option of a select is chosen; one without a value goes by its words."""
    if item.get("selected"):
        return True
    value = item["text"] if item.get("value") is None else item["value"]
    return item.get("selected") is not False and contains(options.get("value"), value)


@register.simple_tag
def described_item(
    options: Mapping[str, Any], item: Mapping[str, Any], described_by: str, item_hint_id: str
) -> SafeString | str:
    """What describes a checkbox: the group's words where no fieldset carries them, and its hint."""
    own = item_hint_id if components.content(item.get("hint")) else ""
    described = joined("" if options.get("fieldset") else described_by, own)
    return components.attributes(
        {"aria-describedby": {"value": described or None, "optional": True}}
    )


@register.simple_tag
def block_level(options: Mapping[str, Any]) -> bool:
    """True where pagination has no page numbers, only a previous and a next."""
    return not options.get("items") and bool(options.get("next") or options.get("previous"))


@register.simple_tag
def is_interruption(options: Mapping[str, Any]) -> bool:
    """True where a panel stops the reader rather than confirms."""
    return "govuk-panel--interruption" in str(options.get("classes") or "")


@register.simple_tag
def collapses(options: Mapping[str, Any]) -> bool:
    """True where the navigation folds into a menu button on a phone: more than one entry."""
    wanted = options.get("collapseNavigationOnMobile")
    return len(truthy(options.get("navigation"))) > 1 if wanted is None else bool(wanted)
