"""Every case of the corpus, module by module."""

from __future__ import annotations

import corpus_dialects
import corpus_disguises
import corpus_encodings
import corpus_forms
import corpus_headers
import corpus_history
import corpus_keys
import corpus_names
import corpus_torn
import corpus_values

CASES = (
    *corpus_encodings.CASES,
    *corpus_dialects.CASES,
    *corpus_torn.CASES,
    *corpus_headers.CASES,
    *corpus_values.CASES,
    *corpus_keys.CASES,
    *corpus_history.CASES,
    *corpus_names.CASES,
    *corpus_disguises.CASES,
    *corpus_forms.CASES,
)
