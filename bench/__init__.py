"""Everything that measures the warehouse from outside: made data, known answers, timings.

The workload generator makes exports of any size whose truth is known; `facts*` states that truth.
Nothing here is imported by the warehouse, and no fact is learned by calling it.

`workload` writes the files, `workload_world` makes the truth behind them, each room from a stream of its own, so
that a new system leaves the files of the others as they were, byte for byte. `workload_<system>_exports` gives it
a vendor's shape. What shows one reading of a definition is told by hand in `planted_*.yaml`, around partners that
`workload_choice` and `workload_cast` find by what they are. `make sample` writes inbox and facts again.

`benchmark` measures: `scenarios` are runs of the command line, `change` makes what is delivered after the first day,
`floors` and `rival` are what they are compared with, `goals` judges, `performance_page` writes docs/performance.md.
"""
