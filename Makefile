PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help run test setup lint format bench lock docs

help: ## tells what can be made
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 18

run: $(STAMP) ## starts the service on port 8000, with a dossier, a key and a first import
	@exec $(BIN)/ecritures demo

test: $(STAMP) ## lint, types, import rules and every test
	@scripts/install-test-tools
	@scripts/test $(BIN)

setup: $(STAMP) ## installs everything into .venv

lint: $(STAMP) ## lint, types and import rules alone
	@scripts/lint $(BIN)

format: $(STAMP) ## formats the code
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

bench: $(STAMP) ## times check and import on 100 000 and 1 000 000 lines
	$(BIN)/python bench/run.py

lock: $(STAMP) ## chooses the versions of the dependencies anew
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes \
		--group pyproject.toml:dev pyproject.toml -o requirements.lock

docs: $(STAMP) ## writes docs/reference from the code
	$(BIN)/python docs/generate.py

$(STAMP): requirements.lock pyproject.toml scripts/setup
	@scripts/setup $(PYTHON) $(VENV)
	@touch $@
