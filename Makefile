# `make demo` and `make test` need Python 3.11 or later (with venv), git and make; they install the rest into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint unit bench bench-catalogue bench-secrets bench-coverage soak install install-dev lock clean

demo: install
	@$(BIN)/python -m app.commands.demo $(if $(STAY),--stay)

test: install-dev
	@$(BIN)/python tests/checks.py

lint: install-dev
	@$(BIN)/python tests/checks.py --only lint

unit: install-dev
	@$(BIN)/python -m pytest tests -m "not slow" -n 2

# `make bench REPO=/path/to/clone`; ARGS="--parts scan --repeats 3" for a part. The other programs are installed outside.
bench: install-dev
	@$(BIN)/python tests/bench/bench.py $(if $(REPO),--repo "$(REPO)") $(ARGS)

# Recall, noise and speed of the secrets detector; ARGS="--trees DIR DIR --misses" compares with a pinned scanner on source trees.
bench-secrets: install-dev
	@PYTHONPATH=. $(BIN)/python tests/bench/bench_secrets.py $(ARGS)

# How often the rules agree with people who have read 42 repositories; ARGS="--trees DIR" takes clones from a folder, --list says where not.
bench-catalogue: install-dev
	@$(BIN)/python tests/catalogue/bench_catalogue.py $(ARGS)

# Coverage reports of 100 MB, read by us and by others (diff-cover is installed outside); ARGS="--formats lcov --repeats 5".
bench-coverage: install-dev
	@$(BIN)/python tests/bench/coverage.py $(ARGS)

# A thousand pull requests on each database while everything is killed and paused: about 40 minutes; SOAK=--help.
soak: install-dev
	@PYTHONPATH=.:tests/integration $(BIN)/python tests/chaos/soak.py $(SOAK)

install: $(VENV)/.runtime
install-dev: $(VENV)/.dev

$(VENV)/.runtime: requirements.lock pyproject.toml
	@PYTHON="$(PYTHON)" sh deploy/install.sh $(VENV) requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml
	@PYTHON="$(PYTHON)" sh deploy/install.sh $(VENV) requirements-dev.lock
	@touch $@ $(VENV)/.runtime

# Needs uv on PATH; everything else here only reads the lock files.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		--extra build pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		--extra build --extra dev pyproject.toml -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
