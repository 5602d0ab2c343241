//! The permissions that the bot needs and has, computed from its roles and from the overwrites of a channel
//! as the platform computes them. Deliberately absent: embedding links, because messages consist of
//! components, and managing threads, because the desk archives only its own.

use serde::Deserialize;
use serenity::all::{PermissionOverwrite, PermissionOverwriteType, Permissions, RoleId};

use super::{Discord, Failure, http::Call, server_channel};

/// A permission that the bot needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permission {
    flag: Permissions,
    /// Its name in the catalogues of texts.
    pub key: &'static str,
    /// Its name in the platform's English app.
    pub name: &'static str,
    /// What fails without it.
    pub without: &'static str,
}

/// The permissions that the bot lacks in a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gaps {
    /// The channel's name.
    pub name: String,
    pub missing: Vec<Permission>,
}

/// Every permission that the bot needs in a channel.
pub const NEEDED: [Permission; 6] = [
    Permission {
        flag: Permissions::VIEW_CHANNEL,
        key: "view",
        name: "View Channels",
        without: "nothing reaches the channel",
    },
    Permission {
        flag: Permissions::SEND_MESSAGES,
        key: "send",
        name: "Send Messages",
        without: "cards do not appear",
    },
    Permission {
        flag: Permissions::ATTACH_FILES,
        key: "attach",
        name: "Attach Files",
        without: "files are named and not shown",
    },
    Permission {
        flag: Permissions::READ_MESSAGE_HISTORY,
        key: "history",
        name: "Read Message History",
        without: "what was said while the desk was away is not found",
    },
    Permission {
        flag: Permissions::CREATE_PRIVATE_THREADS,
        key: "threads",
        name: "Create Private Threads",
        without: "tickets get no thread of their own",
    },
    Permission {
        flag: Permissions::SEND_MESSAGES_IN_THREADS,
        key: "speak",
        name: "Send Messages in Threads",
        without: "threads of tickets stay empty",
    },
];

/// The number of all needed permissions, as the bot's invitation link carries it.
pub fn number() -> u64 {
    NEEDED.iter().map(|permission| permission.flag.bits()).sum()
}

/// A role of a server, as far as permissions depend on it.
#[derive(Deserialize)]
struct Role {
    id: RoleId,
    permissions: Permissions,
}

/// The bot's membership of a server.
#[derive(Deserialize)]
struct Membership {
    roles: Vec<RoleId>,
}

impl Discord {
    /// The name of a channel of a server, and the permissions that the bot lacks there.
    ///
    /// # Errors
    /// The platform's refusal, or the failure of the network.
    pub async fn lacks(&self, channel: u64) -> Result<Gaps, Failure> {
        let channel = self.http.ask(Call::get(format!("/channels/{channel}"))).await?;
        let name = channel["name"].as_str().unwrap_or_default().to_owned();
        let Some(channel) = server_channel(channel)? else {
            return Ok(Gaps { name, missing: Vec::new() });
        };
        let guild = channel.guild_id;
        let member = Call::get(format!("/guilds/{guild}/members/{}", self.user_id));
        let Membership { roles } = self.http.ask_for(member).await?;
        let of_server: Vec<Role> =
            self.http.ask_for(Call::get(format!("/guilds/{guild}/roles"))).await?;
        let bot = Bot { user: self.user_id, everyone: RoleId::new(guild.get()), roles };
        let held = bot.permissions(&of_server, &channel.permission_overwrites);
        let missing = NEEDED.into_iter().filter(|needed| !held.contains(needed.flag)).collect();
        Ok(Gaps { name, missing })
    }
}

/// The bot as a member of a server.
struct Bot {
    user: u64,
    /// The role that every member has.
    everyone: RoleId,
    roles: Vec<RoleId>,
}

impl Bot {
    /// The permissions in a channel: the roles of the server, then the channel's overwrites for everyone, for
    /// the bot's roles together, and for the bot itself.
    fn permissions(&self, of_server: &[Role], overwrites: &[PermissionOverwrite]) -> Permissions {
        let of_roles = of_server
            .iter()
            .filter(|role| role.id == self.everyone || self.roles.contains(&role.id))
            .fold(Permissions::empty(), |all, role| all | role.permissions);
        if of_roles.contains(Permissions::ADMINISTRATOR) {
            return Permissions::all();
        }
        let for_everyone = |kind| kind == PermissionOverwriteType::Role(self.everyone);
        let for_roles =
            |kind| matches!(kind, PermissionOverwriteType::Role(id) if self.roles.contains(&id));
        let for_bot =
            |kind| matches!(kind, PermissionOverwriteType::Member(id) if id.get() == self.user);
        let steps: [&dyn Fn(PermissionOverwriteType) -> bool; 3] =
            [&for_everyone, &for_roles, &for_bot];
        steps.into_iter().fold(of_roles, |held, applies| {
            let fitting = || overwrites.iter().filter(|overwrite| applies(overwrite.kind));
            let allow = fitting().fold(Permissions::empty(), |all, one| all | one.allow);
            let deny = fitting().fold(Permissions::empty(), |all, one| all | one.deny);
            (held - deny) | allow
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn the_documented_invitation_asks_for_every_needed_permission() {
        let paper = include_str!("../../../docs/operating.md");
        assert!(paper.contains(&format!("permissions={}`", number())), "{}", number());
    }

    fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn overwrites_of_a_channel_come_after_roles_and_the_bots_own_last() {
        let roles: Vec<Role> = read(json!([
            {"id": "1", "permissions": "1024"}, {"id": "2", "permissions": "2048"},
            {"id": "3", "permissions": "8"},
        ]));
        let may = |mine: Value, overwrites: Value| {
            let bot = Bot { user: 9, everyone: RoleId::new(1), roles: read(mine) };
            bot.permissions(&roles, &read::<Vec<PermissionOverwrite>>(overwrites)).bits()
        };
        assert_eq!(may(json!([]), json!([])), 1024);
        assert_eq!(may(json!(["2"]), json!([])), 1024 | 2048);
        assert_eq!(may(json!(["3"]), json!([])), Permissions::all().bits());
        let hidden = json!({"id": "1", "type": 0, "allow": "0", "deny": "1024"});
        let shown = json!({"id": "2", "type": 0, "allow": "1024", "deny": "0"});
        let own = json!({"id": "9", "type": 1, "allow": "32768", "deny": "2048"});
        let others = json!({"id": "8", "type": 1, "allow": "65536", "deny": "1024"});
        assert_eq!(may(json!(["2"]), json!([hidden])), 2048);
        assert_eq!(may(json!(["2"]), json!([shown, hidden])), 1024 | 2048);
        let all = json!([own, shown, hidden, others]);
        assert_eq!(may(json!(["2"]), all), 1024 | 32_768);
    }
}
