"""The questions of `queries.yaml`, asked of the published marts by four clients at once.

`python -m bench.queries FILE` prints the 95th percentile of each in milliseconds, as JSON. Every client is a process
with a read-only connection of its own, as BI tools are. None waits for a person: they ask without a pause, each
beginning with another question, from the moment at which all of them are ready.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.managers import SyncManager
from pathlib import Path
from threading import Barrier

import duckdb
import yaml

CLIENTS, ROUNDS = 4, 25
READY_SECONDS = 300.0
QUESTIONS = Path(__file__).with_suffix(".yaml")
# A dashboard sends the partner that somebody chose from a list.
CHOSEN = "select partner_id from dim_partners where not is_reserved order by partner_id limit 1 offset 7"


def measure_queries(file: Path) -> dict[str, float]:
    """Milliseconds below which 95 in 100 answers came, by query."""
    queries: dict[str, str] = yaml.safe_load(QUESTIONS.read_text("utf-8"))
    spawned = multiprocessing.get_context("spawn")
    with spawned.Manager() as manager, ProcessPoolExecutor(CLIENTS, mp_context=spawned) as clients:
        taken = _ask_all(file, queries, manager, clients)
    return {
        name: round(sorted(seconds for each in taken for seconds in each[name])[int(CLIENTS * ROUNDS * 0.95)] * 1000, 1)
        for name in queries
    }


def _ask_all(
    file: Path, queries: dict[str, str], manager: SyncManager, clients: ProcessPoolExecutor
) -> list[dict[str, list[float]]]:
    ready = manager.Barrier(CLIENTS)
    asked = [clients.submit(_ask, str(file), _turned(queries, number), ready) for number in range(CLIENTS)]
    return [each.result() for each in asked]


def _turned(queries: dict[str, str], number: int) -> dict[str, str]:
    """The questions in the order of one client."""
    names = list(queries)
    first = number * len(names) // CLIENTS
    return {name: queries[name] for name in names[first:] + names[:first]}


def _ask(file: str, queries: dict[str, str], ready: Barrier) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {name: [] for name in queries}
    with duckdb.connect(file, read_only=True, config={"threads": 1}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("use partner_kpi.marts")
        partner = connection.execute(CHOSEN).fetchone()
        chosen = {name: {"partner": partner[0] if partner else None} for name in queries if "$partner" in queries[name]}
        for answers in range(ROUNDS + 1):  # the first answer finds the file cold and is not counted
            if answers == 1:
                ready.wait(READY_SECONDS)
            for name, query in queries.items():
                begun = time.monotonic()
                connection.execute(query, chosen.get(name)).fetchall()
                seconds[name].append(time.monotonic() - begun)
    return {name: each[1:] for name, each in seconds.items()}


if __name__ == "__main__":
    print(json.dumps(measure_queries(Path(sys.argv[1]))))
