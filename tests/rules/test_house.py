"""The house stands as drawn: no odds and ends, no words of the workshop, links that resolve."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from support import ROOT

TRACKED = [
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
]
PAGES = [path for path in TRACKED if path.suffix == ".md" and path.exists()]
WORKSHOP_PATHS = re.compile(r"(?<![\w.])/(?:work|tmp|root)/")


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    names = {path.stem for path in TRACKED if path.suffix == ".py"}
    assert not names & {"utils", "util", "helpers", "common", "misc"}


def test_no_file_names_a_path_of_the_machine_it_was_written_on() -> None:
    for path in TRACKED:
        if path.suffix in {".py", ".md", ".toml", ".html", ".json"} and path.exists():
            found = WORKSHOP_PATHS.search(path.read_text("utf-8"))
            assert found is None or path == Path(__file__), f"{path}: {found}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_resolve(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_page_is_reachable_from_the_index() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop().resolve()
        if page in seen or not page.exists():
            continue
        seen.add(page)
        links = re.findall(r"\]\(([^)#\s]+\.md)", page.read_text("utf-8"))
        waiting += [page.parent / link for link in links if "://" not in link]
    docs = {page.resolve() for page in PAGES if (ROOT / "docs") in page.parents}
    assert not docs - seen, f"not reachable from README.md: {sorted(docs - seen)}"
