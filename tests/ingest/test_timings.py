"""Phases of a run tell how long they took to whoever listens, and to nobody else."""

from __future__ import annotations

from ingest.timings import phase, timed_phases


@phase("parse")
def read_nothing() -> str:
    """A step."""
    return "read"


def test_phases_of_one_name_add_up() -> None:
    """Each call of a decorated function counts to its phase, and what it gives is given on."""
    with timed_phases() as seconds:
        assert [read_nothing(), read_nothing()] == ["read", "read"]
        once = seconds["parse"]
        read_nothing()
    assert list(seconds) == ["parse"]
    assert seconds["parse"] >= once >= 0


def test_nobody_listens() -> None:
    """Outside of a run nothing is kept, and a run hears only its own phases."""
    read_nothing()
    with timed_phases() as seconds, phase("gate"):
        pass
    assert list(seconds) == ["gate"]
