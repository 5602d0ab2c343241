### Cards, lists, survey and help.

card-status = Status: { $status }
card-category = { $category } · { $kind } · { $priority } priority
card-requester = Requester: { $name } · { $place }
card-unreachable = Our messages don't reach them: look for them some other way.
card-source = Source: { $source } · Registered by: { $name }
card-technician = Technician: { $value }
card-group = Group: { $value }
card-details = Details: { $value }
card-own = Accept no later than { $value }
card-resolve = Solve no later than { $value }
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

requester-new = It is registered. The { $group } team will attend to it: we will answer no later than { $own } and expect to solve it no later than { $resolve }
requester-escalated = It is now with the { $group } team. We expect to solve it no later than { $resolve }
requester-in-progress = { $name } is working on it. We expect to solve it no later than { $resolve }
requester-suspended = It is on hold: { $reason }
requester-solved = { $name } gave a solution: { $solution }
requester-closed = Solution: { $solution }
requester-withdrawn = You withdrew it.
requester-not-managed = Reason: { $reason }

survey-solution = { $name } gave this solution:
survey-ask = { $question } If we do not hear from you, the ticket closes { $by }
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
help-help = see this help
help-cancel = leave what is being asked
help-queue = see the tickets in the queue
help-accept = accept a ticket
help-note = save an internal note
help-suspend = put a ticket on hold
help-resume = resume a ticket on hold
help-escalate = pass a ticket to another group or to a person
help-vendor = leave a ticket with the vendor
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

link-code = Your code is { $code }. Within 10 minutes, write to me in private /link { $code } from your other account, on this network or another. Do not share it: whoever uses it enters as you.
link-list = Your linked accounts. I tell you things in the one you last wrote from:
link-account = { $network }: you wrote { $when }{ $state ->
    [here] {" "}(this account)
    [lost] {" "}(no longer receives messages)
   *[there] {""}
}
link-joined = Done, { $name }. This account and the one on { $network } now belong to one person: you see your tickets in both and I tell you things in the one you last wrote from.
link-joined-there = { $name }, I linked your account on { $network } with this one: you see your tickets in both. If it was not you, tell whoever runs the help desk at once.
link-tickets = { $count ->
    [one] A ticket of the other account came along.
   *[other] { $count } tickets of the other account came along.
}
link-role = You are { $role }. /help shows your commands.
link-role-groups = You are { $role } in { $groups }. /help shows your commands.
link-in-private = Accounts are linked in private, so that nobody else reads the code. Write /link to me in our chat.

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
