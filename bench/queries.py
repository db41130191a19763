"""The questions of `queries.yaml`, asked of the published marts by four clients at once.

`python -m bench.queries FILE` prints the 95th percentile of each in milliseconds, as JSON. Every client is a process
with a read-only connection of its own, as BI tools are.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import duckdb
import yaml

CLIENTS, ROUNDS = 4, 25
QUESTIONS = Path(__file__).with_suffix(".yaml")


def measure_queries(file: Path) -> dict[str, float]:
    """Milliseconds below which 95 in 100 answers came, by query."""
    queries: dict[str, str] = yaml.safe_load(QUESTIONS.read_text("utf-8"))
    with ProcessPoolExecutor(CLIENTS) as clients:
        taken = list(clients.map(_ask, [str(file)] * CLIENTS, [queries] * CLIENTS))
    return {
        name: round(sorted(seconds for each in taken for seconds in each[name])[int(CLIENTS * ROUNDS * 0.95)] * 1000, 1)
        for name in queries
    }


def _ask(file: str, queries: dict[str, str]) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {name: [] for name in queries}
    with duckdb.connect(file, read_only=True, config={"threads": 1}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("use partner_kpi.marts")
        for _ in range(ROUNDS + 1):  # the first answer finds the file cold and is not counted
            for name, query in queries.items():
                begun = time.monotonic()
                connection.execute(query).fetchall()
                seconds[name].append(time.monotonic() - begun)
    return {name: each[1:] for name, each in seconds.items()}


if __name__ == "__main__":
    print(json.dumps(measure_queries(Path(sys.argv[1]))))
