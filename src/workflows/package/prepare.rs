//! Everything that can be found wrong with a seal before a secret is asked for, told at once.

use std::fs;
use std::path::{Path, PathBuf};

use crate::policy::{self, PolicyError, Profile};
use crate::records::{Contract, NoticeBy, Permit, check_text};
use crate::sealing::SealingError;
use crate::units::ByteCount;

use super::super::wipe::contract_texts;
use super::super::{DeskRefusal, Lent, Refusal, UsageFault, WorkflowError, files, profiles};
use super::PackageRefusal;
use super::ground::{self, Ground, Sought};
use super::papers::Papers;
use super::request::{PassphraseChoice, SealRequest};
use super::targets::{Finder, Targets};
use super::walk::{Origin, Walked, walk};

/// Largest contract file in bytes.
const MOST_CONTRACT_BYTES: usize = 256 << 10;
/// What a package has besides its files' bytes: fronts, fill, gap, and both manifests' ends.
const AROUND: u64 = 5 << 20;
/// `.001` to `.999`.
const MOST_VOLUMES: u64 = 999;
/// What an entry takes in one manifest besides its path, at most.
const ENTRY_BYTES: u64 = 400;

/// What the words of a request mean.
pub(super) struct Understood {
    pub(super) profile: Profile,
    pub(super) compress: bool,
    pub(super) notice_by: Option<NoticeBy>,
    pub(super) permit: Option<Permit>,
}

/// A seal with nothing left to refuse but secrets.
pub(super) struct Prepared {
    pub(super) understood: Understood,
    pub(super) ground: Ground,
    pub(super) targets: Targets,
    pub(super) contract: Option<Contract>,
    pub(super) walked: Walked,
    pub(super) bound: Option<ByteCount>,
    pub(super) papers: Papers,
    /// Digest of another scanner's result.
    pub(super) scan_record: Option<crate::crypto::Digest>,
}

/// Looks at everything.
pub(super) fn prepare(request: &SealRequest, lent: &Lent<'_>) -> Result<Prepared, WorkflowError> {
    let understood = understand(request)?;
    let mut refusals = Vec::new();
    let sought = Sought {
        sender: &request.sender,
        out: &request.out,
        keep_existing: request.keep_existing,
    };
    let ground = ground::ground(&sought, lent, &mut refusals)?;
    let targets = targets(request, &ground, &mut refusals)?;
    rules(request, &understood, &ground, &mut refusals);
    let contract = contract(request.contract.as_deref())?;
    refusals.extend(texts(request));
    if request.passphrase == PassphraseChoice::Generate
        && request.notice.is_none()
        && !lent.desk.is_attended()
    {
        // A passphrase that nobody sees would lock everybody out.
        refusals.push(Refusal::Desk(DeskRefusal::NobodyToAsk {
            question: "generated-package-passphrase",
            about: request.name.clone().unwrap_or_else(|| "package".to_owned()),
        }));
    }
    let mut own = Vec::new();
    if request.scan.is_some() && request.paths.iter().any(|path| path.as_os_str() == "-") {
        own.push(PackageRefusal::ScanStandardInput);
    }
    let standard = request.stdin_name.as_deref().unwrap_or("stdin");
    let walked = walk(&request.paths, standard, &mut own);
    own.extend(on_output(request, &walked));
    refusals.extend(own.into_iter().map(Refusal::Package));
    let bound = ground::volume_bound(&request.split, ground.storage.as_ref())
        .map_err(|fault| WorkflowError::Usage(vec![fault]))?;
    if let Some(storage) = &ground.storage {
        ground::check_room(&request.out, storage, needed(&walked), bound, &mut refusals);
        notice(request, storage, lent, &mut refusals);
    }
    refusals.extend(
        request
            .name
            .iter()
            .flat_map(|name| ground::taken(&request.out, name)),
    );
    let spell_out = request.missing_glyphs == "code";
    let typed = typed(request, &ground, &targets, contract.as_ref());
    let papers = Papers::prove(request.language, spell_out, &typed, &mut refusals)?;
    let scan_record = scan_record(request.scan_record.as_deref())?;
    if !refusals.is_empty() {
        return Err(WorkflowError::Refused(refusals));
    }
    if bound.is_some_and(|bound| walked.bytes > bound.0.saturating_mul(MOST_VOLUMES)) {
        let error = SealingError::TooManyVolumes { bound: 999 };
        let path = request.out.clone();
        return Err(WorkflowError::Package { path, error });
    }
    Ok(Prepared {
        understood,
        ground,
        targets,
        contract,
        walked,
        bound,
        papers,
        scan_record,
    })
}

/// Reads the words; every mistake at once.
fn understand(request: &SealRequest) -> Result<Understood, WorkflowError> {
    let mut faults = Vec::new();
    let value = |option, value: &str| UsageFault::Value {
        option,
        value: value.to_owned(),
    };
    let profile = match profiles::profile(&request.policy)? {
        Ok(profile) => Some(profile),
        Err(fault) => {
            faults.push(fault);
            None
        }
    };
    if let Some(other) = request.compress.as_deref().filter(|name| *name != "zstd") {
        faults.push(value("--compress", other));
    }
    if let Some(scan) = request.scan.as_ref().filter(|scan| scan.engine != "clamav") {
        faults.push(value("--scan", &scan.engine));
    }
    let notice_by = request
        .notice_by
        .as_deref()
        .map(|name| NoticeBy::parse(name).ok_or_else(|| value("--notice-by", name)));
    let notice_by = notice_by.transpose().unwrap_or_else(|fault| {
        faults.push(fault);
        None
    });
    let permit = permit(request).unwrap_or_else(|fault| {
        faults.push(fault);
        None
    });
    faults.extend(ground::volume_bound(&request.split, None).err());
    if !matches!(request.missing_glyphs.as_str(), "refuse" | "code") {
        faults.push(value("--missing-glyphs", &request.missing_glyphs));
    }
    match profile {
        Some(profile) if faults.is_empty() => Ok(Understood {
            profile,
            compress: request.compress.is_some(),
            notice_by,
            permit,
        }),
        _ => Err(WorkflowError::Usage(faults)),
    }
}

fn permit(request: &SealRequest) -> Result<Option<Permit>, UsageFault> {
    let Some(permit) = &request.permit else {
        return Ok(None);
    };
    let wrong = |_| UsageFault::Value {
        option: "--permit-until",
        value: permit.until.clone(),
    };
    let until = permit.until.parse::<jiff::civil::Date>().map_err(wrong)?;
    Ok(Some(Permit {
        number: permit.number.clone(),
        by: permit.by.clone(),
        until,
    }))
}

fn targets(
    request: &SealRequest,
    ground: &Ground,
    refusals: &mut Vec<Refusal>,
) -> Result<Targets, WorkflowError> {
    let mut targets = Targets::default();
    if request.passphrase != PassphraseChoice::None {
        return Ok(targets);
    }
    let finder = Finder {
        standing: &ground.roster,
        now: ground.now,
        specimen: ground.specimen,
    };
    let before = refusals.len();
    finder.find(&request.to, &mut targets, refusals)?;
    if refusals.len() == before {
        refusals.extend(targets.check_count().err().map(Refusal::Package));
    }
    Ok(targets)
}

/// What the policy says, and what the permit does.
fn rules(request: &SealRequest, understood: &Understood, ground: &Ground, refusals: &mut Vec<Refusal>) {
    let class = &request.classification;
    match policy::for_delivery(&understood.profile, class, request.mynumber) {
        Ok(rules) if request.passphrase != PassphraseChoice::None && !rules.passphrase => {
            refusals.push(
                PackageRefusal::PassphraseNotAllowed {
                    classification: class.clone(),
                }
                .into(),
            );
        }
        Ok(_) => {}
        Err(error @ PolicyError::UnknownClassification { .. }) => refusals.push(error.into()),
        Err(error) => refusals.push(error.into()),
    }
    refusals.extend(ground.permit_ended(understood.permit.as_ref()));
}

/// Reads a contract file.
pub(super) fn contract(path: Option<&Path>) -> Result<Option<Contract>, WorkflowError> {
    let Some(path) = path else { return Ok(None) };
    let bytes = files::read(path, MOST_CONTRACT_BYTES)?;
    let read = Contract::parse(&bytes);
    read.map(Some).map_err(|error| {
        Refusal::Record {
            path: path.to_owned(),
            error,
        }
        .into()
    })
}

fn texts(request: &SealRequest) -> Vec<Refusal> {
    let permit = request.permit.as_ref();
    let texts = [
        ("--title", Some(&request.title), 200),
        ("--contents", request.contents.as_ref(), 500),
        ("--medium-no", request.medium_number.as_ref(), 100),
        ("--place", request.place.as_ref(), 200),
        ("--permit", permit.map(|permit| &permit.number), 200),
        ("--permit-by", permit.map(|permit| &permit.by), 200),
    ];
    let check = |(field, text, bound): (&'static str, Option<&String>, usize)| {
        text.and_then(|text| check_text(field, text, bound).err())
    };
    let names = request
        .name
        .iter()
        .filter_map(|name| ground::check_name(name).err())
        .map(Refusal::Package);
    texts
        .into_iter()
        .filter_map(check)
        .map(Refusal::Text)
        .chain(names)
        .collect()
}

/// Texts that will stand on paper, each with where it was typed.
fn typed(
    request: &SealRequest,
    ground: &Ground,
    targets: &Targets,
    contract: Option<&Contract>,
) -> Vec<(&'static str, Option<String>)> {
    let permit = request
        .permit
        .as_ref()
        .map(|permit| format!("{} {}", permit.number, permit.by));
    let of = |person: &crate::records::Identity| {
        [
            Some(person.organisation.as_str()),
            person.title.as_deref(),
            Some(person.name.as_str()),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
    };
    [
        ("--title", Some(request.title.clone())),
        ("--contents", request.contents.clone()),
        ("--medium-no", request.medium_number.clone()),
        ("--place", request.place.clone()),
        ("--permit", permit),
        ("--sender", Some(of(ground.sender.public()))),
        ("--contract", contract.map(contract_texts)),
    ]
    .into_iter()
    .chain(targets.typed("--to"))
    .collect()
}

/// Inputs that lie where the package is written, or that hold that folder.
fn on_output(request: &SealRequest, walked: &Walked) -> Vec<PackageRefusal> {
    let Ok(out) = fs::canonicalize(&request.out) else {
        return Vec::new();
    };
    let refusal = |path: &Path| PackageRefusal::InputOnOutput {
        path: path.to_owned(),
    };
    let around = request
        .paths
        .iter()
        .filter(|path| fs::canonicalize(path).is_ok_and(|path| out.starts_with(path)));
    let mut refusals: Vec<PackageRefusal> = around.map(|path| refusal(path)).collect();
    let within = walked.origins.iter().filter_map(|origin| match origin {
        Origin::File(path, _) => path.parent().map(|folder| (path, folder)),
        _ => None,
    });
    let mut seen: Option<(&Path, bool)> = None;
    for (path, folder) in within {
        let inside = match seen {
            Some((known, inside)) if known == folder => inside,
            _ => fs::canonicalize(if folder.as_os_str().is_empty() {
                Path::new(".")
            } else {
                folder
            })
            .is_ok_and(|folder| folder.starts_with(&out)),
        };
        seen = Some((folder, inside));
        if inside && refusals.is_empty() {
            refusals.push(refusal(path));
        }
    }
    refusals
}

/// How many bytes the package will have, at most, as far as lengths are known.
fn needed(walked: &Walked) -> u64 {
    let lines: u64 = walked
        .entries
        .iter()
        .map(|entry| 2 * entry.path.len() as u64 + ENTRY_BYTES)
        .sum();
    walked.bytes + walked.bytes / 8192 + 2 * lines + AROUND
}

/// The notice: new, and not on the medium that it opens.
fn notice(
    request: &SealRequest,
    storage: &crate::devices::Storage,
    lent: &Lent<'_>,
    refusals: &mut Vec<Refusal>,
) {
    let Some(path) = &request.notice else { return };
    if path.symlink_metadata().is_ok() {
        refusals.push(Refusal::Exists { path: path.clone() });
    }
    if ground::travels_with(path, &request.out, storage, lent) {
        refusals.push(PackageRefusal::NoticeOnMedium { path: path.clone() }.into());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.map_or_else(|| PathBuf::from("."), Path::to_owned);
    let probed = files::probe_folder(&folder, ByteCount(1 << 20));
    refusals.extend(probed.err().map(|problem| Refusal::Output {
        path: folder,
        problem,
    }));
}

/// SHA-256 of what another scanner wrote.
fn scan_record(path: Option<&Path>) -> Result<Option<crate::crypto::Digest>, WorkflowError> {
    const MOST_BYTES: usize = 16 << 20;
    let Some(path) = path else { return Ok(None) };
    let bytes = files::read(path, MOST_BYTES)?;
    if bytes.len() > MOST_BYTES {
        let reason = format!("more than {MOST_BYTES} bytes");
        return Err(WorkflowError::File {
            path: path.to_owned(),
            reason,
        });
    }
    Ok(Some(crate::crypto::Digest::of(&[&bytes])))
}
