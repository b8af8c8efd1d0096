"""The notices list everything that runs with frith, and none of it is under a GPL licence."""

from __future__ import annotations

import importlib.util
import re
import sys
from types import ModuleType

import pytest

from support import ROOT


@pytest.fixture(scope="module")
def notices() -> ModuleType:
    spec = importlib.util.spec_from_file_location("notices", ROOT / "tools" / "notices.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["notices"] = module
    spec.loader.exec_module(module)
    return module


def listed() -> dict[str, str]:
    page = (ROOT / "docs" / "reference" / "third-party-notices.md").read_text("utf-8")
    rows = re.findall(r"^\| (\S+) \| (\S+) \| (.*?) \|$", page, re.MULTILINE)
    return {name: version for name, version, _ in rows if name not in {"package", "---"}}


def test_every_runtime_package_is_listed(notices: ModuleType) -> None:
    installed = [*notices.python_notices(), *notices.browser_notices()]
    assert len(installed) > 40
    missing = {one.name for one in installed} - set(listed())
    assert not missing, f"run tools/notices.py: {sorted(missing)}"


def test_every_package_states_a_licence_and_none_is_gpl(notices: ModuleType) -> None:
    for one in [*notices.python_notices(), *notices.browser_notices()]:
        assert one.licence, f"{one.name} states no licence"
        assert not notices.is_copyleft(one.licence), f"{one.name}: {one.licence}"


def test_listed_versions_are_those_of_the_lock() -> None:
    lock = (ROOT / "requirements" / "site.lock").read_text("utf-8")
    pinned = set(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", lock, re.MULTILINE))
    names = {name for name, _ in pinned}
    for name, version in listed().items():
        if name in names:
            assert (name, version) in pinned, f"{name} {version}: run tools/notices.py"
    assert len(names & set(listed())) > 40


@pytest.mark.parametrize(
    ("stated", "copyleft"),
    [
        ("GPL-3.0-or-later", True),
        ("AGPL-3.0-only", True),
        ("GNU General Public License v3 (GPLv3)", True),
        ("MIT AND GPL-2.0-only", True),
        ("MIT OR GPL-2.0-only", False),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", False),
        ("LGPL-2.1-only", False),
        ("GNU Lesser General Public License v3 (LGPLv3)", False),
        ("BSD-3-Clause", False),
    ],
)
def test_the_test_of_licences_knows_one_when_it_sees_one(
    notices: ModuleType, stated: str, copyleft: bool
) -> None:
    assert notices.is_copyleft(stated) is copyleft
