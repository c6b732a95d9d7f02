//! The program `keshiin`: one command line for those who seal, erase, witness and verify.

mod cli;

fn main() -> std::process::ExitCode {
    cli::run()
}
