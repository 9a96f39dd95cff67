#!/bin/sh
# Fails when the judge (no default features, with or without the command) depends
# on a solver: a certificate must be checkable without trusting one.
set -eu
cd "$(dirname "$0")/.."

# Names of solver crates, as extended regular expressions.
pattern=$(tr -s ' \n' '||' <<'END' | sed 's/^|//; s/|$//'
highs(-.*)? good_lp clarabel
cbc(-.*|_.*)? coin_.* clp(-.*)? glpk(-.*)? rglpk lpsolve(-.*)? lp-solvers lp-modeler lp_modeler
minilp microlp simplex(-.*)? russcip scip(-.*)? ortools(-.*)? cp_sat
grb gurobi(-.*|_.*)? cplex(-.*)? rplex mosek(-.*)? mosekcomodel.* xpress(-.*)?
osqp(-.*)? scs(-.*)? ecos(-.*)? piqp(-.*)? quadprog(-.*)? totsu(_.*)? ipopt(-.*)? nlopt(-.*)?
cobyla slsqp argmin(-.*|_.*)? optimization_engine
varisat(-.*)? splr batsat screwsat minisat(-.*)? cadical(-.*)? kissat(-.*)? rustsat(-.*)?
cryptominisat.* creusat picosat(-.*)? glucose(-.*)? ipasir(-.*)? pumpkin-.*
z3(-.*)? cvc5(-.*)? yices.* boolector(-.*)? bitwuzla(-.*)?
END
)

packages() {
    cargo tree --locked --target all --edges normal,build --prefix none --format '{p}' "$@"
}

# Prints the distinct package names of one build; fails if cargo tree does.
names() {
    listing=$(packages "$@") || {
        echo "judge-is-independent: cargo tree $* failed" >&2
        return 1
    }
    printf '%s\n' "$listing" | sed 's/ .*//' | grep -v '^$' | sort -u
}

# The check must be able to fail: the default build does have solvers.
all=$(names)
if ! printf '%s\n' "$all" | grep -Eqx "$pattern"; then
    echo 'judge-is-independent: no solver seen in the default build: the check is blind' >&2
    exit 1
fi

status=0
check() {
    tree=$(names --no-default-features "$@")
    size=$(printf '%s\n' "$tree" | wc -l)
    found=$(printf '%s\n' "$tree" | grep -Ex "$pattern" || true)
    label="--no-default-features${*:+ $*}"
    if [ -n "$found" ]; then
        # shellcheck disable=SC2086  # put the names on one line
        echo "judge-is-independent: $label depends on a solver:" $found >&2
        status=1
    else
        echo "judge-is-independent: $label: $((size)) packages, no solver"
    fi
}
check
check --features cli
exit "$status"
