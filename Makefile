# Two commands: `make run` and `make test`. Both install what is missing first.

.PHONY: run test build format clean

run:
	@scripts/install.sh
	swift build -c release
	@scripts/run.sh

test:
	@scripts/install.sh tests
	@scripts/test.sh

build:
	@scripts/install.sh
	swift build -c release

format:
	swift format --in-place --recursive Package.swift Sources Simulator Tests firmware-protocol

clean:
	rm -rf .build .venv var
