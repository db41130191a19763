"""The other end of `ingest.reading`: forks for each delivery, limits the child, and answers for it.

Run as `python -m ingest.reader_worker`. Tasks come on standard input (a length, then a pickled Task: they are this
program's own words); answers go to standard output, a line of JSON each, never pickled, for they come from a process
that has met a foreign file. Standard input that ends, also in the middle of a reading, ends everything.
"""

from __future__ import annotations

import errno
import gc
import json
import os
import pickle
import resource
import select
import signal
import struct
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import asdict

# Bound lists make the database import these: once here, not in every child.
import pandas as pd  # noqa: F401
import pyarrow as pa  # noqa: F401

from ingest.archive import ORIGINAL
from ingest.errors import DeliveryError
from ingest.parse import parse_delivery
from ingest.process_limits import limit_process
from ingest.reading import Task

_ENDINGS = {signal.SIGXCPU: "time", signal.SIGXFSZ: "disk", signal.SIGKILL: "memory"}
_HANG_UP = select.POLLHUP | select.POLLERR
_TOO_LARGE = os.strerror(errno.EFBIG)
_ANSWER_BYTES = 1024 * 1024


class _ParentGoneError(Exception):
    """Nobody waits for the answer any more."""


def main() -> None:
    """Read tasks, one after the other, until there are no more."""
    gc.freeze()
    while len(size := _exactly(4)) == 4:
        task: Task = pickle.loads(_exactly(struct.unpack("<I", size)[0]))  # noqa: S301 - the parent's own words
        with suppress(BrokenPipeError):  # nobody waits any more; standard input has ended too
            os.write(1, _run(task) + b"\n")


def _run(task: Task) -> bytes:
    """Read in a child; its answer, or what became of it."""
    answers, out = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(answers)
        _child(task, out)
    os.close(out)
    try:
        found, in_time = _listen(answers, task.limits.seconds)
    except _ParentGoneError:
        os.kill(child, signal.SIGKILL)
        sys.exit(1)
    os.close(answers)
    if not in_time:
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    if not in_time:
        return json.dumps({"exceeded": "time"}).encode()
    if os.WIFSIGNALED(status):
        ended = signal.Signals(os.WTERMSIG(status))
        said = {"exceeded": _ENDINGS[ended]} if ended in _ENDINGS else {"fault": f"it was ended by {ended.name}"}
        return json.dumps(said).encode()
    return found or json.dumps({"fault": f"it ended with {os.waitstatus_to_exitcode(status)}"}).encode()


def _listen(answers: int, seconds: int) -> tuple[bytes, bool]:
    """What the child says until it ends, and whether that was in time."""
    poll = select.poll()
    poll.register(answers, select.POLLIN)
    poll.register(0, 0)
    found, until = b"", time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0 and len(found) < _ANSWER_BYTES:
        for source, event in poll.poll(left * 1000):
            if source == 0 and event & _HANG_UP:
                raise _ParentGoneError
            if source == answers:
                piece = os.read(answers, 65536)
                if not piece:
                    return found, True
                found += piece
    return b"", False


def _child(task: Task, out: int) -> None:
    """Read and say what came of it. Never returns."""
    try:
        limit_process(task.limits)
        with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - a descriptor is wanted
            os.dup2(nothing.fileno(), 0)
        os.dup2(2, 1)
        os.write(out, json.dumps(_answer(task), default=str).encode())
    finally:
        os._exit(0)


def _answer(task: Task) -> dict[str, object]:
    try:
        parsed = parse_delivery(
            task.delivery, task.contract, task.bench, source=task.bench / ORIGINAL, limits=task.limits.session
        )
    except DeliveryError as error:
        return {"refused": type(error).__name__, "message": str(error)}
    except MemoryError:
        return {"exceeded": "memory"}
    except Exception as error:  # whatever a foreign file made of its reader is said, and stops nothing else
        return _fallen(error, task)
    return {"parsed": asdict(parsed)}


def _fallen(error: Exception, task: Task) -> dict[str, object]:
    words = " ".join(traceback.format_exception_only(error)[-1].split())[:400]
    if _lacks_room(words, task):
        return {"no_room": words}
    if _TOO_LARGE in words:
        return {"exceeded": "disk"}
    if "memory" in words.lower() and "OutOfMemory" in type(error).__name__:
        return {"exceeded": "memory"}
    return {"fault": words}


def _lacks_room(words: str, task: Task) -> bool:
    """Whether it was the machine's disk that ended, or a limit that came from outside, and not the reading's own."""
    if os.strerror(errno.ENOSPC) in words or os.strerror(errno.EDQUOT) in words:
        return True
    return _TOO_LARGE in words and resource.getrlimit(resource.RLIMIT_FSIZE)[1] < task.limits.file_bytes


def _exactly(size: int) -> bytes:
    """So many bytes of standard input, or fewer where it ends."""
    found = b""
    while len(found) < size and (piece := os.read(0, size - len(found))):
        found += piece
    return found


if __name__ == "__main__":
    main()
