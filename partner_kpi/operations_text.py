"""The operations log for a reader: the newest entries as lines or as JSON."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import asdict

from partner_kpi.operations import log_path, read_operations, torn_lines
from partner_kpi.settings import Settings
from partner_kpi.terminal import wide_console


def operations_json(settings: Settings, last: int) -> str:
    """The newest entries, oldest first, as one JSON list."""
    newest = deque(read_operations(settings), maxlen=last)
    return json.dumps([asdict(operation) for operation in newest], indent=2, ensure_ascii=False)


def show_operations(settings: Settings, last: int) -> None:
    """The newest entries, oldest first, with the reason below where there is one."""
    console = wide_console()
    newest = deque(read_operations(settings), maxlen=last)
    if not newest:
        console.print(f"Nothing was done yet: {log_path(settings)} is empty.", soft_wrap=True)
    for operation in newest:
        ids = " ".join(f"{name}={value}" for name, value in operation.ids.items() if value not in (None, "", []))
        line = f"{operation.when[:19]}Z  {operation.who:<10} {operation.what:<9} {operation.result:<12} {ids}"
        console.print(line, markup=False, soft_wrap=True)
        if operation.why:
            console.print(f"    {operation.why}", markup=False, soft_wrap=True)
    for sentence in torn_lines(settings):
        console.print(sentence, style="yellow", markup=False, soft_wrap=True)
