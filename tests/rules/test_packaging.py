"""`pip install .` gives the library and `frith`, whole, without the site; locks are clean."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

from support import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.lock"))


def test_the_wheel_holds_every_file_of_the_packages(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(
        ["git", "ls-files", "src/frith"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()
    assert {name.removeprefix("src/") for name in tracked} <= packed


def test_the_library_runs_where_the_site_is_not_installed() -> None:
    code = """
import importlib, pkgutil, sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in {'django', 'frith_web', 'axes', 'csp', 'whitenoise'}:
            raise ImportError(f'{name} is not installed')
sys.meta_path.insert(0, Refuse())
import frith
for module in pkgutil.walk_packages(frith.__path__, 'frith.'):
    importlib.import_module(module.name)
print('all imported')
"""
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert out.stdout.strip() == "all imported", out.stderr


def test_the_library_lock_has_no_site() -> None:
    names = set(re.findall(r"^([a-z0-9-]+)==", (LOCKS[1]).read_text("utf-8"), re.MULTILINE))
    assert LOCKS[1].name == "library.lock"
    assert names
    assert not {"django", "django-axes", "gunicorn"} & names


def test_locks_are_hashed_and_name_no_download_address() -> None:
    for lock in LOCKS:
        text = lock.read_text("utf-8")
        assert "://" not in text
        pinned = re.findall(r"^[a-z0-9-]+==", text, re.MULTILINE)
        assert pinned
        assert text.count("--hash=sha256:") >= len(pinned)
    package_lock = (ROOT / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in package_lock


def test_every_declared_dependency_has_its_line_of_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["site"]]
    page = (ROOT / "docs" / "decisions" / "0012-dependencies.md").read_text("utf-8")
    for requirement in declared:
        name = re.split(r"[<>=\[ ]", requirement)[0]
        assert name in page, f"{name} has no line in docs/decisions/0012-dependencies.md"
