#!/bin/sh
# Runs every fuzz target for a while: scripts/fuzz.sh [--optional] [SECONDS]
# Needs a nightly toolchain and cargo-fuzz, which is installed if missing.
# With --optional a missing tool is reported and is not an error.
set -eu
cd "$(dirname "$0")/.."

optional=no
if [ "${1:-}" = --optional ]; then
    optional=yes
    shift
fi
seconds=${1:-20}

# Never download a toolchain unasked.
RUSTUP_AUTO_INSTALL=0
export RUSTUP_AUTO_INSTALL

give_up() {
    if [ "$optional" = yes ]; then
        echo "fuzz: skipped: $*"
        exit 0
    fi
    echo "fuzz: $*" >&2
    exit 1
}

[ -f fuzz/Cargo.toml ] || give_up "there is no fuzz/Cargo.toml"
cargo +nightly --version >/dev/null 2>&1 || give_up "no nightly toolchain is installed"
if ! cargo fuzz --version >/dev/null 2>&1; then
    cargo install cargo-fuzz --locked --quiet || give_up "cargo-fuzz could not be installed"
fi

targets=$(cargo +nightly fuzz list)
[ -n "$targets" ] || give_up "there is no fuzz target"
for target in $targets; do
    echo "fuzz: $target for $seconds s"
    mkdir -p "fuzz/corpus/$target"
    set -- "fuzz/corpus/$target"
    # Starting inputs kept in the repository, if there are any.
    if [ -d "fuzz/seeds/$target" ]; then set -- "$@" "fuzz/seeds/$target"; fi
    cargo +nightly fuzz run "$target" "$@" -- \
        -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=20 -verbosity=0 -print_final_stats=1
done
echo "fuzz: no crash"
