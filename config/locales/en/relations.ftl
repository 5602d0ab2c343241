### Tickets that go elsewhere or go together: specialists, related tickets, approvals, equipment.

group-choice = Level { $level } · { $name }
group-choice-on-site = Level { $level } · { $name } (on site)
button-person = To a person…
button-child = Related ticket
button-asset = Equipment
button-approve = Approve
button-decline = Decline
button-no-asset = None

ask-escalate-person = Who does ticket #{ $number } go to? Choose or write the name.
ask-escalate-nobody = There is nobody else to pass ticket #{ $number } to. With Back you can choose a group.
ask-suspend-text = What do you need to know from the requester? When they answer, ticket #{ $number } goes on by itself.
ask-child-choice = What is the ticket related to #{ $number } about, or which group is it for?
ask-child-text = What is the other group to do?{ $reads ->
    [no] {""}
   *[yes] {" "}The requester will read it too.
}
ask-asset-text = Which equipment did you touch for ticket #{ $number }? Write its tag or serial number. If you checked it against the inventory, add “verified”.
ask-decline-text = Why is ticket #{ $number } not approved?{ $reads ->
    [no] {""}
   *[yes] {" "}The requester will read your answer.
}
ask-asset = Which equipment did you touch? Write its tag or serial number. If you checked it against the inventory, add “verified”.
form-suspend = What do you need to know?
form-child = What is the other group to do?
form-asset = Tag or serial number
form-decline = Why is it not approved?
summary-asset = Equipment: { $value }
# Words behind a tag that say that it was checked against the inventory.
words-verified = verified, verificado, verificada

done-escalate-person = Ticket #{ $number } went to { $name }, of { $group }.
done-escalate-on-site = Ticket #{ $number } went to on-site support: { $group }.
done-vendor-child = Ticket #{ $number } is on hold: “{ $reason }”. I opened ticket #{ $other } for { $to }; once that is solved, this one goes on by itself.
done-child = I opened ticket #{ $other } for { $to }, related to #{ $number }.
done-approve = You approved ticket #{ $number }. I opened ticket #{ $other } for { $to }.
done-decline = You declined ticket #{ $number }. I told the requester, with your reason.
done-asset = I noted equipment { $tag } on ticket #{ $number }.

card-decide = { $own-form ->
    [past] Not decided: overdue since { $own }
   *[future] Decide by { $own }
}
card-meant-for = For: { $value }
card-parent = Comes from ticket #{ $number } { $title }
card-title-hidden = (restricted)
card-children = Related tickets: { $list }
card-child = #{ $number } { $title } — { $status }
card-assets = { $name }: { $list }
card-asset = { $tag }{ $verified ->
    [yes] {" "}(verified)
   *[no] {""}
}
card-approved = It was approved.
card-declined = Not approved: { $value }
requester-new-approval = It is registered. The { $group } team decides whether it is approved. { decision }
decision = { $own-form ->
    [past] We are late with our answer: we apologise.
   *[future] We will answer by { $own }
}
requester-escalated-person = It is now with { $name }, of { $group }. { promise }
requester-on-site = It is with on-site support ({ $group }): they will come to you. { promise }
requester-with-vendor = { $name }, of { $group }, is working on it.
requester-approved = It was approved.
requester-declined = It was not approved: { $reason }

notice-escalated-person = We passed your ticket #{ $number } to { $specialist }, of { $group }, who can solve it better. We will tell you when they take it.
notice-escalated-on-site = We passed your ticket #{ $number } to on-site support ({ $group }): they will come to you. We will tell you when they take it.
notice-escalated-on-site-person = We passed your ticket #{ $number } to { $specialist }, of on-site support ({ $group }), who will come to you. We will tell you when they take it.
notice-recategorised = { $approval ->
    [yes] Your ticket #{ $number } ({ $title }) belongs to the category { $category }, which needs an approval: the group { $group } decides on it. We will tell you.
   *[no] Your ticket #{ $number } ({ $title }) belongs to the category { $category } and goes to the group { $group }. We will tell you when they accept it.
}
notice-suspended-answer = Your ticket #{ $number } is on hold: “{ $reason }”. As soon as you answer, we go on.
notice-answer-resumed = With that answer, ticket #{ $number } is in progress again.
notice-child-opened = To solve your ticket #{ $parent } we opened the related ticket #{ $number } ({ $title }) with { $group }.
notice-next-opened = What you asked for in ticket #{ $parent } goes on in ticket #{ $number } ({ $title }), with { $group }.
notice-approved = Your ticket #{ $number } ({ $title }) was approved.
notice-approved-technician = Ticket #{ $number } ({ $title }) was approved.
notice-declined = Your ticket #{ $number } ({ $title }) was not approved: “{ $reason }”. If something changes or was left out, open a related ticket.
notice-declined-technician = Ticket #{ $number } ({ $title }) was not approved: “{ $reason }”.
notice-closed-related = Ticket #{ $number } ({ $title }) is solved and closed.
    Solution: { $solution }
    If it is not right, open a related ticket.
notice-child-done = { $outcome ->
    [solved] The related ticket #{ $child } ({ $subject }) is solved: “{ $answer }”.
    [not_managed] The related ticket #{ $child } ({ $subject }) ended without being worked on: “{ $reason }”.
    [approved] The related ticket #{ $child } ({ $subject }) was approved.
    [rejected] The related ticket #{ $child } ({ $subject }) was not approved: “{ $reason }”.
   *[withdrawn] The requester withdrew the related ticket #{ $child } ({ $subject }).
} { $next ->
    [resumed] Your ticket #{ $number } is in progress again.
    [open] With #{ $number }, these are still open: { $open }.
   *[free] Ticket #{ $number } has no open related tickets any more.
}

refuse-meant-for = Ticket #{ $number } was passed to { $name }: that person takes it, or a supervisor.
refuse-unknown-specialist = There is no group and no technician called “{ $name }”. Choose from the list.
refuse-unknown-destination = No other group, and no category of another group, is called “{ $name }”. Choose from the list.
refuse-asks-approval = Ticket #{ $number } waits for an approval: use the buttons Approve or Decline on its card. With /ticket { $number } you see it.
refuse-own-request = You asked for or registered ticket #{ $number }: another person of the group, or a supervisor, decides on it.
refuse-related-case = The help desk opened ticket #{ $number } to attend to your ticket #{ $parent }, and only the desk can end it. If you no longer need it, say so with /reply { $parent }.
refuse-answer-goes-back = { $group } makes the answer to ticket #{ $number } known: use Give answer on its card.
refuse-part-missing = Ticket #{ $number } lacks “{ $field }”, which { $group } fills in. Pass it to that group with /escalate { $number }.
refuse-children-open = Ticket #{ $number } is solved after its related tickets. Still open: { $open }.
refuse-no-asset = { $name }: it should have { $shortest } to { $longest } letters or digits. Please check it and write it again.

help-child = open a related ticket for another group
help-asset = note the equipment that was touched for a ticket
argument-destination = category or group
option-destination = destination
option-destination-help = category or group that receives the related ticket

workbook-parent = Comes from ticket
workbook-assets = Equipment
ending-approved = Approved
ending-rejected = Not approved

# Following a ticket
help-follow = follow a ticket that is not yours, or stop
done-follow = You follow ticket #{ $number }: I will tell you when its status changes. Status now: { $status }.
done-unfollow = You no longer follow ticket #{ $number }.
notice-followed = Ticket #{ $number } ({ $title }), which you follow, has a new status: { $status }.
button-see-ticket = See ticket
button-unfollow = Stop following
