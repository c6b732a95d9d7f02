//! From what was sealed and read back to the delivery record. Nothing is left blank.

use crate::crypto::Argon2Params;
use crate::devices::Storage;
use crate::ledger::{Head, LedgerId};
use crate::policy::Profile;
use crate::records::{
    Absence, BodyCipher, CertificateNumber, Container, Contract, DeliveryMedium, DeliveryReadBack,
    DeliveryRecord, Digest, Encryption, Fact, Kdf, Kind, NoticeBy, Package, PassphraseUse, Permit, PolicyRef,
    PreviousDelivery, Recipient, Role, RosterStanding, Scan, SignerClaim, Volume,
};
use crate::sealing::PackageId;
use crate::units::{ByteCount, Timestamp};

use super::super::journal::head_claim;
use super::super::people::Unlocked;
use super::super::{Lent, claims};

/// What is said about the data, by who sends it.
pub(super) struct Subject {
    pub(super) title: String,
    pub(super) contents: Option<String>,
    pub(super) records: Option<u64>,
    pub(super) classification: String,
    pub(super) mynumber: bool,
    pub(super) policy: PolicyRef,
    pub(super) permit: Option<Permit>,
    pub(super) approval: Option<String>,
    pub(super) contract: Option<Contract>,
    pub(super) place: Option<String>,
}

/// What was put into the package.
pub(super) struct Content {
    pub(super) id: PackageId,
    pub(super) files: u64,
    pub(super) bytes: ByteCount,
    pub(super) manifest: Digest,
    pub(super) links: u64,
    pub(super) previous: Option<PreviousDelivery>,
}

/// How it is locked.
pub(super) enum Lock {
    Recipients(Vec<Recipient>),
    Passphrase(PassphraseUse),
}

/// Everything that a record is made of.
pub(super) struct Facts<'a> {
    pub(super) number: &'a CertificateNumber,
    pub(super) specimen: bool,
    pub(super) subject: Subject,
    pub(super) content: Content,
    pub(super) lock: Lock,
    pub(super) volumes: Vec<Volume>,
    pub(super) read_back: DeliveryReadBack,
    pub(super) storage: &'a Storage,
    pub(super) medium_number: Option<String>,
    pub(super) scan: Scan,
    pub(super) begun: Timestamp,
    pub(super) ended: Timestamp,
    pub(super) roster: &'a RosterStanding,
    pub(super) ledger: (LedgerId, Head),
    pub(super) sender: &'a Unlocked,
}

/// The record.
pub(super) fn record(facts: Facts<'_>, lent: &Lent<'_>) -> DeliveryRecord {
    let Facts { subject, content, .. } = facts;
    let (recipients, passphrase) = match facts.lock {
        Lock::Recipients(recipients) => (recipients, None),
        Lock::Passphrase(passphrase) => (Vec::new(), Some(passphrase)),
    };
    DeliveryRecord {
        kind: Kind::Delivery,
        version: 1,
        specimen: facts.specimen,
        number: facts.number.clone(),
        package: Package {
            id: crate::records::PackageId::from_bytes(*content.id.bytes()),
            container: Container::Package1,
            length: ByteCount(facts.volumes.iter().map(|volume| volume.size.0).sum()),
            files: content.files,
            bytes: content.bytes,
            links_left_out: content.links,
            manifest: content.manifest,
            volumes: facts.volumes,
            previous: content.previous,
        },
        title: subject.title,
        contents: subject.contents,
        records: subject.records,
        classification: subject.classification,
        mynumber: subject.mynumber,
        policy: subject.policy,
        permit: subject.permit,
        approval: subject.approval,
        encryption: Encryption {
            body: BodyCipher::FloeAes256Gcm,
            passphrase,
        },
        recipients,
        medium: medium(facts.storage, facts.medium_number),
        read_back: facts.read_back,
        scan: facts.scan,
        times: claims::times(facts.begun, facts.ended),
        place: subject.place,
        contract: subject.contract,
        roster: claims::roster(facts.roster),
        ledger: head_claim(facts.ledger),
        tool: claims::tool(lent),
        signers: vec![SignerClaim::new(
            Role::Sender,
            facts.sender.identity.public(),
            facts.sender.unattended,
        )],
    }
}

/// How records name a policy.
pub(super) fn policy_ref(profile: &Profile) -> PolicyRef {
    PolicyRef {
        id: profile.id().to_owned(),
        digest: Digest::of(&[profile.source_bytes()]),
        rules: Vec::new(),
    }
}

/// How records tell of a passphrase.
pub(super) fn passphrase_use(
    cost: Argon2Params,
    generated: bool,
    notice_by: Option<NoticeBy>,
) -> PassphraseUse {
    PassphraseUse {
        kdf: Kdf::Argon2id,
        t: cost.passes(),
        m: cost.memory_kib(),
        p: cost.lanes(),
        generated,
        notice_by,
    }
}

fn medium(storage: &Storage, number: Option<String>) -> DeliveryMedium {
    let device = storage.medium.as_ref();
    // Memory and other machines have no medium that could have been looked at.
    let none = Absence::NotApplicable;
    DeliveryMedium {
        number,
        filesystem: Fact::or(storage.filesystem.clone(), Absence::NotReported),
        model: device.map_or(Fact::NotMeasured(none), |device| {
            Fact::or(device.model.clone(), Absence::NotReported)
        }),
        serial: device.map_or(Fact::NotMeasured(none), claims::serial),
        capacity: device.map_or(Fact::NotMeasured(none), |device| Fact::Measured(device.size)),
        transport: device.map_or(Fact::NotMeasured(none), |device| {
            Fact::Measured(claims::transport_name(device.transport).to_owned())
        }),
        virtual_kind: device
            .and_then(|device| device.virtual_kind)
            .map(|kind| claims::virtual_name(kind).to_owned()),
    }
}
