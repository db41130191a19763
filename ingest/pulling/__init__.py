"""How files arrive: which of an inbox are complete, and how those of a server come into the home.

Pure Python and, for servers, fsspec, which is imported only where an inbox has an address. What a file is to an export
is `ingest.inbox`'s. Neither a folder nor a server is ever written to.
"""
