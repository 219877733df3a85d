#!/bin/sh
# Installs the pinned dependencies and Readygate itself into a virtual environment:
#   install.sh VENV LOCKFILE      (PYTHON names the interpreter, python3 by default)
set -eu
venv=$1
lock=$2
python=${PYTHON:-python3}

missing() {
    printf 'readygate: %s\n  %s\n' "$1" "$2" >&2
    exit 1
}

command -v git >/dev/null 2>&1 || missing "git is not installed" "Debian: apt-get install git; macOS: xcode-select --install"
command -v "$python" >/dev/null 2>&1 || missing "$python is not installed" "Debian: apt-get install python3 python3-venv"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    missing "$python is $("$python" -V 2>&1), Python 3.11 or later is needed" "Name another one: make PYTHON=python3.12 ..."
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    missing "$python has no venv module" "Debian: apt-get install python3-venv"

[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
echo "Installing $lock into $venv ..."
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$lock" ||
    missing "the dependencies in $lock could not be installed" "pip's message above says which one and why"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . ||
    missing "Readygate itself could not be installed from this folder" "pip's message above says why"
