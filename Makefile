# Two commands do all set-up: `make harvest` and `make test`. PYTHON names the interpreter of the virtual environment.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install

.PHONY: harvest test docs lock clean

harvest: .venv/compiled
	$(BIN)/harvest build seeds/INDEX.md --offline

test: .venv/tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m cogapp -P --check README.md docs/*.md
	$(BIN)/harvest check --quiet --no-cache
	$(BIN)/python -m pytest

docs: .venv/tested
	$(BIN)/python -m cogapp -P -r README.md docs/*.md

# Needs uv; the lock holds for every Python from 3.11 on and names no index.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-header --no-annotate --extra build pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-header --no-annotate --extra build --extra test --extra bench --extra export --extra learn --extra push --extra render -c requirements.lock pyproject.toml -o tests/requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-header --no-annotate --extra ray --extra s3 -c tests/requirements.lock pyproject.toml -o .ci/cluster.lock

clean:
	rm -f harvester/curate/*.c harvester/curate/*.so harvester/extraction/*.c harvester/extraction/*.so harvester/extraction/*/*.c harvester/extraction/*/*.so harvester/gate/*.c harvester/gate/*.so harvester/sorting/*.c harvester/sorting/*.so harvester/extraction/language.model
	rm -rf build .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(PIP) --require-hashes -r requirements.lock
	touch $@

# Compiles what pyproject.toml lists; a module that has changed since is compiled anew before anything runs.
.venv/compiled: .venv/installed harvester/building.py $(wildcard harvester/curate/*.py harvester/extraction/*.py harvester/extraction/*/*.py harvester/gate/*.py harvester/sorting/*.py)
	$(PIP) --no-deps --no-build-isolation -e .
	touch $@

# --no-deps: the lock is complete, and pip 23 stumbles over the two libraries that ask for lxml[html-clean].
.venv/tested: .venv/compiled tests/requirements.lock
	$(PIP) --require-hashes --no-deps -r tests/requirements.lock
	touch $@
