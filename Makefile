# One entry to everything. `make` lists the targets; each installs what it needs on first use.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# Virtual environments and pins are made one at a time, whatever -j says.
.NOTPARALLEL:

PYTHON ?= python3
VENV ?= .venv
# More arguments for the program of run, test, coverage, mutate, bench or build: make test ARGS="-k webhook"
ARGS ?=
LAYER := layers/message_detail/python
PINS := requirements/dev.txt requirements/sam.txt requirements/rie.txt requirements/checkov.txt requirements/lock.txt \
	requirements/audit.txt requirements/mutate.txt $(LAYER)/requirements.txt
BIN := $(VENV)/bin
# The interpreter of the template's runtime, which building and the tests of what is built need; empty where there is none.
BUILD_PYTHON := $(shell $(PYTHON) -m tools.build --python 2>/dev/null)
# Admin rights, wildcards and escalation in any policy that SAM makes of the template.
IAM_CHECKS := CKV_AWS_62,CKV_AWS_63,CKV_AWS_107,CKV_AWS_108,CKV_AWS_109,CKV_AWS_110,CKV_AWS_111
export SAM_CLI_TELEMETRY := 0

.PHONY: help venv run demo sam-local test coverage mutate check format template build bench provider lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18
	@echo
	@echo '  run reads PORT, ACCOUNTS, API_KEY, API_KEY_READ, DATA, ENDPOINT, QUIET, RECONCILE_PLAN and VISIBILITY, sam-local PORT and API_KEY; run, sam-local, test, coverage, mutate, bench and build take ARGS="…".'
	@echo '  PYTHON=python3.13 VENV=.venv313 uses another interpreter (3.11, 3.12 or 3.13).'

venv: $(VENV)/.stamp ## install what running, testing and checking need into .venv

run: $(VENV)/.stamp ## start the whole system on this machine (Ctrl-C stops it)
	@PYTHONPATH=$(CURDIR)/$(LAYER) exec $(BIN)/python -m local $(ARGS)

demo: $(VENV)/.stamp ## tell the life of one message on the running system, step by step; ends by itself
	@PYTHONPATH=$(CURDIR)/$(LAYER) exec $(BIN)/python -m local.story

sam-local: $(VENV)/.stamp .venv-sam/.stamp ## run the built functions in Docker: sam local invoke, then start-api (Ctrl-C stops it)
	@PYTHONPATH=$(CURDIR)/$(LAYER) exec $(BIN)/python -m local.sam_local $(ARGS)

# Processes that share the tests; ARGS="-n 0" runs them in one, as a debugger wants it.
PROCESSES ?= 2

# What makes TypeScript types of the OpenAPI document, and compiles them: where npm is, and has something to install from.
TYPESCRIPT := .build/typescript
TYPESCRIPT_PINS := tests/contract/typescript
$(TYPESCRIPT)/.stamp: $(TYPESCRIPT_PINS)/package.json $(TYPESCRIPT_PINS)/package-lock.json
	@mkdir -p $(@D) && cp $^ $(@D)
	@if npm ci --prefix $(@D) --no-audit --no-fund --loglevel=error >/dev/null; then touch $@; \
		else echo "make: npm can't install openapi-typescript: its test is skipped" >&2; fi

# Built functions are tested where they can be built; elsewhere those tests skip and say why.
test: $(VENV)/.stamp $(if $(BUILD_PYTHON),.venv-sam/.stamp .venv-rie/.stamp) $(if $(shell command -v npm),$(TYPESCRIPT)/.stamp) ## run the whole test suite
	@$(BIN)/python -m pytest -n $(PROCESSES) $(ARGS)

# By the tests of units alone: what only the running system would reach counts as not tested.
coverage: $(VENV)/.stamp ## measure what the tests reach of domain, providers and services; fails below 97 % of the lines or of the branches
	@mkdir -p .build/coverage
	@$(BIN)/python -m pytest -q -n $(PROCESSES) --cov --cov-report=term --cov-report=json:.build/coverage/report.json \
		tests/contract tests/unit $(ARGS)
	@$(BIN)/python -m tools.coverage_gate .build/coverage/report.json

# It wants the package at the top of a folder, and writes the mutants next to it.
MUTATION := .build/mutation
mutate: .venv-mutate/.stamp ## break domain/ in every small way, and name what no test notices (ARGS="message_detail.domain.times*" for a part)
	@rm -rf $(MUTATION) && mkdir -p $(MUTATION)
	@ln -s $(CURDIR)/$(LAYER)/message_detail $(CURDIR)/tests $(CURDIR)/pyproject.toml $(MUTATION)
	@cd $(MUTATION) && $(CURDIR)/.venv-mutate/bin/mutmut run --max-children $(PROCESSES) $(ARGS)
	@cd $(MUTATION) && $(CURDIR)/.venv-mutate/bin/mutmut results | sed '/: not checked$$/d'
	@$(PYTHON) -m tools.mutation_report $(MUTATION)/mutants/message_detail/domain

check: $(VENV)/.stamp .venv-checkov/.stamp .venv-audit/.stamp ## format, lint, types, import direction, template, IAM checks, known vulnerabilities
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/unit/test_imports.py
	$(BIN)/python -m tools.render_template --check
	$(BIN)/python -m tools.lint_template template.yaml --output .build/template.json
	.venv-checkov/bin/checkov -f .build/template.json --framework cloudformation --check $(IAM_CHECKS) \
		--compact --quiet --skip-download
	$(BIN)/python -m tools.audit .venv-audit/bin/pip-audit $(PINS)

format: $(VENV)/.stamp ## format the code and apply the safe fixes
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

template: ## render template.yaml, which SAM reads, from the folder template/
	@$(PYTHON) -m tools.render_template

build: .venv-sam/.stamp ## build the functions and the layer for AWS (sam build, then a smaller layer) into .aws-sam
	@test -n "$(BUILD_PYTHON)" || { \
		echo "make build: found no python3.13, the interpreter of the functions' runtime; install it, with pyenv for example" >&2; exit 1; }
	@$(BUILD_PYTHON) -m tools.build $(ARGS)

bench: $(VENV)/.stamp ## run the benchmarks
	@PYTHONPATH=$(CURDIR)/$(LAYER) exec $(BIN)/python -m tests.bench $(ARGS)

provider: $(VENV)/.stamp ## write the skeleton of a new provider: make provider NAME=acme TITLE="Acme Messages"
	@test -n "$(NAME)" || { echo "make provider: say which: make provider NAME=acme TITLE=\"Acme Messages\"" >&2; exit 1; }
	@PYTHONPATH=$(CURDIR)/$(LAYER) $(BIN)/python -m tools.new_provider $(NAME) $(if $(TITLE),--title "$(TITLE)")

# A pin stays as it is unless a *.in file rules it out; `make lock LOCK_FLAGS=--upgrade` moves all of them.
LOCK_FLAGS ?=
COMPILE = .venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	--no-emit-index-url --no-emit-find-links --strip-extras --no-annotate --custom-compile-command 'make lock' $(LOCK_FLAGS)

lock: .venv-lock/.stamp ## resolve requirements/*.in and pin the results with hashes
	$(COMPILE) requirements/dev.in --output-file requirements/dev.txt
	$(COMPILE) requirements/runtime.in --constraints requirements/dev.txt --output-file $(LAYER)/requirements.txt
	$(COMPILE) requirements/sam.in --output-file requirements/sam.txt
	$(COMPILE) requirements/rie.in --output-file requirements/rie.txt
	$(COMPILE) requirements/checkov.in --output-file requirements/checkov.txt
	$(COMPILE) requirements/audit.in --output-file requirements/audit.txt
	$(COMPILE) requirements/mutate.in --constraints requirements/dev.txt --output-file requirements/mutate.txt
	$(COMPILE) requirements/lock.in --output-file requirements/lock.txt
	@! grep -nE '://|^ *--(index|extra-index|find-links|trusted-host)' $(PINS) || { \
		echo "make lock: the pins above name where to download from" >&2; exit 1; }

clean: ## remove the virtual environments, build output and caches
	rm -rf .venv .venv-* .aws-sam .build .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

# A virtual environment is made anew when its pins change, so that it holds nothing else.
# The pins are complete, so pip resolves nothing (older ones stumble over pins of packages wanted with extras), and
# Python compiles what it imports when it does (most is never imported). -qq: pip is silent about all but errors.
define make_venv
	@command -v $(PYTHON) >/dev/null || { echo "make: $(PYTHON) not found; message-detail needs Python 3.11 or newer (make PYTHON=…)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("make: $(PYTHON) is Python %d.%d.%d; message-detail needs 3.11 or newer (make PYTHON=python3.13 …)" % sys.version_info[:3])'
	@echo "Installing $< into $(@D) (once; about a minute) …" >&2
	@$(PYTHON) -m venv --clear $(@D)
	@$(@D)/bin/python -m pip install -qq --disable-pip-version-check --no-input --no-compile --no-deps \
		--require-hashes -r $<
	@touch $@
endef

$(VENV)/.stamp: requirements/dev.txt
	$(make_venv)
	@printf '%s\n' '#!/bin/sh' '# The command message-detail, as this clone has it.' \
		'PYTHONPATH="$(CURDIR)/cli" exec "$(abspath $(BIN))/python" -m message_detail_cli "$$@"' >$(BIN)/message-detail
	@chmod +x $(BIN)/message-detail

.venv-%/.stamp: requirements/%.txt
	$(make_venv)

# Lambda's own version, whatever the rest runs on.
.venv-rie/.stamp: override PYTHON = $(BUILD_PYTHON)
