# Everything runs in .venv, made on first use. Another interpreter: make run PYTHON=/path/to/python3.12
PYTHON ?= python3.11
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help install run test stress lint types schema bench bench-lists migrate graphiql lock runtime
.DEFAULT_GOAL := help

help: ## this list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/p' Makefile | expand -t 18

install: runtime ## everything for running, testing and checking, into .venv
	@$(call once,requirements-dev.lock,$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock)

run: runtime ## the whole product here: PostgreSQL, demo customers, server (Ctrl-C stops it)
	@$(BIN)/kickstand dev

test: install ## the suite, on every core
	$(BIN)/pytest --numprocesses auto

stress: install ## the long tests, that make test leaves out
	$(BIN)/pytest -m stress --hypothesis-show-statistics

lint: install ## ruff, its formatter, and the import contracts
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/lint-imports --cache-dir .cache/import-linter

types: install ## mypy, strict
	$(BIN)/mypy . .ci/fresh-machine

schema: install ## print the API into schema.graphql
	$(BIN)/kickstand schema > schema.graphql.new && mv schema.graphql.new schema.graphql

bench: install ## what the pages cost on this machine, against the same pages by hand
	$(BIN)/python -m benchmarks

bench-lists: install ## what the customers page costs in one fleet of a million
	$(BIN)/python -m benchmarks.lists

migrate: runtime ## bring the database of KICKSTAND_OWNER_URL to the newest revision
	$(BIN)/kickstand migrate

graphiql: ## build the explorer from server/explorer/source (the only target that needs Node)
	cd server/explorer/source && npm ci && npm run build

lock: $(BIN)/uv ## write the lock files anew; make lock UPGRADE=--upgrade takes newer versions
	$(COMPILE) $(PRODUCT) --output-file requirements.lock
	$(COMPILE) $(PRODUCT) --extra dev --constraint requirements.lock --output-file requirements-dev.lock
	$(COMPILE) tests/clients/ariadne.in --output-file tests/clients/ariadne.lock

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 $(UPGRADE) \
  --generate-hashes --no-emit-index-url --custom-compile-command 'make lock'
PRODUCT = pyproject.toml --extra local --group build

$(BIN)/uv: | $(BIN)/pip
	$(BIN)/python -m pip install --quiet uv

runtime: $(BIN)/pip
	@$(call once,requirements.lock pyproject.toml,$(BIN)/python -m pip install --quiet --require-hashes \
	  -r requirements.lock && $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .)

$(BIN)/pip:
	@$(PYTHON) -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo '$(PYTHON): Python 3.11 or newer with venv is needed (Debian: apt install python3.11-venv)' >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv

# $(call once,FILES,COMMAND): the command, unless these files had this very content when it last succeeded.
once = cat $(1) | cmp -s - .venv/$(firstword $(1)) || { \
  echo 'Installing $(firstword $(1)) into .venv: about a minute, once.' && $(2) && cat $(1) > .venv/$(firstword $(1)); }
