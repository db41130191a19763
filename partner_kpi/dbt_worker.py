"""The other end of `dbt_process`: dbt reads its project at once, and builds when it is told to.

Run as `python -m partner_kpi.dbt_worker <arguments of dbt parse>`. Then one line of JSON is awaited on standard input,
with the `command` and the `environment` of the build; input that ends without one ends the process, and input that
ends during the build ends it at once: the run has died, and the next one needs the raw file for itself. The exit code
is 0 where all went well. A parse that fails is silent, for the build says it again.
"""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import redirect_stdout
from queue import Queue
from threading import Thread


def main() -> int:
    """Parse, wait, build."""
    told: Queue[bytes] = Queue()
    Thread(target=_listen, args=(told,), daemon=True).start()
    from dbt.cli.main import dbtRunner  # noqa: PLC0415, TID251 - this is dbt's own process
    from dbt.contracts.graph.manifest import Manifest  # noqa: PLC0415, TID251

    with redirect_stdout(io.StringIO()):
        parsed = dbtRunner().invoke(sys.argv[1:]).result
    line = told.get()
    if not line:
        return 0
    task = json.loads(line)
    os.environ.update(task["environment"])
    built = dbtRunner(manifest=parsed if isinstance(parsed, Manifest) else None).invoke(task["command"])
    return 0 if built.success else 1


def _listen(told: Queue[bytes]) -> None:
    """Pass the task on; when input ends after it, the run has died, and so does this process, whatever it is at."""
    with open(0, "rb", buffering=0, closefd=False) as pipe:
        line = pipe.readline()
        told.put(line)
        if line:
            pipe.read(1)
            os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
