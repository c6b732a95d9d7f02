//! `keshiin seal`, `open`, `list` and `rekey`.

use std::io::Read;
use std::path::Path;

use keshiin::workflows::{
    self, Exit, KeyChoice, OpenRequest, PackageAccess, PassphraseChoice, PermitRequest, RekeyRequest,
    ScanRequest, SealReport, SealRequest, WorkflowError,
};

use super::Call;
use crate::cli::args::{Access, List, Lock, Open, PermitOptions, Rekey, ScanOptions, Seal};
use crate::cli::report::{
    list_document, list_lines, open_document, open_lines, sealed_document, sealed_lines,
};

/// The path that stands for standard input.
const STANDARD_INPUT: &str = "-";

pub(super) fn seal(call: &Call<'_>, arguments: Seal) -> Result<Exit, WorkflowError> {
    let from_input = arguments
        .paths
        .iter()
        .any(|path| path == Path::new(STANDARD_INPUT));
    let input = from_input.then(|| Box::new(std::io::stdin()) as Box<dyn Read + Send>);
    let request = seal_request(arguments, call.paper_language());
    let mut desk = call.desk().for_package();
    let report = call.with_desk(&mut desk, |lent| workflows::seal_package(&request, input, lent))?;
    Ok(show_sealed(call, &report))
}

pub(super) fn open(call: &Call<'_>, arguments: Open) -> Result<Exit, WorkflowError> {
    let request = OpenRequest {
        access: access(arguments.access, arguments.unsigned),
        out: arguments.out,
        only: arguments.only,
        force: arguments.force,
        salvage: arguments.salvage,
        scan: scan(arguments.scan),
    };
    let report = call.with(|lent| workflows::open_package(&request, lent))?;
    call.console.result(
        &open_lines(call.console, &report, &request.out),
        &open_document(&report, &request.out),
    );
    Ok(report.exit)
}

pub(super) fn list(call: &Call<'_>, arguments: List) -> Result<Exit, WorkflowError> {
    let access = access(arguments.access, arguments.unsigned);
    let listed = call.with(|lent| workflows::list_package(&access, lent))?;
    call.console
        .long_result(|| list_lines(call.console, &listed), || list_document(&listed));
    Ok(listed.exit)
}

pub(super) fn rekey(call: &Call<'_>, arguments: Rekey) -> Result<Exit, WorkflowError> {
    let medium = arguments.medium;
    let request = RekeyRequest {
        access: access(arguments.access, false),
        sender: arguments.sender,
        add: arguments.add,
        remove: arguments.remove,
        out: arguments.out,
        name: medium.name,
        title: arguments.title,
        medium_number: medium.medium_no,
        place: medium.place,
        split: medium.split,
        read_back: !medium.no_read_back,
        keep_existing: medium.keep_existing,
        language: call.paper_language(),
        missing_glyphs: medium.missing_glyphs,
    };
    let report = call.with(|lent| workflows::rekey_package(&request, lent))?;
    Ok(show_sealed(call, &report))
}

fn show_sealed(call: &Call<'_>, report: &SealReport) -> Exit {
    call.console
        .result(&sealed_lines(call.console, report), &sealed_document(report));
    report.exit
}

fn seal_request(arguments: Seal, language: keshiin::records::Language) -> SealRequest {
    let passphrase = passphrase(&arguments.lock);
    let medium = arguments.medium;
    SealRequest {
        paths: arguments.paths,
        stdin_name: arguments.stdin_name,
        to: arguments.lock.to,
        passphrase,
        sender: arguments.sender,
        out: arguments.out,
        title: arguments.title,
        contents: arguments.contents,
        records: arguments.records,
        classification: arguments.classification,
        mynumber: arguments.mynumber,
        policy: arguments.policy,
        name: medium.name,
        permit: permit(arguments.permit),
        contract: arguments.contract,
        medium_number: medium.medium_no,
        place: medium.place,
        split: medium.split,
        scan: scan(arguments.scan),
        scan_record: arguments.scan_record,
        compress: arguments.compress,
        read_back: !medium.no_read_back,
        keep_existing: medium.keep_existing,
        notice: arguments.notice,
        notice_by: arguments.notice_by,
        language,
        missing_glyphs: medium.missing_glyphs,
    }
}

const fn passphrase(lock: &Lock) -> PassphraseChoice {
    if lock.passphrase {
        PassphraseChoice::Generate
    } else if lock.passphrase_ask {
        PassphraseChoice::Ask
    } else {
        PassphraseChoice::None
    }
}

/// All three are given or none; the parser sees to that.
fn permit(options: PermitOptions) -> Option<PermitRequest> {
    Some(PermitRequest {
        number: options.permit?,
        by: options.permit_by?,
        until: options.permit_until?,
    })
}

fn scan(options: ScanOptions) -> Option<ScanRequest> {
    let engine = options.scan?;
    Some(ScanRequest {
        engine,
        database: options.scan_database,
        socket: options.scan_socket,
    })
}

fn access(access: Access, unsigned: bool) -> PackageAccess {
    PackageAccess {
        package: access.package,
        key: access.key.map_or(KeyChoice::Passphrase, KeyChoice::Key),
        unsigned,
    }
}
