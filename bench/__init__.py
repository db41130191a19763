"""Everything that measures the warehouse from outside: made data, known answers, timings.

The workload generator makes exports of any size whose truth is known; `facts*` states that truth.
Nothing here is imported by the warehouse, and nothing here calls it to learn an answer.
"""
