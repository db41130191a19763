"""Every case of the corpus, module by module."""

from __future__ import annotations

import corpus_dialects
import corpus_encodings

CASES = (
    *corpus_encodings.CASES,
    *corpus_dialects.CASES,
)
