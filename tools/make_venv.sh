#!/bin/sh
# Creates a virtual environment with the first Python on this machine that is new enough.
# Usage: make_venv.sh FOLDER; PYTHON names the interpreter to use.
set -eu

candidates=${PYTHON:-python3 python3.13 python3.12 python3.11}
for python in $candidates; do
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        echo "$python cannot create virtual environments. On Debian or Ubuntu: apt install python3-venv" >&2
        exit 1
    fi
    echo "Creating $1 with $("$python" --version)"
    exec "$python" -m venv "$1"
done

echo "Homeground needs Python 3.11 or newer, and none was found under: $candidates" >&2
echo "Install one, or name it: make PYTHON=/path/to/python3.12 demo" >&2
exit 1
