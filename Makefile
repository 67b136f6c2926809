# Two commands on a machine with nothing but Python >= 3.11: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: demo test check bench chaos clean

demo: $(VENV)/.demo
	$(VENV)/bin/tuibao demo $(ARGS)

test: $(VENV)/.test
	$(VENV)/bin/python -m pytest $(ARGS)

check: $(VENV)/.test
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH" scripts/check

chaos: $(VENV)/.test
	$(VENV)/bin/python -m tests.chaos $(ARGS)

bench: $(VENV)/.test
	$(VENV)/bin/python -m benchmarks

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Tuibao needs Python 3.11 or newer; point PYTHON= at one: make demo PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: constraints.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing the locked dependencies into $(VENV), once ..."
	$(VENV)/bin/python -m pip install --quiet --require-hashes -r constraints.txt
	$(VENV)/bin/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: constraints-dev.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing the locked dependencies and the test tools into $(VENV), once ..."
	$(VENV)/bin/python -m pip install --quiet --require-hashes -r constraints-dev.txt
	$(VENV)/bin/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.demo

clean:
	rm -rf $(VENV) dist build
