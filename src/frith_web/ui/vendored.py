"""Browser files of GOV.UK and MoJ Frontend, copied without what is not ours to use.

The GOV.UK crown, wordmark and the Transport typeface belong to services on GOV.UK. Their files are
not copied, and the style sheets are changed to ask for Arial and for the pictures beside them.
"""

from __future__ import annotations

import re
import shutil
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp

from frith.errors import BadInput

GOVUK = Path("govuk-frontend/dist/govuk")
MOJ = Path("@ministryofjustice/frontend/moj")
STYLE_SHEETS = (GOVUK / "govuk-frontend.min.css", MOJ / "moj-frontend.min.css")
SCRIPTS = (GOVUK / "govuk-frontend.min.js", MOJ / "moj-frontend.min.js")
ICONS = MOJ / "assets" / "images"
STAMP = ".stamp"
"""Hidden, so that it is not served."""

_TYPEFACE = re.compile(r"@font-face\{[^}]*\}")
_TYPEFACE_NAME = re.compile(r"[\"']?GDS Transport[\"']?,")
_SOURCE_MAP = re.compile(r"(/\*#|//#) sourceMappingURL=\S+( \*/)?")
_CREST = re.compile(r"[^{}]*\{[^{}]*govuk-crest[^{}]*\}")
_PICTURE = re.compile(r"url\([\"']?/assets/images/")


def gather(node_modules: Path, *, into: Path) -> None:
    """Copy what pages use into a static folder; nothing is done where it is there already.

    Written aside and put in place in one step, so that two who start at once do no harm. Raises
    `BadInput` where the packages are not installed.
    """
    missing = [one for one in (*STYLE_SHEETS, *SCRIPTS) if not (node_modules / one).is_file()]
    if missing:
        raise BadInput(
            f"{missing[0]} is not installed", where=str(node_modules), mend="Run: make run"
        )
    stamp = _stamp(node_modules)
    if _stamped(into) == stamp:
        return
    aside = Path(mkdtemp(prefix=f".{into.name}-", dir=into.parent))
    try:
        _copy(node_modules, aside)
        (aside / STAMP).write_text(stamp, "utf-8")
        aside.chmod(0o755)
        shutil.rmtree(into, ignore_errors=True)
        aside.rename(into)
    except OSError:
        if _stamped(into) != stamp:  # otherwise someone else was quicker
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def style_sheet(text: str) -> str:
    """A style sheet without typeface, crest and source map, its pictures beside it."""
    text = _TYPEFACE.sub("", _SOURCE_MAP.sub("", text))
    text = _CREST.sub("", _TYPEFACE_NAME.sub("", text))
    return _PICTURE.sub("url(images/", text)


def _copy(node_modules: Path, into: Path) -> None:
    (into / "images").mkdir()
    for source in STYLE_SHEETS:
        text = style_sheet((node_modules / source).read_text("utf-8"))
        (into / source.name).write_text(text, "utf-8")
    for source in SCRIPTS:
        text = _SOURCE_MAP.sub("", (node_modules / source).read_text("utf-8"))
        (into / source.name).write_text(text, "utf-8")
    for icon in (node_modules / ICONS).glob("icon-*.svg"):
        shutil.copyfile(icon, into / "images" / icon.name)


def _stamp(node_modules: Path) -> str:
    """Changes with the packages' files and with this module, which changes them."""
    digest = sha256(Path(__file__).read_bytes())
    for source in (*STYLE_SHEETS, *SCRIPTS):
        digest.update((node_modules / source).read_bytes())
    return digest.hexdigest()


def _stamped(folder: Path) -> str:
    held = folder / STAMP
    return held.read_text("utf-8") if held.is_file() else ""
