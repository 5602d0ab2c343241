### Conversations: what the desk asks and how it goes on.

offer = Shall I open a ticket with this?
button-open-ticket = Open ticket
offer-awaited = Ticket #{ $number } is waiting for your answer. Is this it, or shall I open a new ticket?
button-answer = Answer ticket #{ $number }
button-add-to = Add to #{ $number } { $title }

ask-description = Tell me what is wrong or what you need, in your own words.
ask-category = What is it about?
ask-place = Where are you? Choose or write the place: site, floor, office.
ask-impact = Who is affected?
ask-urgency = Can you work in the meantime?
impact-low = Only me
impact-medium = My area
impact-high = The whole organisation
urgency-low = Yes, no problem
urgency-medium = With difficulty
urgency-high = I cannot work
button-no-details = I do not know
button-register = Register

summary-heading = This is how your ticket would read:
summary-description = Description: { $value }
summary-category = Category: { $value }
summary-details = Details: { $value }
summary-place = Place: { $value }
summary-impact = Affects: { $value }
summary-urgency = Can you work?: { $value }
summary-priority = Priority: { $value }
ask-register = Shall I register it?

choose-a-button = I did not understand that answer. Use one of the buttons, or Cancel to leave it.
choose-a-ticket = I need a ticket number, for example 12. Choose one from the list or write it.
added-to-description = I added that to the description. Now please choose with the buttons:
question-passed = That question has passed. Go on with the latest one, or write /help.
button-unknown = That button no longer works. Write /help to see what you can do.
# Words that people answer with, separated by commas.
words-yes = yes, yeah, yep, sure, ok, okay, please, yes please
words-greeting = hello, hi, hey, good morning, good afternoon, good evening
words-no = no, nope, no thanks, not yet
going-on = Let us go on with what was pending.
form-left = A question was left open. Answer it here or cancel; I did not take what you just sent as the answer.
cancelled = All right, I left it.
nothing-to-cancel = There is nothing to cancel.

ask-ticket = { $verb ->
    [view] Which ticket do you want to see?
    [sla] Which ticket's times do you want to see?
    [accept] Which ticket do you accept?
    [assign] Which ticket do you want to assign?
    [escalate] Which ticket do you want to escalate?
    [note] Which ticket is the note for?
    [reply] Which ticket do you want to reply to?
    [suspend] Which ticket goes on hold?
    [resume] Which ticket do you want to resume?
    [solve] Which ticket did you solve?
    [vendor] Which ticket goes to the { $vendor }?
    [child] Which ticket is the new one related to?
    [asset] For which ticket did you touch the equipment?
    [approve] Which ticket do you approve?
    [decline] Which ticket do you decline?
    [notmanaged] Which ticket will not be worked on?
    [visit] For which ticket do you go to a workplace?
    [priority] Which ticket gets another priority?
    [category] Which ticket gets another category?
    [route] Which ticket belongs to another procedure?
    [training] Which ticket was there a training for?
    [follow] Which ticket do you want to follow?
   *[withdraw] Which ticket do you want to withdraw?
}
ask-ticket-none = { $verb ->
    [view] I found no tickets of yours. If you have the number, write it.
    [sla] I found no tickets of yours. If you have the number, write it.
    [accept] There are no tickets to accept in your groups. If you have the number, write it.
    [suspend] There are no tickets that you could put on hold. If you have the number, write it.
    [solve] You are not working on a ticket that you could solve. If you have the number, write it.
    [resume] There are no tickets on hold that you could resume. If you have the number, write it.
    [withdraw] You have no tickets that can be withdrawn. If you have the number, write it.
    [follow] I found no open tickets. If you have the number, type it.
   *[other] I found no tickets you could do this to. If you have the number, write it.
}
ask-assign-none = There is nobody else in the group of ticket #{ $number } to assign it to.{ $escalates ->
    [yes] {" "}If need be, escalate it to another group.
   *[no] {""}
}
ask-assign-choice = Who will work on ticket #{ $number }?
ask-escalate-choice = Which group does ticket #{ $number } go to, or which person?
ask-escalate-text = Why do you escalate it? Whoever receives it will read your justification.
ask-suspend-choice = Why does ticket #{ $number } go on hold? Choose the reason or write it{ $reads ->
    [no] .
   *[yes] ; the requester will read it.
}
ask-notmanaged-choice = Why does ticket #{ $number } end as “{ $status }”? Choose the reason or write it{ $reads ->
    [no] .
   *[yes] ; the requester will read it.
}
ask-withdraw-choice = Shall I withdraw your ticket #{ $number }? Nobody will work on it.
button-yes-withdraw = Yes, withdraw it
ask-note-text = Write the internal note for ticket #{ $number }. The requester does not see it.
ask-reply-text = Write your message about ticket #{ $number }.
ask-answer-text = What is the answer to ticket #{ $number }? The help desk will use it to tell the solution.
ask-vendor-text = What is the { $vendor } to do for ticket #{ $number }?{ $reads ->
    [no] {""}
   *[yes] {" "}The requester will read it.
}
ask-solve-text = How was ticket #{ $number } solved?{ $reads ->
    [no] {""}
   *[yes] {" "}The requester will read your answer.
}
ask-reject-text = I am sorry that ticket #{ $number } is not solved yet. What is missing?
ask-comment-text = If you like, write a comment about the service on ticket #{ $number }.

done-accept = Ticket #{ $number } is yours.
done-assign = Ticket #{ $number } is now with { $name }.
done-escalate = Ticket #{ $number } went to the { $group } team.
done-note = I saved the note on ticket #{ $number }.
done-reply = I sent your message about ticket #{ $number }.
done-added = Done, I added it to ticket #{ $number }.
done-suspend = Ticket #{ $number } is on hold: “{ $reason }”.
done-resume = Ticket #{ $number } is in progress again.
done-answer = I passed your answer to ticket #{ $number } to { $group }, which will tell the solution.
done-vendor = Ticket #{ $number } is with the { $vendor }: “{ $reason }”.
done-solve = I saved the solution of ticket #{ $number } and sent it to the requester.
done-solve-own = I saved the solution of ticket #{ $number }. You asked for it, so it's closed without a survey.
done-notmanaged = Ticket #{ $number } ended as “{ $status }”. I told the requester.
done-reject = I reopened your ticket #{ $number }. { $name } works on it again.
done-reject-group = I reopened your ticket #{ $number }. The { $group } team works on it again.
done-comment = Thank you. I saved your comment on ticket #{ $number }.
done-comment-skipped = Thank you for your answer.
done-withdraw = I withdrew your ticket #{ $number }. If you need it again, write to me.

# The same as a form; each label fits 45 letters.
form-title = Write
form-description = What is wrong or what do you need?
form-category = What is it about?
form-details = Details
form-place = Where are you?
form-impact = Who is affected?
form-urgency = Can you work in the meantime?
form-file = Files
form-escalate = Why do you escalate it?
form-note = Internal note
form-reply = Message
form-solve = How was it solved?
form-answer = What is the answer?
form-vendor = What is the { $vendor } to do?
form-reject = What is missing?
form-comment = Comment

# A ticket that the staff registers for somebody else.
ask-description-for = What is wrong with { $name }'s work, or what do they need? Write it in your own words.
ask-place-for = Where is { $name }? Choose or write the place: site, floor, office.
ask-urgency-for = Can { $name } work in the meantime?
impact-low-for = Only that person
impact-medium-for = Their area
impact-high-for = The whole organisation
urgency-low-for = Yes, no problem
urgency-medium-for = With difficulty
urgency-high-for = They cannot work
summary-heading-for = This is how { $name }'s ticket would read:
summary-urgency-for = Can they work?: { $value }
form-title-for = Ticket for { $name }
form-description-for = What is wrong or what is needed?
form-place-for = Where is the person?
form-urgency-for = Can they work in the meantime?
open-for-program = { $name } is a program, not a person: no tickets are opened for it.
done-registered-for = I registered ticket #{ $number } for { $name } and told them.
done-registered-for-untold = I registered ticket #{ $number } for { $name }. I have no way to write to them: please tell them yourself.
done-registered-after = I registered ticket #{ $number } for { $name } with what you did, and told them.
done-registered-after-untold = I registered ticket #{ $number } for { $name } with what you did. I have no way to write to them: please tell them yourself.

# What is asked before a ticket that the staff registers.
ask-source = How did this request come?
ask-person = Whom is it for? Write their name.
ask-which = Whom do you mean? If it is none of these people, I note the name.
ask-which-many = Whom do you mean? I know more people by that name: if you do not see them here, write the surname too.
ask-which-none = I know nobody called { $name }. Shall I note the name? You can also write it another way.
button-nobody = For nobody in particular
button-noted = Note { $name }
known-nowhere = no account
source-choice = { $source ->
    [phone] By telephone
    [mail] By mail
    [glpi] By GLPI
    [in_person] In person
    [proactive] The desk found it
   *[after_the_fact] I have done it already
}
form-title-register = Register
form-source = How did it come?
form-person = Whom is it for?
form-person-hint = If the desk found it and it is for nobody in particular, leave this empty.

# What is done already is asked about as past.
ask-description-after = What was wrong with { $name }'s work, or what did they need? Write it in your own words.
ask-urgency-after = Could { $name } work in the meantime?
form-description-after = What was wrong or what was needed?
form-urgency-after = Could they work in the meantime?
ask-solution = What was done? The person will read your answer.
form-solution = What was done?
summary-solution = What was done: { $value }
summary-source = Source: { $value }

# Somebody who was noted by name and writes now.
same-ask = { $name } just wrote to me for the first time, on { $network }. Is it the person for whom you registered ticket #{ $number } ({ $title })? Say yes only if you know: they will see those tickets.
button-same-yes = Yes, the same
button-same-no = Not the same
same-done = Done: { $name }'s tickets belong to their account now, and I told them.
same-kept = All right, they stay two different people.
same-not-yours = That is for whoever registered the ticket to say.
# The same confirmations when nothing reaches the requester. “untold-why” follows them.
done-arrive-untold = I noted that you are at the workplace for ticket #{ $number }.
done-decline-untold = I noted that ticket #{ $number } was not approved, with your reason.
done-miss-untold = I noted the visit for ticket #{ $number } and that nobody was there.
done-notmanaged-untold = Ticket #{ $number } ended as “{ $status }”.
# What a requester writes while no technician can be told.
done-reply-unheard = I saved your message on ticket #{ $number }. Whoever works on it will read it.
done-reply-untold = I saved your message on ticket #{ $number }.
done-return-untold = I noted that you returned the equipment of ticket #{ $number }.
done-route-untold = Ticket #{ $number } was sent to “{ $route }”.
done-solve-untold = I saved the solution of ticket #{ $number }.
done-to_vendor-untold = I noted that the equipment of ticket #{ $number } goes to the { $vendor }.
done-training-untold = The training is recorded on ticket #{ $number }.
done-visit-untold = I noted the visit for ticket #{ $number }: { $when }
done-workshop-untold = I noted that the equipment of ticket #{ $number } goes to the workshop.
untold-why = { $why ->
    [blocked] It does not reach { $name }: they blocked the bot. Please tell them some other way.
    [closed] It does not reach { $name }: they take no private messages from the bot. Please tell them some other way.
   *[other] I have no way to write to { $name }: please tell them yourself.
}
missed-heading = This happened while I could not write to you:

# What tells people of one name apart.
named-several = “{ $name }” may be more than one person or group. Choose from the list.
told-apart-account = { $network } …{ $digits }
told-apart-ticket = ticket #{ $number }
told-apart-record = record { $id }
