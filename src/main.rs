//! The `heaviside` command; see [`heaviside::cli`].

fn main() -> std::process::ExitCode {
    heaviside::cli::main()
}
