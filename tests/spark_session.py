"""One local Spark session for the whole test run, a small cluster of one's own, and who may do without."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

LOOPBACK = "127.0.0.1"
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.bindAddress": LOOPBACK,
    "spark.driver.host": LOOPBACK,
    # a file system that answers nobody: what forgets to name the local one fails
    "spark.hadoop.fs.defaultFS": "hdfs://default.invalid:9000",
    # more than one, so that groups are put together from parts as on a cluster
    "spark.sql.shuffle.partitions": "2",
}
# many plans over few rows: nothing is compiled that pays only on long work
QUICK_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
QUICK = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": QUICK_START,
}


def require_spark() -> None:
    """Skip where Spark cannot run on a user's machine; fail in continuous integration, which must have it."""
    needed = {"Java": shutil.which("java"), "pyspark": importlib.util.find_spec("pyspark")}
    missing = " and ".join(name for name, found in needed.items() if not found)
    if missing and os.environ.get("CI"):
        pytest.fail(f"continuous integration has to install {missing}")
    if missing:
        pytest.skip(f"without {missing} nothing can be compared with Spark")


@contextmanager
def session(folder: Path, master: str = "local[2]", settings: Mapping[str, str] = QUICK) -> Iterator[Any]:
    """Start Spark with its scratch files below `folder`."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName("homeground tests")
    for name, value in {**SETTINGS, "spark.sql.warehouse.dir": f"file://{folder}/warehouse", **settings}.items():
        builder = builder.config(name, value)
    started = builder.getOrCreate()
    started.sparkContext.setLogLevel("ERROR")
    try:
        yield started
    finally:
        started.stop()


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Start a standalone master and one worker on loopback and yield the master's address."""
    address = f"spark://{LOOPBACK}:{_free_port()}"
    host, port = address.removeprefix("spark://").split(":")
    with ExitStack() as running:
        running.enter_context(_daemon(folder / "master.log", "master.Master", "--host", host, "--port", port))
        _answers(host, int(port))
        resources = ("--cores", "2", "--memory", "1g", "--work-dir", str(folder / "work"))
        running.enter_context(_daemon(folder / "worker.log", "worker.Worker", "--host", host, *resources, address))
        yield address


@contextmanager
def _daemon(log: Path, name: str, *options: str) -> Iterator[None]:
    """Run one of Spark's daemons until the block ends."""
    import pyspark

    command = Path(pyspark.__file__).parent / "bin" / "spark-class"
    called = [str(command), f"org.apache.spark.deploy.{name}", "--webui-port", "0", *options]
    settings = {**os.environ, "SPARK_DAEMON_JAVA_OPTS": QUICK_START}
    with (
        log.open("w") as written,
        subprocess.Popen(called, stdout=written, stderr=subprocess.STDOUT, env=settings) as process,
    ):
        try:
            yield
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _answers(host: str, port: int, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            with socket.create_connection((host, port), timeout=1):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
