"""How Django draws a form here: every field as its GOV.UK component."""

from __future__ import annotations

from typing import Any

from django.forms import BoundField
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.safestring import SafeString

from frith_web.ui import components, fields


class Renderer(TemplatesSetting):
    """`{{ form }}` and `{{ field.as_field_group }}` in GOV.UK markup."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> SafeString:
        """A field becomes its component; all else is drawn from its template."""
        field = context.get("field")
        if template_name == self.field_template_name and isinstance(field, BoundField):
            return components.render(*fields.as_component(field))
        return SafeString(super().render(template_name, context, request))  # nosec B703
