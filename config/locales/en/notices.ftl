### Notices: what each person is told when something happens to a ticket.

# No time runs for a technician whose ticket is on hold.
notice-accepted-on-hold = { $name } has your ticket #{ $number } ({ $title }) now. It is still on hold: “{ $reason }”.
notice-accepted = { $name } is now working on your ticket #{ $number } ({ $title }). { promise }
notice-registered-for = { $by } of the help desk registered ticket #{ $number } ({ $title }) for you. You can follow it here; if something is not right, use Reply.
notice-registered-after = { $by } of the help desk registered as ticket #{ $number } ({ $title }) what was already done for you.
notice-registered-before = { $count ->
    [one] Before you wrote to me, the help desk registered a ticket in your name. With /mytickets you can look at it.
   *[other] Before you wrote to me, the help desk registered { $count } tickets in your name. With /mytickets you can look at them.
}
notice-assigned = Ticket #{ $number } ({ $title }) was assigned to you.
notice-escalated = We passed your ticket #{ $number } to the { $group } team, who can solve it better. We will tell you when they take it.
notice-answered = { $by } answered ticket #{ $number } ({ $title }): “{ $text }”. The solution is yet to be told: use Solve.
notice-suspended = Your ticket #{ $number } is on hold: “{ $reason }”. We will tell you when we go on.
notice-vendor = Your ticket #{ $number } needs an outside { $vendor }: “{ $reason }”. We will tell you when we go on.
notice-not-managed = Your ticket #{ $number } ({ $title }) ends as “{ $status }”: “{ $reason }”. If something changes or was left out, open a related ticket.
notice-not-managed-technician = Ticket #{ $number } ({ $title }) ended as “{ $status }”: “{ $reason }”.
notice-resumed = We are working again on your ticket #{ $number }. { promise }
# Days without service that were decreed after something was promised.
notice-postponed = There will be no service: { $days }. This moves the due date of your ticket #{ $number } ({ $title }). { promise }
notice-postponed-technician = There will be no service: { $days }. This moves the due date of ticket #{ $number } ({ $title }). Resolve it by { $due }
notice-postponed-answer = There will be no service: { $days }. You have more time to answer about your ticket #{ $number } ({ $title }): without your answer it closes { $when }
notice-reply = { $name } writes about ticket #{ $number }:
notice-attachment = The requester sent an attachment to ticket #{ $number }. It is kept by reference.
notice-released = Ticket #{ $number } ({ $title }) is back with { $group }: { $from } does not have it any more.
notice-reopened = Ticket #{ $number } is not solved and comes back to you. Missing: { $missing }
notice-rated = The requester confirmed the solution of ticket #{ $number } and rated the service { $stars } out of 5. The ticket is closed.
notice-commented = The requester's comment on ticket #{ $number }: { $text }
notice-closed-silence = We closed your ticket #{ $number } because we did not hear from you: { $silence }. If it is not right, open a related ticket.
notice-closed-silence-technician = Ticket #{ $number } closed without an answer from the requester: { $silence }.
notice-closed-confirmed = Your ticket #{ $number } is closed. Thank you for confirming the solution.
notice-closed-authorised = Ticket #{ $number } is closed: the requester confirmed the solution and did not rate the service.
notice-closed-no-survey = Your ticket #{ $number } ({ $title }) is solved and closed: { $nosurvey }.
    Solution: { $solution }
    If it is not right, open a related ticket.
notice-withdrawn = The requester withdrew ticket #{ $number } ({ $title }).
notice-unreachable = { $name } no longer receives our messages, so we cannot tell them about ticket #{ $number }. Please reach them another way.
notice-undelivered = { $name } did not receive this message about ticket #{ $number } ({ $title }): “{ $text }”. Please tell them another way.
notice-undelivered-doubtful = I don't know whether { $name } received this message about ticket #{ $number } ({ $title }): “{ $text }”. Please check another way.
# Goes before a message that is sent a second time because it is unknown whether the first one arrived.
repeated = (Repeated)
notice-permission =
    The bot lacks the permission { $permission ->
        [view] “View Channels”
        [send] “Send Messages”
        [attach] “Attach Files”
        [history] “Read Message History”
        [threads] “Create Private Threads”
       *[speak] “Send Messages in Threads”
    } in the Discord channel “{ $place }”. Give it to the bot's role in the channel's settings, under Permissions. I check again every hour.
notice-place-refused = The chat of { $groups } ({ $network }) does not accept my messages. The platform answered: “{ $why }”. Please check that the bot is still in the chat, that it may send messages, and that the topic or channel is open. I will try again with each new ticket and every hour; for now I write in private.
notice-place-shut-out = The bot is no longer in the chat of { $groups } ({ $network }), or that chat no longer exists. Please add it again, or use a new code of the group there. For now I write in private.
notice-place-back = I can write in the chat of { $groups } ({ $network }) again.
notice-instead-of = For { $name }, who does not receive my messages:
notice-technician-unreachable = { $name } has ticket #{ $number } ({ $title }) and does not receive my messages. Please tell them some other way, or give the ticket to another person with /assign { $number }.
notice-technician-unreachable-many = { $name } has these tickets and does not receive my messages: { $numbers }. Please tell them some other way, or assign the tickets to another person.
notice-specialist-unreachable = Ticket #{ $number } ({ $title }) waits for { $name }, who does not receive my messages. Please tell them some other way, or assign the ticket to another person.
notice-group-empty = Ticket #{ $number } ({ $title }) came to { $group }, and that group has no people. Escalate it to another group, or ask an administrator to add a person with /people.
notice-group-left-empty = { $group } has no people any more.{ $count ->
    [0] {""}
    [one] {" "}Ticket { $numbers } is left there: you can escalate it to another group.
   *[other] {" "}Tickets { $numbers } are left there: you can escalate them to another group.
} For the group to have people again, ask an administrator to add a person with /people.
done-group-empty = { $told ->
    [yes] { $group } has no people for now: I told the supervisors.
    [self] { $group } has no people for now: you can escalate it to another group, or ask an administrator to add a person with /people.
   *[no] { $group } has no people for now, and I have no supervisor to tell: ask an administrator to add a person with /people.
}
notice-poison = A message could not be processed and was set aside with the reference { $reference }. Everything else goes on.
# How the promised times stand. $owner is whoever has the ticket, or its group.
warning-own = Nobody has taken ticket #{ $number } ({ $title }) of { $owner }. Accept it by { $due }
breach-own = The time for taking ticket #{ $number } ({ $title }) of { $owner } is over. It was due { $due }
escalation-own = Nobody has taken ticket #{ $number } ({ $title }) of { $owner }. It has been overdue since { $due }
warning-resolve = Ticket #{ $number } ({ $title }), which { $owner } has, is due soon. Resolve it by { $due }
breach-resolve = The time of ticket #{ $number } ({ $title }), which { $owner } has, is over. It was due { $due }
escalation-resolve = Ticket #{ $number } ({ $title }), which { $owner } has, is still not solved. It has been overdue since { $due }
digest-heading = Several times need attention:
reminder = A reminder of ticket #{ $number }: your answer is missing.

# Where all can read it, on networks whose people can close their private chats.
private-messages-closed = I have something for you and cannot write to you privately. Open the privacy settings of this server, allow direct messages and write to me.
