"""Multiple-systems estimation: 1,000 resamples, model chosen anew in each, beside R's seconds.

R with SparseMSE is timed in the same run where it is installed; otherwise the seconds recorded in
the reference file (R 4.2.2, SparseMSE 2.0.1, one core) stand beside ours, and the table says so.
CPU seconds of one thread on both sides, because wall time depends on what else the machine does.
"""

from __future__ import annotations

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import shutil
import subprocess
import time
from pathlib import Path

import numpy as np
import polars as pl

from frith.prevalence.bca import bca, resample
from frith.prevalence.captures import Captures, from_capture_table
from frith.prevalence.existence import Existence
from frith.prevalence.information import rank_models
from frith.prevalence.loglinear import Design
from frith.prevalence.stepwise import select

SHARED = Path(os.environ.get("FRITH_SHARED", Path(__file__).resolve().parents[2] / "shared"))
FOLDER = SHARED / "reference" / "prevalence"
SETS = ("UKdat_5", "UKdat_4", "NewOrl_5_185", "Western", "Kosovo", "Artificial_3")
R_CODE = """
suppressMessages(library(SparseMSE)); z <- as.matrix(read.csv("{path}"))
t <- system.time(estimatepopulation(z, nboot = 1000, pthresh = 0.02, iseed = 1234))
cat(t[["user.self"]])
"""


def main() -> None:
    """Print the table."""
    if not FOLDER.exists():
        print(f"needs the shared reference data at {FOLDER} (set FRITH_SHARED)")
        return
    recorded = pl.read_csv(FOLDER / "reference_results.csv", infer_schema=False)
    r_here = shutil.which("Rscript") is not None
    print(f"R's seconds: {'timed in this run' if r_here else 'recorded (R is not installed here)'}")
    print(f"{'lists':<16}{'ours, CPU s':>12}{'R, CPU s':>10}{'ratio':>8}")
    for name in SETS:
        captures = from_capture_table(pl.read_csv(FOLDER / f"{name}.csv"))
        ours = bootstrap_seconds(captures)
        theirs = r_seconds(FOLDER / f"{name}.csv") if r_here else recorded_seconds(recorded, name)
        print(f"{name:<16}{ours:>12.3f}{theirs:>10.1f}{theirs / ours:>7.0f}x")
    exhaustive(recorded)


def bootstrap_seconds(captures: Captures) -> float:
    """CPU seconds of 1,000 resamples with BCa limits; the first call's imports are not counted."""
    counts = captures.counts.astype(np.float64)
    start = time.process_time()
    existence = Existence(Design(captures.k))

    def totals(tables: np.ndarray) -> np.ndarray:
        return select(existence.design, tables, existence=existence).total

    tables = resample(counts, replicates=1000, rng=np.random.default_rng(1))
    bca(counts, float(totals(counts[None, :])[0]), tables, totals).interval(0.95)
    return time.process_time() - start


def recorded_seconds(recorded: pl.DataFrame, name: str) -> float:
    """R's CPU seconds for the same task, from the reference file."""
    rows = recorded.filter(
        (pl.col("dataset") == name)
        & (pl.col("function") == "estimatepopulation")
        & (pl.col("quantity") == "popest")
    )
    return float(rows["seconds"][0])


def r_seconds(path: Path) -> float:
    """R's CPU seconds, timed now."""
    code = R_CODE.format(path=path)
    done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def exhaustive(recorded: pl.DataFrame) -> None:
    """All 1,024 models of pairs on five lists."""
    captures = from_capture_table(pl.read_csv(FOLDER / "UKdat_5.csv"))
    start = time.process_time()
    rank_models(captures.counts.astype(np.float64), existence=Existence(Design(5)))
    ours = time.process_time() - start
    rows = recorded.filter(
        (pl.col("dataset") == "UKdat_5") & (pl.col("function") == "estimate_population_bic")
    )
    theirs = float(rows["seconds"][0])
    print(f"{'1,024 models':<16}{ours:>12.3f}{theirs:>10.1f}{theirs / ours:>7.0f}x")


if __name__ == "__main__":
    main()
