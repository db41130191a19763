"""What can go wrong on the way from a server, by what is to be done: try again, leave the file, leave the instance."""

from __future__ import annotations

from ingest.errors import InboxError


class PullError(InboxError):
    """A file, folder or server that trying again would not help."""


class LineError(PullError):
    """A passing fault of network or server; tried again a few times."""


class UnreachableError(PullError):
    """The line stayed broken: what else lies in the folder is not asked for in this run."""
