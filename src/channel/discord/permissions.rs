//! What the bot has to be allowed, and what it is allowed: reckoned from its roles and from what a
//! channel overrides, as the platform reckons it. Deliberately absent: embedding links (messages are
//! made of components) and managing threads (the desk archives only its own).

use serde_json::Value;

use super::{Discord, Failure, http::Call, snowflake};

/// The permission that contains every other.
const ADMINISTRATOR: u64 = 1 << 3;
/// An override for a role; every other is for a member.
const FOR_ROLE: u64 = 0;

/// Something that the bot has to be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permission {
    /// The platform's bit.
    pub bit: u64,
    /// What the catalogues know it by.
    pub key: &'static str,
    /// The platform's name of it in its English app.
    pub name: &'static str,
    /// What fails without it.
    pub without: &'static str,
}

/// What the bot lacks in a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gaps {
    /// The channel's name.
    pub name: String,
    /// What is missing.
    pub missing: Vec<Permission>,
}

/// Everything that the bot has to be allowed in a channel.
pub const NEEDED: [Permission; 6] = [
    Permission {
        bit: 1 << 10,
        key: "view",
        name: "View Channels",
        without: "nothing reaches the channel",
    },
    Permission { bit: 1 << 11, key: "send", name: "Send Messages", without: "cards do not appear" },
    Permission {
        bit: 1 << 15,
        key: "attach",
        name: "Attach Files",
        without: "files are named and not shown",
    },
    Permission {
        bit: 1 << 16,
        key: "history",
        name: "Read Message History",
        without: "what was said while the desk was away is not found",
    },
    Permission {
        bit: 1 << 36,
        key: "threads",
        name: "Create Private Threads",
        without: "tickets get no thread of their own",
    },
    Permission {
        bit: 1 << 38,
        key: "speak",
        name: "Send Messages in Threads",
        without: "threads of tickets stay empty",
    },
];

/// The number of everything that is needed, as an invitation of the bot carries it.
pub fn number() -> u64 {
    NEEDED.iter().map(|permission| permission.bit).sum()
}

impl Discord {
    /// The name of a channel of a server, and what the bot lacks there.
    ///
    /// # Errors
    /// The platform's refusal, or the failure of the network.
    pub async fn lacks(&self, channel: u64) -> Result<Gaps, Failure> {
        let channel = self.http.ask(Call::get(format!("/channels/{channel}"))).await?;
        let name = channel["name"].as_str().unwrap_or_default().to_owned();
        let Some(guild) = snowflake(&channel["guild_id"]) else {
            return Ok(Gaps { name, missing: Vec::new() });
        };
        let member = Call::get(format!("/guilds/{guild}/members/{}", self.user_id));
        let member = self.http.ask(member).await?;
        let roles = self.http.ask(Call::get(format!("/guilds/{guild}/roles"))).await?;
        let held = held(guild, self.user_id, &member, &roles, &channel);
        let missing = NEEDED.into_iter().filter(|permission| held & permission.bit == 0).collect();
        Ok(Gaps { name, missing })
    }
}

/// What a member may do in a channel: the server's roles, then the channel's overrides for all, for
/// the member's roles together, and for the member.
fn held(guild: u64, user: u64, member: &Value, roles: &Value, channel: &Value) -> u64 {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mine: Vec<u64> = list(&member["roles"]).iter().filter_map(snowflake).collect();
    let has = |id: &Value| snowflake(id).is_some_and(|id| id == guild || mine.contains(&id));
    let bits = |value: &Value| snowflake(value).unwrap_or_default();
    let of_roles = list(roles)
        .iter()
        .filter(|role| has(&role["id"]))
        .map(|r| bits(&r["permissions"]))
        .fold(0, |all, role| all | role);
    if of_roles & ADMINISTRATOR != 0 {
        return u64::MAX;
    }
    let overrides = list(&channel["permission_overwrites"]);
    let combined = |applies: &dyn Fn(u64, u64) -> bool| {
        let fits = |over: &&Value| {
            snowflake(&over["id"])
                .zip(over["type"].as_u64())
                .is_some_and(|(id, of)| applies(id, of))
        };
        overrides.iter().filter(fits).fold((0, 0), |(allow, deny), over| {
            (allow | bits(&over["allow"]), deny | bits(&over["deny"]))
        })
    };
    let steps = [
        combined(&|id, of| of == FOR_ROLE && id == guild),
        combined(&|id, of| of == FOR_ROLE && mine.contains(&id)),
        combined(&|id, of| of != FOR_ROLE && id == user),
    ];
    steps.into_iter().fold(of_roles, |held, (allow, deny)| (held & !deny) | allow)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_documented_invitation_asks_for_what_is_needed() {
        let paper = include_str!("../../../docs/operating.md");
        assert!(paper.contains(&format!("permissions={}`", number())), "{}", number());
    }

    #[test]
    fn overrides_of_a_channel_come_after_roles_and_the_members_own_last() {
        let roles = json!([
            {"id": "1", "permissions": "1024"}, {"id": "2", "permissions": "2048"},
            {"id": "3", "permissions": "8"},
        ]);
        let member = |roles: Value| json!({ "roles": roles });
        let channel = |overrides: Value| json!({ "permission_overwrites": overrides });
        let may = |member: &Value, channel: &Value| held(1, 9, member, &roles, channel);
        assert_eq!(may(&member(json!([])), &channel(json!([]))), 1024);
        assert_eq!(may(&member(json!(["2"])), &channel(json!([]))), 1024 | 2048);
        assert_eq!(may(&member(json!(["3"])), &channel(json!([]))), u64::MAX);
        let hidden = json!({"id": "1", "type": 0, "allow": "0", "deny": "1024"});
        let shown = json!({"id": "2", "type": 0, "allow": "1024", "deny": "0"});
        let own = json!({"id": "9", "type": 1, "allow": "32768", "deny": "2048"});
        let others = json!({"id": "8", "type": 1, "allow": "65536", "deny": "1024"});
        let two = member(json!(["2"]));
        assert_eq!(may(&two, &channel(json!([hidden]))), 2048);
        assert_eq!(may(&two, &channel(json!([shown, hidden]))), 1024 | 2048);
        let all = channel(json!([own, shown, hidden, others]));
        assert_eq!(may(&two, &all), 1024 | 32_768);
    }
}
