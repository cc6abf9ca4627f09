#!/usr/bin/env bash
# Installs what is missing; says nothing and needs no rights when all is there.
#   install.sh          what building and running needs
#   install.sh package  also what making the package needs
#   install.sh tests    also what the tests need
#   install.sh bench    also what the benchmarks need
set -euo pipefail
cd "$(dirname "$0")/.."

# libcurl: the simulator's and the example's HTTP, which Swift's runtime does not bring along.
packages=(libmosquitto-dev libssl-dev libsqlite3-dev libcurl4-openssl-dev mosquitto tzdata curl openssl)
packaging=(python3 dpkg-dev binutils)
if [ "${1:-}" = package ]; then packages+=("${packaging[@]}"); fi
if [ "${1:-}" = tests ]; then
  packages+=("${packaging[@]}" python3-venv strace sqlite3 gcc libc6-dev chromium mmdebstrap systemd)
fi
if [ "${1:-}" = bench ]; then packages+=(python3 python3-venv gcc libc6-dev mosquitto-clients); fi

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "installing: ${missing[*]}"
  root=()
  if [ "$(id -u)" != 0 ]; then root=(sudo); fi
  export DEBIAN_FRONTEND=noninteractive
  "${root[@]}" apt-get update -qq
  # The package would start a broker of its own; ours has its own configuration.
  "${root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

if ! command -v swift >/dev/null; then
  echo "swift is not installed; get Swift 6.3 from https://www.swift.org/install and try again" >&2
  exit 1
fi

if [ "${1:-}" = tests ]; then
  # Folders of the environment are made anew when the requirements change.
  wanted=Tests/outside-peer/requirements.txt
  if ! cmp -s "$wanted" .venv/requirements.txt; then
    echo "installing the outside peer's Python packages into .venv"
    rm -rf .venv
    python3 -m venv .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -r "$wanted"
    cp "$wanted" .venv/requirements.txt
  fi
fi
