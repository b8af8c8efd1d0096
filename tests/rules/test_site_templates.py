"""Templates and static files ask nothing of other hosts and hold nothing inline."""

from __future__ import annotations

import re

import pytest

from support import ROOT

SITE = ROOT / "src" / "frith_web"
TEMPLATES = sorted(SITE.rglob("templates/**/*.html")) + sorted(SITE.rglob("templates/**/*.svg"))
STATIC = [path for path in sorted(SITE.rglob("static/ui/*")) if path.is_file()]
NAMESPACES = ("http://www.w3.org/2000/svg",)
FORBIDDEN = {
    "an inline script": r"<script(?![^>]*\ssrc=)",
    "an inline style sheet": r"<style",
    "a style attribute": r"\sstyle\s*=",
    "an event attribute": r"\son[a-z]+\s*=",
    "a script address": r"javascript:",
    "an unescaped value": r"\|\s*safe\b|autoescape\s+off",
    "a form that leaves": r"action=\"https?:",
}


def read(path: object) -> str:
    return re.sub(r"\{#.*?#\}", "", str(getattr(path, "read_text")("utf-8")))  # noqa: B009


def test_there_are_templates_to_look_at() -> None:
    assert len(TEMPLATES) > 30
    assert {path.suffix for path in STATIC} == {".css", ".js", ".svg"}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_anything_the_policy_refuses(path: object) -> None:
    text = read(path)
    for what, pattern in FORBIDDEN.items():
        found = re.search(pattern, text, re.IGNORECASE)
        assert found is None, f"{path} holds {what}: {found}"


@pytest.mark.parametrize("path", [*TEMPLATES, *STATIC], ids=lambda path: path.name)
def test_nothing_is_asked_of_another_host(path: object) -> None:
    text = read(path)
    for namespace in NAMESPACES:
        text = text.replace(namespace, "")
    assert not re.search(r"(?:https?:)?//[a-z0-9-]+\.[a-z]", text, re.IGNORECASE), path
    assert "@import" not in text


def test_every_template_is_used() -> None:
    code = "\n".join(path.read_text("utf-8") for path in SITE.rglob("*.py"))
    code += "\n".join(path.read_text("utf-8") for path in TEMPLATES)
    for path in TEMPLATES:
        name = path.as_posix().split("/templates/")[1]
        stem = path.stem
        used = f'"{name}"' in code or (name.startswith("ui/components/") and f'"{stem}"' in code)
        assert used, f"{name} is used nowhere"


@pytest.mark.parametrize("words", ["GOV.UK", "Crown copyright", "GDS Transport", "govuk-logotype"])
def test_nothing_on_a_page_claims_to_be_government(words: str) -> None:
    for path in TEMPLATES:
        shown = re.sub(r"govuk-[\w-]+", "", read(path)) if "logotype" not in words else read(path)
        assert words not in shown, path
