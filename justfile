# What people type most. Every check is a step of `.ci/run`, which is the gate.

# Lists the recipes.
default:
    @just --list

# The whole gate, or some of its steps: `just check lint tests`.
check *steps:
    .ci/run {{ steps }}

# Puts the format right.
format:
    cargo fmt

# One test or some: `just test rooms`.
test *filter:
    cargo test --locked {{ filter }}

# One benchmark: `just bench swap`.
bench name *options:
    cargo bench --locked --bench {{ name }} -- {{ options }}

# The three vehicles side by side.
demo *options:
    cargo run --release --locked -- demo {{ options }}
