# Two commands for a newcomer: `make run` (sample in, scorecard out) and `make test` (what CI runs).
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
export DO_NOT_TRACK := 1
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: help run test test-long torture lint types unit ui sample bench docs clean lock
help: ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 run")'
	$(PYTHON) -m venv .venv

.venv/runtime: requirements.txt pyproject.toml | .venv/bin/python
	@echo "installing the pinned packages (about a minute and a half) ..."
	$(PIP) --require-hashes --only-binary :all: -r requirements.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/development: requirements-dev.txt .venv/runtime
	@echo "installing the packages for tests ..."
	$(PIP) --require-hashes --only-binary :all: -r requirements-dev.txt
	@touch $@

run: .venv/runtime ## load the sample inbox, build, publish, show the scorecard
	$(BIN)/partner-kpi run

test: lint types unit ## lint, types, dbt unit tests and pytest
lint: .venv/development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar dbt/models
types: .venv/development
	$(BIN)/mypy
unit: .venv/development
	$(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder

test-long: .venv/development ## the tests that build many warehouses: replays of the sample, the past of a programme
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile -m long

torture: .venv/development ## kill, starve and race the warehouse at random, ROUNDS times from SEED; writes docs/reliability.md
	$(BIN)/python -m tests.torture --rounds $(or $(ROUNDS),200) --seed $(or $(SEED),1)

ui: .venv/runtime ## Dagster on 127.0.0.1:3000
	$(BIN)/partner-kpi ui

sample: .venv/development ## write the sample inbox and its planted facts again
	$(BIN)/python -m bench.workload --size sample --out seeds/exports --policies seeds/reference --facts tests/end_to_end/planted_facts.json

SIZE ?= small
bench: .venv/development ## measure loading, building, querying, and write docs/performance.md (SIZE=sample|small|medium|large)
	$(BIN)/python -m bench.benchmark --size $(SIZE)

docs: .venv/runtime ## write the mart dictionary docs/marts.md from the sample's published file
	$(BIN)/partner-kpi run --home var >/dev/null
	$(BIN)/python -m publish.dictionary var/published/current/partner_kpi.duckdb docs/marts.md

lock: ## pin all packages with hashes again (needs uv)
	uv pip compile --universal --python-version 3.11 --no-strip-extras --generate-hashes --no-emit-index-url --no-header requirements-dev.in -o requirements-dev.txt
	uv pip compile --universal --python-version 3.11 --no-strip-extras --generate-hashes --no-emit-index-url --no-header -c requirements-dev.txt requirements.in -o requirements.txt

clean: ## remove the warehouse home of the sample (var/)
	rm -rf var
