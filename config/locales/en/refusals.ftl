### Refusals, always with the way out.

refuse-unknown-ticket = I cannot find ticket #{ $number } among yours. /mytickets shows those you can see.
refuse-not-your-role = The help desk's staff does this. /help shows what you can do.
refuse-not-your-group = This ticket belongs to { $group } and you are not in that group. If it is yours to do, talk to somebody of that group or ask to be added.
refuse-not-your-ticket = { $name } is working on ticket #{ $number }. Speak with them or leave a note with /note { $number }.
refuse-already-taken = { $name } already has ticket #{ $number }.
refuse-already-yours = Ticket #{ $number } is yours already.
refuse-not-your-request = Only whoever asked for ticket #{ $number } can answer this.
refuse-not-now = { $over ->
    [yes] Ticket #{ $number } is over. Status: { $status }. /ticket { $number } shows it.
   *[no] Not now: the status of ticket #{ $number } is { $status }. /ticket { $number } shows what can be done.
}
refuse-not-in-procedure = The procedure of ticket #{ $number } has no such step. /ticket { $number } shows what can be done.
refuse-too-late-to-withdraw = { $name } is already working on it. Tell them with /reply { $number } that you no longer need it.
refuse-too-late-to-withdraw-group = Ticket #{ $number } is already with the team. Tell them with /reply { $number } that you no longer need it.
refuse-survey-over = { $over ->
    [yes] That answer no longer counts: ticket #{ $number } is closed. If something is still wrong, open a related ticket.
   *[no] That answer no longer applies: the status of ticket #{ $number } is { $status }.
}
refuse-unknown-group = There is no group called “{ $name }”. Choose one from the list.
refuse-same-group = The ticket is with { $group } already. Choose another group.
refuse-cannot-take-it = { $name } is not a technician of this ticket's group. Choose somebody from the list.
refuse-staff-registers = Opening a ticket for somebody else is for the help desk staff. For yourself, tell me what is wrong or use /new.
refuse-unknown-category = That category no longer exists. Start again with /new.
refuse-text-missing = { $verb ->
    [escalate] The justification is missing. Please write it.
    [suspend] The reason is missing. Please write it.
    [answer] The answer is missing. Please write it.
    [solve] The solution is missing. Please write it.
    [vendor] What is expected of the { $vendor } is missing. Please write it.
    [child] What the other group is to do is missing. Please write it.
    [asset] The tag or serial number is missing. Please write it.
    [decline] The reason is missing. Please write it.
    [notmanaged] The reason is missing. Please write it.
    [miss] What you found at the workplace is missing. Please write it.
    [workshop] Which equipment you take is missing. Please write it.
    [to_vendor] Which equipment you take is missing. Please write it.
    [training] What the training was about is missing. Please write it.
   *[other] The text is missing. Please write it.
}
refuse-invitation-invalid = That code does not work: it does not exist, was used or has expired. Ask whoever runs the help desk for a new one.
refuse-invitation-misplaced = That code is not for this chat. A person's code is used in private, and a group's inside the group.
refuse-link-invalid = That code does not work: it does not exist, was used, has expired or is your own. Ask for a new one with /link in the other account and write it in this one.
refuse-unknown-person = I cannot find that person, or they have no access any more. Use /people to see who is there.
refuse-last-administrator = This is the only administrator of the help desk. Give that role to another person first.
refuse-link-too-many-tries = You have tried several codes that do not work. Try again { $when }
refuse-text-too-long = Your message has more than { $longest } characters, so I didn't keep it. Send it shorter or in several messages; what you had written stays as it is.
refuse-text-full = With that the text would pass { $longest } characters, so I didn't add it. What you had written stays as it is: go on, and once the ticket is open add the rest with /reply.
refuse-too-many-files = A ticket can have { $most } files at most, so I didn't keep this one. Everything else stays as it is: go on, or tell in words what is missing.
refuse-too-many-open = { $whose ->
    [other] That person already has { $most } open tickets, which is the most. I didn't lose what you wrote: add it to one of those tickets, or try again when one of them ends.
   *[own] You already have { $most } open tickets, which is the most. Use /mytickets to see them: add this to one with /reply, or take back one you no longer need with /withdraw.
}
refuse-disk-full = I cannot register new tickets right now because the disk is almost full. I did not lose what you wrote: try again in a few minutes with the Register button.

stranger = This help desk serves registered people. Ask whoever runs it for a code and write me /start followed by the code.
stranger-server = This help desk serves the members of its Discord server. If you are one, use /start there once; after that I serve you here too.
anonymous = I cannot tell who you are when you write in the name of the group or of a channel. Turn off "Remain anonymous" or write to me in private.
write-me-privately = Write to me in private with /start first; we will go on there.
news-in-private = News on this ticket reaches you by direct message. If you don't receive it, allow direct messages in this server's privacy settings.
answering-privately = I'm answering you in private.
answer-overdue = I could not answer you in time. Please try again.
answer-not-shown = I could not show you the answer. Send /mytickets to see where your tickets stand.
answered-privately = I answered you in private.
group-replies-need-a-command = { $lists ->
    [yes] To answer from the channel, use /reply or /note with the ticket's number.
   *[no] To answer from the group, reply to the card with /reply text or /note text.
}
edits-are-not-followed = I saw that you changed a message. What I registered does not change; if need be, write me again what is right.
command-unknown = I do not know the command /{ $name }. /help shows those there are, or write to me in your own words.
command-not-yours = { $audience ->
    [administrator] The command /{ $name } is for those who administer the help desk. /help shows yours.
    [supervisor] The command /{ $name } is for supervisors. /help shows yours.
   *[technician] The command /{ $name } is for the help desk's staff. /help shows yours.
}
internal-error = Something failed on our side and I could not process your message. Please try again; if it happens again, give the help desk this reference: { $reference }
