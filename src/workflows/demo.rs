//! `keshiin demo`: the whole story on an image file, with throw-away identities, without root.
//!
//! Everything it makes is a specimen: its records count in its own home folder and nowhere else.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::crypto::{Passphrase, SecretText};
use crate::devices::DeviceFacts;
use crate::progress::{Observer, StopSignal};
use crate::records::{Identity, Language, NewIdentity, Role};
use crate::rendering::PAPER;
use crate::units::ByteCount;

use super::files::{self, Privacy};
use super::{
    Desk, DeskRefusal, EngineRequest, Entered, Exit, FilesDone, FilesPreview, FreePreview, Home, Lane, Lent,
    NewMember, Refusal, Signed, Typed, Verification, VerifyRequest, WipeFailure, WipeOutcome, WipePreview,
    WipeReport, WipeRequest, WitnessRequest, WorkOrder, WorkflowError, keys, rosters, verify, wipe,
};

/// Size of the image file.
const IMAGE_BYTES: u64 = 64 << 20;
/// Whom the paper is addressed to, and who answers.
const CONTRACT: &[u8] = include_bytes!("../../certificates/specimens/contract.toml");
/// What every synthetic line has.
const MARK: &[u8] = "見本住民".as_bytes();

/// A step of the demonstration, told as it happens.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DemoStep {
    /// Identities and roster are there.
    People {
        /// Issuer, handler, witness.
        names: Vec<String>,
    },
    /// The image is filled.
    Filled {
        /// The image.
        image: PathBuf,
        /// Its size.
        size: ByteCount,
        /// Lines of synthetic data that the raw image holds.
        found: u64,
    },
    /// The erasure begins.
    Erasing,
    /// The raw image was searched again.
    Searched {
        /// Lines found.
        found: u64,
    },
    /// The record was verified.
    Verified {
        /// With this exit code.
        exit: u8,
    },
    /// The paper was verified.
    Printed {
        /// The PDF.
        path: PathBuf,
        /// With this exit code.
        exit: u8,
    },
    /// A copy with one changed byte was verified.
    Tampered {
        /// With this exit code.
        exit: u8,
    },
}

/// What the demonstration leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoReport {
    /// The folder with everything.
    pub folder: PathBuf,
    /// Its home folder.
    pub home: PathBuf,
    /// The record.
    pub record: PathBuf,
    /// Its slip.
    pub slip: PathBuf,
    /// Its paper.
    pub paper: Option<PathBuf>,
    /// The copy with one changed byte.
    pub tampered: PathBuf,
    /// The image.
    pub image: PathBuf,
    /// The file with the passphrase of all three keys.
    pub passphrase_file: PathBuf,
    /// The verification of the record.
    pub verification: Verification,
    /// Whether everything came out as it should.
    pub exit: Exit,
}

/// Runs the demonstration in `folder`, which must be new or empty.
///
/// # Errors
/// A folder that is not empty; whatever a real erasure could be refused for.
pub fn demo(
    folder: &Path,
    language: Language,
    tell: &mut dyn FnMut(&DemoStep),
    lent: &mut Lent<'_>,
) -> Result<DemoReport, WorkflowError> {
    files::make_folder(folder, lent.owner)?;
    let folder = fs::canonicalize(folder).map_err(|error| fault(folder, &error))?;
    if fs::read_dir(&folder)
        .map_err(|error| fault(&folder, &error))?
        .next()
        .is_some()
    {
        return Err(Refusal::Exists { path: folder }.into());
    }
    let (_, text) = Passphrase::generate()?;
    let mut desk = DemoDesk {
        inner: &mut *lent.desk,
        passphrase: text.clone(),
    };
    let home = Home::new(folder.join("home"));
    home.mark_specimen()?;
    let mut own = Lent {
        clock: lent.clock,
        desk: &mut desk,
        home: home.clone(),
        issuer: None,
        roster: None,
        ledger: None,
        built: lent.built,
        owner: lent.owner,
        program: lent.program.clone(),
    };
    let stage = Stage {
        folder: &folder,
        home: &home,
        passphrase: text,
        language,
    };
    stage.run(tell, &mut own)
}

/// Where the demonstration plays.
struct Stage<'a> {
    folder: &'a Path,
    home: &'a Home,
    passphrase: Zeroizing<String>,
    language: Language,
}

impl Stage<'_> {
    fn run(&self, tell: &mut dyn FnMut(&DemoStep), lent: &mut Lent<'_>) -> Result<DemoReport, WorkflowError> {
        let (passphrase_file, names) = self.people(lent)?;
        tell(&DemoStep::People { names });
        let image = self.folder.join("sample-disk.img");
        fill(&image).map_err(|error| fault(&image, &error))?;
        let found = count(&image).map_err(|error| fault(&image, &error))?;
        tell(&DemoStep::Filled {
            image: image.clone(),
            size: ByteCount(IMAGE_BYTES),
            found,
        });
        tell(&DemoStep::Erasing);
        let outcome = self.erase(&image, lent)?;
        let left = count(&image).map_err(|error| fault(&image, &error))?;
        tell(&DemoStep::Searched { found: left });
        let verification = self.verify(&outcome.papers.record_path, lent)?;
        tell(&DemoStep::Verified {
            exit: verification.exit().code(),
        });
        let paper = match &outcome.papers.paper_path {
            Some(paper) => self.verify(paper, lent)?.exit(),
            None => Exit::Done,
        };
        if let Some(path) = &outcome.papers.paper_path {
            tell(&DemoStep::Printed {
                path: path.clone(),
                exit: paper.code(),
            });
        }
        let tampered = self.tamper(&outcome, lent)?;
        let caught = self.verify(&tampered, lent)?.exit();
        tell(&DemoStep::Tampered { exit: caught.code() });
        let printed = outcome.papers.paper_path.is_some() == PAPER;
        let honest = found > 0 && left == 0 && caught == Exit::False && printed;
        let exit = Exit::worst([
            outcome.exit(),
            verification.exit(),
            paper,
            if honest { Exit::Done } else { Exit::Fault },
        ]);
        Ok(DemoReport {
            folder: self.folder.to_owned(),
            home: self.home.folder().to_owned(),
            record: outcome.papers.record_path,
            slip: outcome.papers.slip_path,
            paper: outcome.papers.paper_path,
            tampered,
            image,
            passphrase_file,
            verification,
            exit,
        })
    }

    /// Makes issuer, handler and witness, and a roster that entitles them.
    fn people(&self, lent: &mut Lent<'_>) -> Result<(PathBuf, Vec<String>), WorkflowError> {
        let people = [
            ("issuer", "見本 一郎", "見本県 情報政策課", "名簿管理者", None),
            (
                "handler",
                "見本 二郎",
                "株式会社見本情報",
                "作業担当者",
                Some(Role::Handler),
            ),
            (
                "witness",
                "見本 三郎",
                "見本県 情報政策課",
                "主任",
                Some(Role::Witness),
            ),
        ];
        let (issuer, roster) = (self.key("issuer"), self.home.roster());
        let mut names = Vec::new();
        for (id, name, organisation, title, role) in people {
            let new = NewIdentity {
                id: id.into(),
                name: name.into(),
                organisation: organisation.into(),
                title: Some(title.into()),
                contact: None,
                specimen: true,
            };
            keys::new_key(new, false, &self.key(id), lent)?;
            names.push(format!("{name}（{title}）"));
            match role {
                None => drop(rosters::new_roster(&issuer, "見本県", None, &roster, lent)?),
                Some(role) => {
                    let member = NewMember {
                        identity: self.key(id),
                        roles: vec![role.name().into()],
                        ..NewMember::default()
                    };
                    drop(rosters::add_member(&roster, &issuer, &member, None, lent)?);
                }
            }
        }
        let passphrase_file = self.folder.join("passphrase.txt");
        files::write_new(
            &passphrase_file,
            self.passphrase.as_bytes(),
            Privacy::Secret,
            lent.owner,
        )?;
        Ok((passphrase_file, names))
    }

    fn erase(&self, image: &Path, lent: &mut Lent<'_>) -> Result<WipeOutcome, WorkflowError> {
        let out = self.folder.join("records");
        files::make_folder(&out, lent.owner)?;
        let name = image
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let order = WorkOrder {
            handler: self.key("handler"),
            witness: WitnessRequest::SameMachine(self.key("witness")),
            purpose: "disposal".into(),
            classification: "1".into(),
            mynumber: false,
            policy: "mic".into(),
            then: None,
            contract: Some(self.contract(lent)?),
            asset_number: Some("見本-0001".into()),
            machine: None,
            place: Some("見本県庁舎 3階 作業室".into()),
            out,
            language: self.language,
            template: None,
            missing_glyphs: "refuse".into(),
        };
        let request = WipeRequest {
            devices: vec![image.to_owned()],
            image: true,
            order,
            engine: EngineRequest::default(),
            confirm: vec![name],
            dry_run: false,
            resume: None,
        };
        match wipe::wipe_devices(&request, lent)? {
            WipeReport::Done { mut outcomes, .. } => {
                outcomes.pop().ok_or(WorkflowError::Internal { what: "demo" })
            }
            WipeReport::DryRun(_) => Err(WorkflowError::Internal { what: "demo" }),
        }
    }

    /// 業務情報 of nobody's contract.
    fn contract(&self, lent: &Lent<'_>) -> Result<PathBuf, WorkflowError> {
        let path = self.folder.join("contract.toml");
        files::write_new(&path, CONTRACT, Privacy::Shared, lent.owner)?;
        Ok(path)
    }

    fn verify(&self, file: &Path, lent: &mut Lent<'_>) -> Result<Verification, WorkflowError> {
        let request = VerifyRequest {
            files: vec![file.to_owned()],
            evidence: Vec::new(),
            pictures: false,
            template: None,
            annex: None,
        };
        verify::verify_files(&request, lent)?
            .pop()
            .ok_or(WorkflowError::Internal { what: "demo" })
    }

    /// A copy of the record in which one letter of the signed content is another.
    fn tamper(&self, outcome: &WipeOutcome, lent: &Lent<'_>) -> Result<PathBuf, WorkflowError> {
        let mut bytes = files::read(&outcome.papers.record_path, crate::records::MOST_RECORD_BYTES)?;
        let place = bytes.len() / 2;
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        let path = self.folder.join("tampered.json");
        files::write_new(&path, &bytes, Privacy::Shared, lent.owner)?;
        Ok(path)
    }

    fn key(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.key"))
    }
}

/// Fills an image with lines about people who do not exist.
fn fill(image: &Path) -> std::io::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create_new(image)?);
    let mut written = 0;
    for n in 0u64.. {
        let mut line = format!(
            "見本住民{n:08} 氏名=見本 太郎{n} 住所=見本県見本市見本町{}番地 （架空のデータ）\n",
            n % 9999
        )
        .into_bytes();
        line.truncate(
            usize::try_from(IMAGE_BYTES - written)
                .unwrap_or(usize::MAX)
                .min(line.len()),
        );
        file.write_all(&line)?;
        written += line.len() as u64;
        if written == IMAGE_BYTES {
            break;
        }
    }
    file.flush()?;
    file.get_ref().sync_all()
}

/// Counts the lines of synthetic data in the raw image, like `grep -c`.
fn count(image: &Path) -> std::io::Result<u64> {
    let mut reader = BufReader::with_capacity(1 << 20, File::open(image)?);
    let (mut found, mut line) = (0, Vec::new());
    loop {
        line.clear();
        // An erased image may have no line end for megabytes: lines are cut at 4 KiB.
        if (&mut reader).take(4096).read_until(b'\n', &mut line)? == 0 {
            return Ok(found);
        }
        found += u64::from(line.windows(MARK.len()).any(|window| window == MARK));
    }
}

fn fault(path: &Path, error: &std::io::Error) -> WorkflowError {
    WorkflowError::File {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}

/// Answers for the throw-away people, and lets the real desk show the work.
struct DemoDesk<'a> {
    inner: &'a mut dyn Desk,
    passphrase: Zeroizing<String>,
}

impl DemoDesk<'_> {
    fn own(&self) -> Result<SecretText, DeskRefusal> {
        SecretText::collect(self.passphrase.chars()).map_err(|_| DeskRefusal::TooLong)
    }
}

impl Desk for DemoDesk<'_> {
    fn is_unattended(&self, _whose: &Identity) -> bool {
        true
    }

    fn passphrase(&mut self, _whose: &Identity) -> Result<Entered, DeskRefusal> {
        Ok(Entered {
            text: self.own()?,
            unattended: true,
        })
    }

    fn new_passphrase(&mut self, _id: &str) -> Result<SecretText, DeskRefusal> {
        self.own()
    }

    fn show_generated(&mut self, _id: &str, _passphrase: &Zeroizing<String>) -> Result<(), DeskRefusal> {
        Ok(())
    }

    fn is_attended(&self) -> bool {
        self.inner.is_attended()
    }

    fn package_passphrase(&mut self, _package: &str) -> Result<Entered, DeskRefusal> {
        Ok(Entered {
            text: self.own()?,
            unattended: true,
        })
    }

    fn new_package_passphrase(&mut self, _package: &str) -> Result<SecretText, DeskRefusal> {
        self.own()
    }

    fn fingerprint(&mut self, of: &Identity) -> Result<Typed, DeskRefusal> {
        Ok(Typed {
            text: of.fingerprint().to_string(),
            at_terminal: false,
        })
    }

    fn confirm_device(&mut self, preview: &WipePreview) -> Result<Typed, DeskRefusal> {
        self.inner.confirm_device(preview)
    }

    fn confirm_files(&mut self, preview: &FilesPreview) -> Result<Typed, DeskRefusal> {
        self.inner.confirm_files(preview)
    }

    fn confirm_free(&mut self, preview: &FreePreview) -> Result<Typed, DeskRefusal> {
        self.inner.confirm_free(preview)
    }

    fn confirm_signing(&mut self, records: &[Signed]) -> Result<Typed, DeskRefusal> {
        self.inner.confirm_signing(records)
    }

    fn show_verdict(&mut self, outcome: &WipeOutcome) {
        self.inner.show_verdict(outcome);
    }

    fn show_verdicts(&mut self, outcomes: &[&WipeOutcome]) {
        self.inner.show_verdicts(outcomes);
    }

    fn show_files_verdict(&mut self, done: &FilesDone) {
        self.inner.show_files_verdict(done);
    }

    fn report_failure(&mut self, failure: &WipeFailure) {
        self.inner.report_failure(failure);
    }

    fn observer(&mut self, about: &DeviceFacts) -> Box<dyn Observer> {
        self.inner.observer(about)
    }

    fn observers(&mut self, lanes: &[Lane<'_>]) -> Vec<Box<dyn Observer>> {
        self.inner.observers(lanes)
    }

    fn files_observer(&mut self, preview: &FilesPreview) -> Box<dyn Observer> {
        self.inner.files_observer(preview)
    }

    fn free_observer(&mut self, preview: &FreePreview) -> Box<dyn Observer> {
        self.inner.free_observer(preview)
    }

    fn package_observer(&mut self, package: &str) -> Box<dyn Observer> {
        self.inner.package_observer(package)
    }

    fn stop(&mut self) -> StopSignal {
        self.inner.stop()
    }

    fn engine_done(&mut self) {
        self.inner.engine_done();
    }
}
