# What the scripts share: read by `. scripts/common.sh` after `cd` to the top of the tree.
# shellcheck shell=sh

say() {
    printf '%s\n' "$*"
}

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

has() {
    command -v "$1" >/dev/null 2>&1
}

# The comment at the top of the script is its help.
help_of() {
    awk 'NR > 1 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$1"
}

jobs_count() {
    say "${FLORIN_JOBS:-$(nproc 2>/dev/null || say 2)}"
}

# $1 = directory, the rest = meson's options. A tree that is set up is left as it is.
meson_tree() {
    tree=$1
    shift
    [ -f "$tree/build.ninja" ] || meson setup "$tree" "$@"
    ninja -C "$tree" -j "$(jobs_count)"
}

# Makes the Python environment of the tests, once for each version of its list of packages.
python_environment() {
    cmp -s tests/requirements.txt .florin/venv/requirements.txt && return 0
    rm -rf .florin/venv && python3 -m venv .florin/venv &&
        .florin/venv/bin/pip install --quiet --disable-pip-version-check -r tests/requirements.txt &&
        cp tests/requirements.txt .florin/venv/
}

# The same for the JavaScript packages; a node program finds them by NODE_PATH.
node_environment() {
    cmp -s tests/sdk/package-lock.json .florin/js/installed && return 0
    rm -rf .florin/js && mkdir -p .florin/js && cp tests/sdk/package*.json .florin/js/ &&
        (cd .florin/js && npm ci --silent --no-audit --no-fund --ignore-scripts) &&
        cp tests/sdk/package-lock.json .florin/js/installed
}
