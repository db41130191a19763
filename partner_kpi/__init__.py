"""The face of the warehouse: settings, the road from inbox to scorecard, the command line. Knows no orchestrator."""
