//! Identities and rosters.

use serde_json::{Value as Json, json};

use keshiin::records::{Identity, Member, Roster};

use super::Fields;
use crate::cli::console::Console;
use crate::cli::escape::escape;
use crate::cli::explain::{revocation_word, role_word};
use crate::cli::i18n::Message;

/// A person.
pub(crate) fn identity_lines(console: &Console, identity: &Identity) -> Vec<String> {
    let mut fields = Fields::new(console)
        .untrusted("field-id", Some(&identity.id))
        .untrusted("field-name", Some(&identity.name))
        .untrusted("field-organisation", Some(&identity.organisation))
        .untrusted("field-title", identity.title.as_deref())
        .untrusted("field-contact", identity.contact.as_deref())
        .plain("field-fingerprint", identity.fingerprint().grouped());
    if identity.specimen {
        fields = fields.row("field-specimen", &Message::new("specimen"));
    }
    fields.lines()
}

/// A person for programs.
pub(crate) fn identity_document(identity: &Identity) -> Json {
    json!({
        "id": identity.id, "name": identity.name, "organisation": identity.organisation, "title": identity.title,
        "contact": identity.contact, "fingerprint": identity.fingerprint(), "specimen": identity.specimen,
    })
}

/// A roster with its people.
pub(crate) fn roster_lines(console: &Console, roster: &Roster) -> Vec<String> {
    let content = roster.content();
    let time = |stamp| console.catalogue().time_for_people(stamp);
    let mut lines = Fields::new(console)
        .untrusted("field-organisation", Some(&content.organisation))
        .plain("field-roster-id", content.id.clone())
        .plain("field-roster-serial", content.serial.to_string())
        .plain("field-issued", time(content.issued_at))
        .plain("field-next-update", time(content.next_update))
        .untrusted("field-issuer", Some(&content.issuer_id))
        .plain("field-digest", roster.digest().grouped())
        .lines();
    lines.extend(
        content
            .members
            .iter()
            .flat_map(|member| member_lines(console, member)),
    );
    lines
}

fn member_lines(console: &Console, member: &Member) -> Vec<String> {
    let identity = &member.identity;
    let time = |stamp| console.catalogue().time_for_people(stamp);
    let roles: Vec<String> = member
        .roles
        .iter()
        .map(|role| console.text(&role_word(*role)))
        .collect();
    let until = member
        .until
        .map_or_else(|| console.text(&Message::new("until-open")), time);
    let head = format!(
        "  - {} {} ({})  {}",
        escape(&identity.organisation),
        escape(&identity.name),
        escape(&identity.id),
        roles.join(", ")
    );
    let mut lines = vec![
        head,
        format!("      {} – {until}", time(member.from)),
        format!("      {}", identity.fingerprint().grouped()),
    ];
    let labelled = [("posts", &member.posts), ("groups", &member.groups)];
    for (id, texts) in labelled.into_iter().filter(|(_, texts)| !texts.is_empty()) {
        let texts: Vec<String> = texts.iter().map(|text| escape(text)).collect();
        lines.push(format!(
            "      {}",
            console.text(&Message::new(id).text("list", texts.join(", ")))
        ));
    }
    if let Some(revocation) = member.revocation {
        let message = Message::new("revoked")
            .time("since", revocation.effective_from)
            .term("reason", revocation_word(revocation.reason));
        lines.push(format!("      {}", console.text(&message)));
    }
    lines
}

/// A roster for programs.
pub(crate) fn roster_document(roster: &Roster) -> Json {
    let content = roster.content();
    let member = |member: &Member| {
        json!({"identity": identity_document(&member.identity), "roles": member.roles, "posts": member.posts, "groups": member.groups,
            "from": member.from, "until": member.until, "revocation": member.revocation})
    };
    json!({
        "id": content.id, "serial": content.serial, "organisation": content.organisation, "issued_at": content.issued_at,
        "next_update": content.next_update, "issuer": content.issuer, "digest": roster.digest(), "specimen": content.specimen,
        "members": content.members.iter().map(member).collect::<Vec<_>>(),
    })
}
