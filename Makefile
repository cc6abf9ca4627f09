# Two commands: `make run` and `make test`. Both install what is missing first.

.PHONY: run test bench bench-core build format clean chaos power-cuts

CYCLES ?= 1000
CUTS ?= 1000

run:
	@scripts/install.sh
	swift build -c release
	@scripts/run.sh

test:
	@scripts/install.sh tests
	@scripts/test.sh

# Unattended: kills the service CYCLES times under load; cuts the power CUTS times.
chaos: build
	@scripts/install.sh tests
	.venv/bin/python -m pytest -q -p no:cacheprovider -m long Tests/integration Tests/faults
	.venv/bin/python Tests/integration/chaos.py --cycles $(CYCLES)

power-cuts: build
	@scripts/install.sh tests
	.venv/bin/python Tests/faults/power_cuts.py --cuts $(CUTS)

bench bench-core:
	@scripts/install.sh bench
	@scripts/bench.sh $(if $(filter bench-core,$@),--core)

build:
	@scripts/install.sh
	swift build -c release

format:
	swift format --in-place --recursive Package.swift Sources Simulator Tests firmware-protocol

clean:
	rm -rf .build .venv var
