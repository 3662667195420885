PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TO_RUN := $(VENV)/.installed-to-run
TO_DEVELOP := $(VENV)/.installed-to-develop
PORT ?= $(or $(ECRITURES_PORT),8000)

# Tests start many processes; without bytecode, each compiles the whole source again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test coverage test-hostile fuzz chaos unit setup lint format bench lock docs

help: ## lists the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 22

run: ## starts the service on port 8000 (or PORT=…), with a dossier, a key and a first import
	@scripts/check-port $(PORT)
	@$(MAKE) --no-print-directory $(TO_RUN)
	@exec $(BIN)/ecritures demo --port $(PORT)

test: $(TO_DEVELOP) ## lint, types, import rules and every test
	@scripts/install-test-tools $(BIN)
	@scripts/test $(BIN)

coverage: $(TO_DEVELOP) ## every test, and the share of lines and branches they run: half as long again
	@scripts/install-test-tools $(BIN)
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest --numprocesses 2
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

unit: $(TO_DEVELOP) ## the unit tests that are quick, without a browser, Node or a server
	@POLARS_MAX_THREADS=1 $(BIN)/pytest --quiet --numprocesses 2 -p no:schemathesis \
		-m "not heavy and not hypothesis" tests/unit

test-hostile: $(TO_DEVELOP) ## every file that means harm, each in a process of its own: ten minutes
	@HOSTILE=all $(BIN)/pytest --quiet --numprocesses 2 tests/hostile

fuzz: $(TO_DEVELOP) ## mutated files of each kind, for MINUTES=5; prints the number that repeats a failure
	@cd tests && ../$(BIN)/python -m hostile.fuzz --minutes $(or $(MINUTES),5)

chaos: $(TO_DEVELOP) ## strikes real processes, for MINUTES=5 on each database, or DATABASE=sqlite; prints the seed
	@scripts/install-test-tools $(BIN)
	@scripts/chaos $(BIN) $(or $(MINUTES),5) $(DATABASE)

setup: $(TO_DEVELOP) ## installs everything into .venv

lint: $(TO_DEVELOP) ## lint, types and import rules alone
	@scripts/lint $(BIN)

format: $(TO_DEVELOP) ## formats the code
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

bench: $(TO_DEVELOP) ## times check and import on 100 000 and 1 000 000 lines
	$(BIN)/python bench/run.py

lock: $(TO_DEVELOP) ## updates the locked versions of the dependencies
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes \
		pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --constraint requirements.lock \
		--group pyproject.toml:dev pyproject.toml -o requirements-dev.lock

docs: $(TO_DEVELOP) ## writes docs/reference from the code
	$(BIN)/python docs/generate.py

$(TO_RUN): requirements.lock pyproject.toml scripts/setup
	@scripts/setup $(PYTHON) $(VENV) requirements.lock
	@touch $@

$(TO_DEVELOP): requirements-dev.lock pyproject.toml scripts/setup
	@scripts/setup $(PYTHON) $(VENV) requirements-dev.lock
	@touch $(TO_RUN) $@
