"""Every field declares what it is; links point back; nothing happens behind a signal."""

from __future__ import annotations

import ast

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.db.models import signals

from frith_web.core.sensitivity import OF_PACKAGES, declarations
from support import ROOT

SITE = ROOT / "src" / "frith_web"
MODELS = apps.get_models(include_auto_created=False)
OURS = [model for model in MODELS if model.__module__.startswith("frith_web.")]
SIGNALS = (
    signals.pre_save,
    signals.post_save,
    signals.pre_delete,
    signals.post_delete,
    signals.m2m_changed,
    signals.pre_init,
    signals.post_init,
)


def undeclared(model: type[models.Model]) -> set[str]:
    """Fields without a declaration, and declarations without a field."""
    held = {field.name for field in (*model._meta.fields, *model._meta.many_to_many)}
    return held ^ set(declarations(model))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_field_says_marking_retention_and_whether_personal(
    model: type[models.Model],
) -> None:
    assert undeclared(model) == set()


def test_a_new_field_without_a_declaration_is_noticed() -> None:
    class Late(models.Model):
        name = models.CharField(max_length=9)

        class Meta:
            app_label = "core"
            managed = False

    try:
        assert undeclared(Late) == {"id", "name"}
    finally:
        del apps.all_models["core"]["late"]
        apps.clear_cache()


def test_no_declaration_is_for_a_model_that_is_gone() -> None:
    assert set(OF_PACKAGES) == {model._meta.label for model in MODELS} - {
        model._meta.label for model in OURS
    }


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_links_to_other_rooms_leave_no_door_back(model: type[models.Model]) -> None:
    for field in model._meta.get_fields():
        if isinstance(field, models.ForeignKey | models.ManyToManyField):
            other = field.related_model
            if isinstance(other, type) and other._meta.app_label != model._meta.app_label:
                assert field.remote_field.related_name == "+", field


def test_no_signal_receiver_is_ours() -> None:
    for path in SITE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom | ast.Import):
                named = [alias.name for alias in node.names] + [getattr(node, "module", "") or ""]
                assert not any("signals" in name or name == "receiver" for name in named), path
    for signal in SIGNALS:
        for entry in signal.receivers:
            receiver = entry[1]() if callable(entry[1]) else entry[1]
            assert not str(getattr(receiver, "__module__", "")).startswith("frith_web"), receiver


def test_models_and_migrations_agree(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_no_model_overrides_save_or_delete() -> None:
    for model in OURS:
        assert not {"save", "delete"} & set(vars(model)), model


def test_writes_live_in_services() -> None:
    """Views, forms and selectors ask a service; they save, create and delete nothing themselves."""
    verbs = {"save", "create", "bulk_create", "update_or_create", "get_or_create", "bulk_update"}
    for path in SITE.rglob("*.py"):
        if set(path.parts) & {"services", "migrations"}:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                assert node.func.attr not in verbs, f"{path}: {node.func.attr}"
