"""A Spark session for one run: what it needs, where it runs, and that it leaves nothing behind."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess  # nosec B404
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from frith.errors import Mendable, UnknownName

ENGINES = ("duckdb", "spark")
MASTER = "FRITH_SPARK_MASTER"
"""Environment variable that names the cluster, such as spark://host:7077; without it Spark runs
inside this process on all cores."""
LOCAL = "local[*]"
LEAST_JAVA = 17
"""Spark 4 runs on Java 17 or newer (Spark 4 documentation, Overview)."""
WHERE = "--engine spark"
OPTIMIZER = "org.apache.spark.sql.catalyst.optimizer"
"""Spark would write the level of a pair out again wherever its number is used, thousands of times
in one expression, and work on that for minutes; it is told not to (`CollapseProject`)."""
QUIET_LOG = "rootLogger.level = error\nrootLogger.appenderRef.stderr.ref = stderr\n" + (
    "appender.stderr.type = Console\nappender.stderr.name = stderr\n"
    "appender.stderr.target = SYSTEM_ERR\nappender.stderr.layout.type = PatternLayout\n"
    "appender.stderr.layout.pattern = spark: %m%n\n"
)
"""Spark's own warnings are for those who run Spark; a command speaks for itself."""


def spark_where_asked(engine: str) -> AbstractContextManager[Any]:
    """A Spark session for the engine spark, none for duckdb, to be entered with `with`.

    Raises `UnknownName` for another engine, `Mendable` at once where Spark is asked for and is not
    there, before anything else is done.
    """
    if engine not in ENGINES:
        raise UnknownName(f"no engine “{engine}”", mend=f"Choose {' or '.join(ENGINES)}.")
    if engine == "duckdb":
        return nullcontext()
    require_spark()
    return spark_session()


def require_spark() -> None:
    """Raises `Mendable` where pyspark or Java is missing or too old, saying what to do."""
    if importlib.util.find_spec("pyspark") is None:
        raise Mendable(
            "pyspark is not installed",
            where=WHERE,
            mend="Install frith[spark] in an environment of its own, or leave --engine at duckdb.",
        )
    java = java_version()
    if java is None or java < LEAST_JAVA:
        found = "there is no Java" if java is None else f"Java {java} is too old"
        raise Mendable(
            f"{found}; Spark needs Java {LEAST_JAVA} or newer",
            where=WHERE,
            mend="Install it (Debian: openjdk-17-jre-headless) or set JAVA_HOME to it.",
        )


def java_version() -> int | None:
    """The major version of the Java that Spark would start, or None where there is none."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if java is None:
        return None
    said = subprocess.run(  # noqa: S603 - the user's own Java  # nosec B603
        [java, "-version"], capture_output=True, text=True, check=False
    )
    version = re.search(r'version "(\d+)', said.stderr + said.stdout)
    return int(version.group(1)) if version else None


@contextmanager
def spark_session() -> Iterator[Any]:
    """A Spark session, stopped at the end, its scratch folder removed, also when the run fails.

    Runs inside this process, or on the cluster that `FRITH_SPARK_MASTER` names; anything else is
    set where Spark itself looks, `spark-defaults.conf` in `SPARK_CONF_DIR`. Raises `Mendable`
    where Spark is not there or does not start. What Spark spills to disk is encrypted, because
    records of people pass through it; it opens no page to look at.
    """
    require_spark()
    from pyspark.sql import SparkSession  # type: ignore[import-not-found]

    master = os.environ.get(MASTER) or LOCAL
    if master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else any python3 on the path
    with tempfile.TemporaryDirectory(prefix="frith-spark-") as scratch:
        options = _options(Path(scratch), local=master.startswith("local"))
        builder = SparkSession.builder.appName("frith").master(master)
        for name, value in options.items():
            builder = builder.config(name, value)
        try:
            session = builder.getOrCreate()
        except Exception as error:
            first = str(error).strip().splitlines() or [type(error).__name__]
            raise Mendable(
                f"Spark did not start at {master}: {first[0][:200]}",
                where=WHERE,
                mend=f"Check {MASTER} and spark-defaults.conf, or leave --engine at duckdb.",
            ) from error
        try:
            if not session.sparkContext.getCheckpointDir():
                session.sparkContext.setCheckpointDir(str(Path(scratch) / "between"))
            yield session
        finally:
            session.stop()


def _options(scratch: Path, *, local: bool) -> dict[str, str]:
    """What frith itself asks of Spark; on a cluster only what concerns the driver."""
    log = scratch / "log4j2.properties"
    log.write_text(QUIET_LOG, "utf-8")
    options = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.io.encryption.enabled": "true",
        "spark.sql.optimizer.excludedRules": f"{OPTIMIZER}.CollapseProject",
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={log.as_uri()} "
        f"-Dderby.system.home={scratch}",
    }
    if local:
        options |= {
            "spark.local.dir": str(scratch / "local"),
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1)),
        }
    return options
