//! Guards of where a file or folder lies: the running system's folders, homes, and what this run needs.
//!
//! Everything is compared by device and inode, never by the text of a path, and above a mount of a part of a file system
//! what that part lies in counts as well. Homes are those of `passwd(5)`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::error::DeviceError;
use super::folders_above::above;
use super::lies_on;
use super::mounts::MountEntry;
use super::protected::{Protected, ProtectedKind};
use super::survey::{Survey, folder_of};
use super::sys::{self, FileKind};

/// Folders of the system that nobody erases; what lies in them may be somebody's.
const THEMSELVES: [&str; 9] = [
    "/", "/home", "/opt", "/root", "/run", "/srv", "/tmp", "/var", "/var/tmp",
];

/// Folders of the system with everything below.
const WITH_ALL_BELOW: [&str; 13] = [
    "/bin", "/boot", "/dev", "/efi", "/etc", "/lib", "/lib32", "/lib64", "/libx32", "/proc", "/sbin", "/sys",
    "/usr",
];

/// A place below them that is everybody's: memory.
const EVERYBODYS: &str = "/dev/shm";

const HOMES: &str = "/home";

type Identity = (u64, u64);

/// Why something must stay.
#[derive(Clone, Debug)]
enum Rule {
    /// The folder itself.
    System(PathBuf),
    /// The folder and everything below.
    SystemBelow(PathBuf),
    Home,
    /// The file or folder itself.
    Protected(Protected),
    /// The folder and everything below.
    ProtectedBelow(Protected),
}

/// Everything in `survey` that must stay.
pub(super) fn refusals(survey: &Survey, protected: &[Protected]) -> Vec<DeviceError> {
    let mut found = Vec::new();
    let mut rules = Rules::default();
    rules.of_the_system();
    found.extend(rules.of_mounts().err());
    found.extend(rules.of_homes().err());
    for one in with_program(protected, &mut found) {
        found.extend(rules.of_protected(&one).err());
    }
    let mut known = HashMap::new();
    for file in &survey.files {
        found.extend(rules.judge(&file.path, file.identity, &mut known));
    }
    for further in &survey.further_names {
        let file = &survey.files[further.file];
        found.extend(rules.judge(&further.path, file.identity, &mut known));
    }
    for folder in &survey.folders {
        found.extend(rules.judge(&folder.path, folder.identity, &mut known));
        found.extend(rules.below_homes(&folder.path, &known));
    }
    found
}

/// The running program is protected whether it was named or not.
fn with_program(protected: &[Protected], found: &mut Vec<DeviceError>) -> Vec<Protected> {
    let mut all = protected.to_vec();
    match sys::running_program() {
        Ok(path) => all.push(Protected {
            what: ProtectedKind::Program,
            path,
        }),
        Err(reason) => found.push(DeviceError::SystemUntold {
            holds: PathBuf::from("/proc/self/exe"),
            reason,
        }),
    }
    all
}

#[derive(Default)]
struct Rules {
    by_identity: HashMap<Identity, Vec<Rule>>,
    everybodys: Option<Identity>,
    homes: Option<Identity>,
    /// A part of what must stay may be shown at other places.
    mounts: Vec<MountEntry>,
}

impl Rules {
    fn add(&mut self, identity: Identity, rule: Rule) {
        self.by_identity.entry(identity).or_default().push(rule);
    }

    fn of_the_system(&mut self) {
        for path in THEMSELVES {
            self.of_folder(path, Rule::System);
        }
        for path in WITH_ALL_BELOW {
            self.of_folder(path, Rule::SystemBelow);
        }
        self.everybodys = identity_of(Path::new(EVERYBODYS));
        self.homes = identity_of(Path::new(HOMES));
    }

    /// What does not exist is not looked for.
    fn of_folder(&mut self, path: &str, rule: fn(PathBuf) -> Rule) {
        if let Some(identity) = identity_of(Path::new(path)) {
            self.add(identity, rule(PathBuf::from(path)));
        }
    }

    fn of_mounts(&mut self) -> Result<(), DeviceError> {
        let mounts = sys::own_mounts().map_err(|reason| DeviceError::SystemUntold {
            holds: PathBuf::from("/proc/self/mountinfo"),
            reason,
        })?;
        self.mounts = mounts;
        Ok(())
    }

    fn of_homes(&mut self) -> Result<(), DeviceError> {
        let path = Path::new("/etc/passwd");
        let text = match std::fs::read(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => {
                return Err(DeviceError::CannotInspect {
                    path: path.to_owned(),
                    reason: error.to_string(),
                });
            }
        };
        for home in homes(&String::from_utf8_lossy(&text)) {
            if let Some(identity) = identity_of(&home) {
                self.add(identity, Rule::Home);
            }
        }
        Ok(())
    }

    fn of_protected(&mut self, protected: &Protected) -> Result<(), DeviceError> {
        let untold = |reason| DeviceError::ProtectedUntold {
            what: protected.what,
            path: protected.path.clone(),
            reason,
        };
        let place = lies_on::nearest_existing(&protected.path).map_err(untold)?;
        let told = sys::stat(&place).map_err(|errno| untold(format!("system error {errno}")))?;
        // What goes to a folder that exists may lie beside anything; keys, ledger and home have theirs for themselves.
        let exists = std::fs::symlink_metadata(&protected.path).is_ok();
        let is_own = exists && told.kind == FileKind::Directory && protected.what != ProtectedKind::Output;
        let rule = if is_own {
            Rule::ProtectedBelow(protected.clone())
        } else {
            Rule::Protected(protected.clone())
        };
        self.add(told.identity, rule);
        Ok(())
    }

    /// Every rule that forbids what lies at `path`.
    fn judge(
        &self,
        path: &Path,
        identity: Identity,
        known: &mut HashMap<PathBuf, Vec<Identity>>,
    ) -> Vec<DeviceError> {
        let folder = folder_of(path);
        if !known.contains_key(folder) {
            match above(folder, &self.mounts, self.everybodys) {
                Ok(identities) => known.insert(folder.to_owned(), identities),
                Err(refusal) => return vec![refusal],
            };
        }
        let mut found: Vec<DeviceError> = self
            .rules_of(identity)
            .map(|rule| rule.forbids_itself(path))
            .collect();
        // The path of the root is its own folder, and a folder that was named has its own rules above.
        for above in known.get(folder).into_iter().flatten() {
            found.extend(self.rules_of(*above).filter_map(|rule| rule.forbids_below(path)));
        }
        found
    }

    fn rules_of(&self, identity: Identity) -> impl Iterator<Item = &Rule> {
        self.by_identity.get(&identity).into_iter().flatten()
    }

    /// Homes that no table lists: those of users of a directory service.
    fn below_homes(&self, path: &Path, known: &HashMap<PathBuf, Vec<Identity>>) -> Option<DeviceError> {
        let folder = known.get(folder_of(path))?.first()?;
        (Some(*folder) == self.homes).then(|| DeviceError::HomeFolder {
            path: path.to_owned(),
        })
    }
}

impl Rule {
    fn forbids_itself(&self, path: &Path) -> DeviceError {
        let path = path.to_owned();
        match self {
            Self::System(folder) | Self::SystemBelow(folder) => DeviceError::SystemFolder {
                path,
                folder: folder.clone(),
            },
            Self::Home => DeviceError::HomeFolder { path },
            Self::Protected(one) | Self::ProtectedBelow(one) => {
                DeviceError::IsProtected { what: one.what, path }
            }
        }
    }

    fn forbids_below(&self, path: &Path) -> Option<DeviceError> {
        let path = path.to_owned();
        match self {
            Self::SystemBelow(folder) => Some(DeviceError::SystemFolder {
                path,
                folder: folder.clone(),
            }),
            Self::ProtectedBelow(one) => Some(DeviceError::BelowProtected {
                path,
                what: one.what,
                folder: one.path.clone(),
            }),
            Self::System(_) | Self::Home | Self::Protected(_) => None,
        }
    }
}

fn identity_of(path: &Path) -> Option<Identity> {
    sys::stat(path).ok().map(|told| told.identity)
}

/// The home folders of a table of users.
fn homes(text: &str) -> Vec<PathBuf> {
    text.lines()
        .filter_map(|line| line.split(':').nth(5))
        .filter(|home| home.starts_with('/'))
        .map(PathBuf::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn homes_are_read_from_the_table() {
        let text = "root:x:0:0:root:/root:/bin/bash\nbroken\nnobody:x:1:1::nowhere:/sbin/nologin\n";
        assert_eq!(homes(text), [Path::new("/root")]);
    }
}
