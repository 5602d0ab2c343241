//! Which steps a procedure has, and what they mean in it: where an escalation leads, who is the
//! vendor, what follows an approval. Pure. Deliberately absent: who may take a step
//! ([`super::permission`]).

use super::{
    procedure::{Approval, Group, Procedure},
    status::Status,
    verb::Verb,
};

impl Procedure {
    /// Whether this procedure has a step that leads to `target`, or that keeps the status.
    pub fn knows(&self, verb: Verb, target: Option<Status>) -> bool {
        match verb {
            Verb::Escalate => self.uses(Status::Escalated) || self.uses(Status::EscalatedOnSite),
            Verb::PassToVendor => self.uses(Status::WithVendor) || self.vendor_child().is_some(),
            Verb::OpenChild => self.children.is_some(),
            Verb::CheckAsset => self.assets.is_some(),
            // Without the status "not managed", a routed ticket is closed (C2).
            Verb::Route => true,
            _ => target.is_none_or(|status| self.uses(status)),
        }
    }

    /// Whether this procedure has such a step for any ticket at all.
    pub fn has(&self, verb: Verb) -> bool {
        match verb {
            Verb::Visit => self.visits.is_some(),
            Verb::Resume => self.uses(Status::Suspended) || self.uses(Status::WithVendor),
            _ => self.knows(verb, verb.leads_to()),
        }
    }

    /// The status of a ticket that was escalated to this group: "on site" where its staff go to the
    /// requester and the procedure distinguishes that (V3). `None` when the procedure has no
    /// escalation to such a group.
    pub fn escalated_to(&self, group: &Group) -> Option<Status> {
        let on_site = group.on_site && self.uses(Status::EscalatedOnSite);
        let status = if on_site { Status::EscalatedOnSite } else { Status::Escalated };
        self.uses(status).then_some(status)
    }

    /// The status of a ticket that a technician of this group takes. Where a vendor's staff work in
    /// the desk, a ticket they have taken is with the vendor (V1).
    pub fn taken_in(&self, group: &str) -> Status {
        let vendor = self.group(group).is_some_and(|group| group.vendor);
        let vendor = vendor && self.uses(Status::WithVendor);
        if vendor { Status::WithVendor } else { Status::InProgress }
    }

    /// The group to which the answer of another group goes back: the one that received the request,
    /// when it has a lower level. `None` where the group that has the ticket informs the requester
    /// itself.
    pub fn answers_to(&self, received: Option<&str>, group: &str) -> Option<&Group> {
        let received = self.group(received?)?;
        let has_it = self.group(group)?;
        (self.answers_return && received.level < has_it.level).then_some(received)
    }

    /// The vendor's group that receives a related case of a ticket that needs the vendor (V8): the
    /// first one listed. `None` where work is passed to the vendor without a related case.
    pub fn vendor_child(&self) -> Option<&Group> {
        let wanted = self.children.is_some_and(|children| children.vendor_child);
        self.groups.iter().find(|group| wanted && group.vendor)
    }

    /// The approval that a category needs (V10).
    pub fn approval(&self, category: &str) -> Option<&Approval> {
        self.category(category)?.approval.as_ref()
    }

    /// Whether the requester's answer resumes a ticket that waits for this reason (V4).
    pub fn answer_resumes(&self, reason: &str) -> bool {
        self.suspend_reasons.iter().any(|known| known.key == reason && known.answer_resumes)
    }
}
