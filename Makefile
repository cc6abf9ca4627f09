# Two commands: `make run` (`TLS=1 make run`: over TLS) and `make test`. Both install what is missing first.

.PHONY: run test test-fast bench bench-core build package docs format clean chaos power-cuts attack simulate mutants fuzz

CYCLES ?= 1000
CUTS ?= 1000
SEEDS ?= 1000
FROM ?= 1
SECONDS ?= 60
MINUTES ?= 60

run:
	@scripts/install.sh
	@scripts/build.sh
	@scripts/run.sh

test:
	@scripts/install.sh tests
	@scripts/test.sh $(LANES)

# Without a release build: minutes while one works; LANES="gates units" chooses others.
test-fast:
	@scripts/install.sh tests
	@scripts/test.sh fast

# Unattended: kills the service CYCLES times under load; cuts the power CUTS times.
chaos: build
	@scripts/install.sh tests
	.venv/bin/python -m pytest -q -p no:cacheprovider -m long Tests/integration Tests/faults
	.venv/bin/python Tests/integration/chaos.py --cycles $(CYCLES)

power-cuts: build
	@scripts/install.sh tests
	.venv/bin/python Tests/faults/power_cuts.py --cuts $(CUTS)

# What a client can do that means harm, in full, then all of it at once for MINUTES beside a thousand
# terminals; the short forms are part of `make test`.
attack: build
	@scripts/install.sh tests
	.venv/bin/python -m pytest -q -p no:cacheprovider -s Tests/attack
	.venv/bin/python Tests/attack/measure.py $(BUILDS)
	.venv/bin/python Tests/attack/siege.py --minutes $(MINUTES)

# A city in one process, SEEDS times over from seed FROM; a failing one is told as a short story.
simulate:
	@simulate=$$(Tests/simulation/build.sh) && "$$simulate" --from $(FROM) --seeds $(SEEDS) $(ARGS)

# Builds broken on purpose, each of which the simulation must catch.
mutants:
	@Tests/mutants/run.sh $(ARGS)

# Everything that reads bytes from outside, SECONDS for each.
fuzz:
	@Tests/fuzz/run.sh $(SECONDS) $(TARGETS)

bench bench-core:
	@scripts/install.sh bench
	@scripts/bench.sh $(if $(filter bench-core,$@),--core)

build:
	@scripts/install.sh
	@scripts/build.sh

# The Debian package, in .build/package.
package: build
	@scripts/install.sh package
	@scripts/package.sh

# What each library offers, as .build/documentation/*.doccarchive; MODULES="Store Web" for some.
docs:
	@scripts/install.sh
	@scripts/documentation.sh $(MODULES)

format:
	swift format --in-place --recursive Package.swift Sources Simulator Tests Benchmarks firmware-protocol

clean:
	rm -rf .build .venv var
