### Cards, lists, survey and help.

card-status = Status: { $status }
card-category = { $category } · { $kind } · { $priority } priority
card-requester = Requester: { $name } · { $place }
card-unreachable = Our messages don't reach them: look for them some other way.
card-source = Source: { $source } · Registered by: { $name }
card-technician = Technician: { $value }
card-group = Group: { $value }
card-answer = Answer from { $group }: { $value }
card-details = Details: { $value }
# The technician is told since when it is late.
card-own = { $own-form ->
    [past] Not accepted: overdue since { $own }
   *[future] Accept by { $own }
}
card-resolve = { $due-form ->
    [past] Not resolved: overdue since { $due }
   *[future] Resolve by { $due }
}
card-suspension = On hold: { $value }
card-justification = Escalated because: { $value }
card-refused = Reason: { $value }
card-missing = Missing: { $value }
card-solution = Solution: { $value }
card-attachments = { $count ->
    [one] One attachment by reference.
   *[other] { $count } attachments by reference.
}
card-thread-overheard = Commands need no number here, and what you write is kept as an internal note.
card-thread-called = Commands need no number here, and what you write mentioning me is kept as an internal note.

# What is promised to the requester: never an instant that has passed.
promise = { $due-form ->
    [past] This is taking longer than we promised: we apologise.
    [none] There is no expected date yet.
   *[future] We expect to resolve it by { $due }
}
answer = { $own-form ->
    [past] { $due-form ->
        [future] We are late with our answer: we apologise.
       *[past] {""}
    }
   *[future] We will answer by { $own }
}
requester-new = It is registered. The { $group } team will attend to it. { answer } { promise }
requester-released = It is back with the { $group } team. { promise }
requester-escalated = It is now with the { $group } team. { promise }
requester-in-progress = { $name } is working on it. { promise }
requester-suspended = It is on hold: { $reason }
requester-solved = { $name } gave a solution: { $solution }
requester-closed = Solution: { $solution }
requester-withdrawn = You withdrew it.
requester-not-managed = Reason: { $reason }

survey-solution = { $name } gave this solution:
survey-ask = { $question } If we do not hear from you, the ticket closes { $when-form ->
    [future] { $when }
   *[past] soon.
}
survey-rate = { $rating }
survey-thanks = Thank you for rating us { $stars } out of 5. Ticket #{ $number } is closed.
survey-silence = Ticket #{ $number } closed without your answer: { $rule }.
survey-closed = Ticket #{ $number } is closed.
survey-reopened = Ticket #{ $number } is open again.
survey-over = Ticket #{ $number } goes on. Status: { $status }.

list-mine = Your tickets
list-assigned = The tickets you are working on
list-queue = Tickets in the queue
list-mine-empty = You have opened no tickets. Tell me what you need and I will open one.
list-assigned-empty = You are not working on any ticket now.
list-queue-empty = There are no tickets in the queue. All done.
list-end = There are no more tickets in the list.
list-line = #{ $number } { $title } — { $status }
list-line-technician = #{ $number } { $title } — { $status }, { $name }
list-line-due = #{ $number } { $title } — { $status }. { $late ->
    [yes] Was due { $due }
   *[no] Due { $due }
}
list-line-technician-due = #{ $number } { $title } — { $status }, { $name }. { $late ->
    [yes] Was due { $due }
   *[no] Due { $due }
}

help-heading = This is what I can do
help-introduction = Tell me in your own words what is wrong or what you need and I will open a ticket. You can also use these commands:
help-staff = { $lists ->
    [yes] In a channel, use the commands with the ticket's number; only you read the answer.
   *[no] In a group, reply to a ticket's card with the command, without a number.
}
help-start = say hello, or enter with a code
help-new = report or request something
help-mytickets = see your tickets
help-ticket = see a ticket
help-reply = write to the other side of a ticket
help-withdraw = withdraw a ticket that nobody has taken
help-sla = see the times of a ticket, step by step
help-language = change the language
help-link = get a code to link your other account, or use it
help-unlink = separate linked accounts
help-people = see and change people, invitations and group chats
help-help = see this help
help-cancel = leave what is being asked
help-queue = see the tickets in the queue
help-accept = accept a ticket
help-note = save an internal note
help-suspend = put a ticket on hold
help-resume = resume a ticket on hold
help-escalate = pass a ticket to another group or to a person
help-vendor = leave a ticket with outside support
help-solve = give the solution of a ticket
help-training = record what a ticket's requester was trained in
help-notmanaged = end a ticket that will not be worked on
help-assign = assign a ticket to somebody of the group
help-register = register what came by telephone, mail or in person, or was done already
help-report = see a month's report
argument-text = text
argument-ticket = N

welcome = Hello, { $name }. I am the help desk. Tell me what is wrong or what you need and I will open a ticket. /help shows everything I can do.
welcome-staff = Hello, { $name }. You are now { $role }. /help shows your commands and /queue the pending tickets.
welcome-staff-groups = Hello, { $name }. You are now { $role } in { $groups }. /help shows your commands and /queue the pending tickets.
chat-linked = Done. The tickets of { $groups } will appear here. Each technician has to write to me in private too.
language-ask = Which language shall I speak?
language-chosen = All right, let us go on in English.

link-code = Your code is { $code }. Within 10 minutes, write to me in private /link { $code } from your other account, on this network or another. Then confirm in both. Do not share it with anyone.
link-list = Your linked accounts. I tell you things in the one you last wrote from:
link-account = { $network }: you wrote { $when }{ $state ->
    [here] {" "}(this account)
    [lost] {" "}(no longer receives messages)
   *[there] {""}
}
link-joined = Done, { $name }. This account and the one on { $network } now belong to one person: you see your tickets in both and I tell you things in the one you last wrote from. Use /unlink to separate them.
link-tickets = { $count ->
    [one] A ticket of the other account came along.
   *[other] { $count } tickets of the other account came along.
}
link-role = You are { $role }. /help shows your commands.
link-role-groups = You are { $role } in { $groups }. /help shows your commands.
link-in-private = Accounts are linked in private, so that nobody else reads the code. Write /link to me in our chat.
link-ask = Shall I link this account with the one of “{ $name }” on { $network }? Both will belong to one person and see the same tickets. You have 10 minutes to confirm.
link-roles = Role of this account: { $own }. Role of the other: { $other }.
link-warn = Confirm only if both accounts are yours.
link-warn-staff = That account will have your role of { $role }; confirm only if it is yours.
button-link-yes = Link
button-link-no = Do not link
link-waits = I noted your confirmation. The other account has to confirm too, within the 10 minutes.
link-declined = All right, I did not link the accounts.
link-declined-there = The other account did not confirm: I linked nothing.
link-changed = Something changed since the code was asked for: I linked nothing. Ask for a new one with /link.
link-awaits-approval = Both accounts belong to the staff, so an administrator of the help desk has to approve.
link-approval = “{ $name }” ({ $role }, { $network }) and “{ $other }” ({ $other-role }, { $other-network }) confirmed that they are one person. Shall I link their accounts? Approve only if you know.
button-link-approve = Approve
button-link-decline = Do not approve
link-approved = Done, I linked the accounts.
link-not-approved = It was not approved: I did not link the accounts.
link-no-approver = Both accounts belong to the staff and there is no one to approve: I linked nothing. Tell an administrator of the help desk.
unlink-none = You have no linked accounts. Use /link to link another.
unlink-ask = These accounts are linked with yours. Choose the one to separate:
unlink-line = “{ $name }”, { $network }, linked { $when }
button-unlink = Separate { $name }
unlink-done = Done: this account and the one on { $network } are no longer linked. Each has its own role and the tickets that were its own.
unlink-done-noted = Done: the tickets that were noted in your name are no longer in this account.
standing-role = Your role at the help desk changed: it is now { $role }. /help shows your commands.
chat-unlinked = The tickets of { $groups } will not appear here any more.

roster-people = People
roster-line = #{ $id } { $name }: { $state ->
    [revoked] no access
   *[present] { $role }
}
roster-person = Role: { $role }
    { $count ->
        [0] No groups
       *[other] Groups: { $groups }
    }
    Open tickets held: { $holds }
roster-account = { $network } { $key }: wrote { $when }
roster-link = Linked: “{ $name }”, { $when }
roster-revoked-since = No access since: { $when }
roster-ask-role = { $name } has the role of { $role }. Which one shall I give?
roster-confirm-role = Shall I change the role of { $name } from { $from } to { $to }?{ $direction ->
    [down] {" "}Tickets that it may not hold go back to their groups.
   *[up] {""}
}
roster-ask-group = Groups of { $name }. The tickets of a group that is taken away go back to that group.
roster-confirm-revoke = Shall I revoke the access of { $name }? Open tickets that go back to their groups: { $count }. Another invitation lets them in again.
roster-revoked = { $count ->
    [0] Done, they have no access any more.
    [one] Done, they have no access any more. One ticket went back to its group.
   *[other] Done, they have no access any more. { $count } tickets went back to their groups.
}
roster-done = Done, it is changed.
roster-invitations = Invitations that work
roster-invitations-none = There are no invitations that work.
roster-invitations-hint = Press a number to revoke that invitation.
roster-invitation-revoked = Done, that invitation does not work any more.
roster-invitation = #{ $id } { $gives }{ $count ->
    [0] {""}
   *[other] {" "}in { $groups }
}: { $uses ->
    [one] one use left
   *[other] { $uses } uses left
}, expires { $when }
roster-group-chat = group chat
roster-chats = Linked group chats
roster-chats-none = There are no linked group chats.
roster-chat = #{ $id } { $network } { $key }: { $group }
roster-confirm-chat = Shall I stop showing tickets in this chat? { $chat }
button-roster-people = People
button-roster-invitations = Invitations
button-roster-chats = Group chats
button-roster-role = Change role
button-roster-groups = Groups
button-roster-revoke = Revoke access
button-roster-confirm = Change
button-roster-keep = Keep as it is
button-roster-add = Add to { $group }
button-roster-remove = Remove from { $group }
button-roster-unlink = Unlink

# Commands on networks that list them with what they take: names in small letters.
option-ticket = ticket
option-ticket-help = number of the ticket
option-category = category
option-category-help = what it is about
option-group = group
option-group-help = the group that receives it
option-technician = technician
option-technician-help = who will work on it
option-person = person
option-person-help = whom it is for
option-text = text
option-text-help = what you want to say
report-message = Report to the help desk
open-for = Open a ticket for…
card-withdrawn = This ticket is no longer shown here. Use /mytickets to see the ones you can open.
