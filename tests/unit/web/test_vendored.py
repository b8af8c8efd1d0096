"""Browser files are copied without what is not ours to use, and ask nothing of other hosts."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from frith.errors import BadInput
from frith_web.ui.vendored import gather, style_sheet


def test_typeface_crest_and_source_map_go() -> None:
    text = (
        "@font-face{font-family:GDS Transport;src:url(/assets/fonts/x.woff2)}"
        ".a{font-family:GDS Transport,arial,sans-serif}"
        ".crest:before{color:red;background:url(/assets/images/govuk-crest.svg)}"
        "@media print{.crest{mask:url(/assets/images/govuk-crest.svg)}}"
        ".b{background:url(/assets/images/icon.svg)}/*# sourceMappingURL=x.map */"
    )
    assert style_sheet(text) == (
        ".a{font-family:arial,sans-serif}@media print{}.b{background:url(images/icon.svg)}"
    )


def test_what_is_gathered_refers_only_to_what_is_beside_it(
    node_modules: Path, tmp_path: Path
) -> None:
    gather(node_modules, into=tmp_path / "vendor")
    written = [path for path in (tmp_path / "vendor").rglob("*") if path.is_file()]
    sheets = [path for path in written if path.suffix == ".css"]
    assert len(sheets) == 2
    for sheet in sheets:
        text = sheet.read_text("utf-8")
        assert text.count("{") == text.count("}")
        assert "Transport" not in re.sub(r"/\*.*?\*/", "", text, flags=re.S)
        for target in re.findall(r"url\(([^)]*)\)", text):
            assert (sheet.parent / target).is_file(), target
    names = {path.name for path in written}
    assert not [name for name in names if re.search(r"crown|crest|logotype|govuk-icon", name)]
    assert len([name for name in names if name.endswith(".js")]) == 2


def test_what_is_old_is_replaced_whole(node_modules: Path, tmp_path: Path) -> None:
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "old.js").write_text("", "utf-8")
    gather(node_modules, into=tmp_path / "vendor")
    assert not (tmp_path / "vendor" / "old.js").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["vendor"]


def test_what_is_there_already_is_left_alone(node_modules: Path, tmp_path: Path) -> None:
    gather(node_modules, into=tmp_path / "vendor")
    before = (tmp_path / "vendor" / "govuk-frontend.min.css").stat().st_mtime_ns
    gather(node_modules, into=tmp_path / "vendor")
    assert (tmp_path / "vendor" / "govuk-frontend.min.css").stat().st_mtime_ns == before


def test_many_at_once_do_no_harm(node_modules: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(gather, node_modules, into=tmp_path / "vendor") for _ in range(8)]:
            done.result()
    assert (tmp_path / "vendor" / "govuk-frontend.min.css").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["vendor"]


def test_without_the_packages_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="Run: make run"):
        gather(tmp_path, into=tmp_path / "vendor")
