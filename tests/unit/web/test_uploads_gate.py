"""The gate against the hostile corpus: each refused in plain words, in time and little memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import hostile_files
from frith.errors import BadInput
from frith_web.core.uploads import gate
from support import ROOT

TAKES = frozenset({"csv", "json", "toml", "xlsx", "zip"})
MOST_SECONDS, MOST_MB = 5.0, 512
PLAIN = 300
MEASURE = """
import json, sys, time
from pathlib import Path
from frith.errors import BadInput
from frith_web.core.uploads import gate
takes = frozenset({"csv", "json", "toml", "xlsx", "zip"})
for line in sys.stdin:
    path, name = json.loads(line)
    into, begun, said = Path(path + ".into"), time.monotonic(), ""
    try:
        taken = gate.check(Path(path), name=name, takes=takes)
        gate.unpack(Path(path), name=name, sort=taken.sort, takes=takes, into=into)
    except BadInput as error:
        said = error.line()
    except BaseException as error:
        said = f"crash: {error!r}"
    status = Path("/proc/self/status").read_text()  # getrusage counts the parent's peak too
    peak = int(status.split("VmHWM:")[1].split()[0]) // 1024
    print(json.dumps([name, said, time.monotonic() - begun, peak]), flush=True)
"""


def lay(path: Path, content: object) -> Path:
    """Write a made file under a harmless path."""
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        assert callable(content)
        content(path)
    return path


def bring(path: Path, name: str, into: Path) -> list[Path]:
    """What the site does with a file: the gate, then each file inside."""
    taken = gate.check(path, name=name, takes=TAKES)
    return gate.unpack(path, name=name, sort=taken.sort, takes=TAKES, into=into)


def test_every_hostile_file_is_refused_in_plain_words_in_time_and_memory(tmp_path: Path) -> None:
    """In a process of its own, so that its peak is the gate's alone."""
    lines = []
    for number, (name, content) in enumerate(hostile_files.corpus()):
        path = lay(tmp_path / f"{number}", content)
        lines.append(json.dumps([str(path), name]))
    assert len(lines) >= 60
    done = subprocess.run(
        [sys.executable, "-c", MEASURE],
        input="\n".join(lines),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(lines)
    wrong = []
    for name, said, seconds, peak in found:
        plain = said and len(said) < PLAIN + len(name) and not said.startswith("crash")
        quotes = any(word in said for word in ("Traceback", "/etc/passwd", "Error"))
        if not plain or quotes or seconds > MOST_SECONDS or peak > MOST_MB:
            wrong.append((name, said, seconds, peak))
    assert wrong == []
    assert not [*tmp_path.parent.rglob("escaped*"), *Path("/var").glob("escaped*")]


@pytest.mark.parametrize("made", list(hostile_files.harmless()), ids=lambda made: made[0])
def test_what_is_harmless_comes_in(made: hostile_files.Made, tmp_path: Path) -> None:
    path = lay(tmp_path / "arrived", made[1])
    files = bring(path, made[0], tmp_path / "into")
    assert files
    for one in files:
        assert one.parent == tmp_path / "into"
        assert one.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("table.exe", "Use CSV (.csv), Excel (.xlsx)"),
        ("a\x00.csv", "hidden characters"),
        ("../a.csv", "not a plain file name"),
    ],
)
def test_a_refusal_says_what_to_do(tmp_path: Path, name: str, said: str) -> None:
    path = lay(tmp_path / "arrived", hostile_files.TABLE)
    with pytest.raises(BadInput) as refusal:
        gate.check(path, name=name, takes={"csv", "xlsx"})
    assert said in refusal.value.line()
