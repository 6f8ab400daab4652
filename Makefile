# Every target sets up what it needs; a second run finds it done.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
QUESTION := what did the auditors say about how many contacts were reached?

AXE := tests/web/node_modules/axe-core/axe.min.js

.PHONY: help run chat browser test check fix eval ablation grounding followups bench bench-scale lock clean
help: ## List the targets.
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

# torch comes first and alone: pip takes the pinned release from whatever wheel folder it is
# configured with, before another package's wider range can pull in a larger build.
$(VENV)/.installed: requirements.lock pyproject.toml
	@echo "Installing threadqa into $(VENV) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install "$$(grep -E '^torch==' requirements.lock)"
	@$(PIP) install --requirement requirements.lock
	@$(PIP) install --no-deps --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installing what the checks need ..."
	@$(PIP) install --requirement requirements-dev.lock
	@touch $@

run: $(VENV)/.installed ## Index examples/, ask a question, print the cited answer.
	@$(BIN)/threadqa index examples/threads
	@echo
	@echo '$$ threadqa ask "$(QUESTION)"'
	@$(BIN)/threadqa ask "$(QUESTION)"

chat: $(VENV)/.installed ## Open the web chat on examples/, until Ctrl-C.
	@$(BIN)/threadqa index examples/threads
	@$(BIN)/threadqa serve

$(AXE): tests/web/package.json
	@npm install --prefix tests/web --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error
	@touch $@

browser: $(AXE) ## Install what the browser tests need beside Chromium.

check: $(VENV)/.installed-dev ## Format, lint, types, layers.
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

test: check ## Every check, then the test suite with branch coverage.
	@$(BIN)/pytest --cov --cov-report=term

fix: $(VENV)/.installed-dev ## Let ruff format and mend what it can.
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

eval: $(VENV)/.installed-dev ## The tables of README.md and, with ../shared, of docs/evaluation.md.
	@$(BIN)/python tools/evaluate.py $(wildcard ../shared)

ablation: $(VENV)/.installed-dev ## What each part of retrieval is worth, for docs/evaluation.md.
	@$(BIN)/python tools/ablation.py $(wildcard ../shared)

grounding: $(VENV)/.installed-dev ## How well the check of support tells what posts bear out.
	@$(BIN)/python tools/grounding.py $(wildcard ../shared)

followups: $(VENV)/.installed-dev ## Follow-ups bare, glued and completed, for docs/evaluation.md.
	@$(BIN)/python tools/followups.py $(wildcard ../shared)

bench: $(VENV)/.installed-dev ## Cold ask and indexing rate as ratios; the web chat with four users.
	@TQDM_DISABLE=1 $(BIN)/python tools/bench.py --out eval/results/bench.json
	@PYTHONPATH=. $(BIN)/python tools/bench_web.py --out eval/results/bench-web.json

bench-scale: $(VENV)/.installed-dev ## A warm question over 100,000 posts, and what the archive costs.
	@$(BIN)/python tools/bench_scale.py --posts 100000 --out eval/results/scale-100000.json

# The local part of torch's version names a build, not a release: it is not everybody's.
lock: $(VENV)/.installed-dev ## Resolve the dependencies anew.
	@$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links \
		--no-header --upgrade --upgrade-package torch==2.13.0 \
		--output-file requirements.lock pyproject.toml
	@$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links \
		--no-header --upgrade --upgrade-package torch==2.13.0 --extra dev \
		--constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
	@sed -i -E 's/^(torch==[0-9.]+)\+[a-z0-9]+/\1/' requirements.lock requirements-dev.lock

clean: ## Remove the environment, caches and the index.
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage*
	find index -mindepth 1 ! -name README.md -delete
