### Visits to the workplace, equipment that leaves and comes back, and a ticket's priority or category.

help-visit = plan a visit to the workplace, or say how it was
help-priority = change the priority of a ticket
help-category = change the category of a ticket
option-priority = priority
option-priority-help = critical, high, medium or low

# A status named after visits does not tell what else is waited for.
status-on-hold = On hold

button-visit = Plan a visit
button-visit-another = Another time
button-visit-again = Plan another visit
button-arrive = I am here
button-miss = Nobody there
button-workshop = Equipment to workshop
button-to-vendor = Equipment to { $vendor }
button-return = Return equipment
button-agree = That suits me
button-other-moment = Another time
button-choose-moment = Choose another time
button-received = Received
button-no-photo = No photo

ask-visit-when = When do you go to the workplace for ticket #{ $number }? Choose a time or write one, such as “tomorrow 10 am”.
ask-visit-another = The visit for ticket #{ $number } is { $when } When shall it be instead? Choose a time or write one, such as “thursday 3 pm”.
ask-visit-planned = The visit for ticket #{ $number } is { $when } What comes next?
ask-visit-there = You are at the workplace for ticket #{ $number }. What comes next?
ask-visit-requester = When may we come for ticket #{ $number }? Choose a time or write one, such as “tomorrow 10 am”.
done-visit = Done: the requester knows that the visit for ticket #{ $number } is { $when }
done-visit-chosen = Done: the visit for ticket #{ $number } is { $when }
done-visit-agreed = Done: the visit for ticket #{ $number } is { $when }
done-arrive = I noted that you are at the workplace for ticket #{ $number }. I told the requester.

ask-miss-text = What did you find at the workplace of ticket #{ $number }? Write it and, if you can, send a photo.{ $reads ->
    [no] {""}
   *[yes] {" "}The requester will read it.
}
ask-evidence-photo = Do you have a photo of the visit for ticket #{ $number }? Send it here.
done-evidence = I saved the evidence of the visit with ticket #{ $number }.
added-to-note = I added it to the note.
form-miss = What did you find there?
done-miss = I noted the visit for ticket #{ $number } and that nobody was there. I told the requester.

ask-workshop-text = Which equipment do you take to the workshop for ticket #{ $number }? If it has a tag, write it down.
form-workshop = Which equipment goes to the workshop?
done-workshop = I noted that the equipment of ticket #{ $number } goes to the workshop. I told the requester.
ask-to_vendor-text = Which equipment do you take to the { $vendor } for ticket #{ $number }? If it has a tag, write it down.
form-to_vendor = Which equipment goes to the { $vendor }?
done-to_vendor = I noted that the equipment of ticket #{ $number } goes to the { $vendor }. I told the requester.
done-return = I noted that you returned the equipment of ticket #{ $number }. The requester can confirm it.
done-receive = Thank you for confirming that you have the equipment of ticket #{ $number }.

ask-priority-choice = Which priority does ticket #{ $number } have?
done-priority = The priority of ticket #{ $number } is { $priority } now.
ask-category-choice = Which category does ticket #{ $number } belong to?
choose-category = There is no category called “{ $name }”. Choose one from the list.
done-category = { $elsewhere ->
    [yes] The category of ticket #{ $number } is { $category } now. The group { $usual } attends to it{ $escalates ->
        [yes] : if need be, pass it on with /escalate { $number }.
       *[no] .
    }
   *[no] The category of ticket #{ $number } is { $category } now.
}
done-category-moved = { $approval ->
    [yes] The category of ticket #{ $number } is { $category } now, and it goes to the group { $group }, which decides on it.
   *[no] The category of ticket #{ $number } is { $category } now, and it goes to the group { $group }.
}

# Free times, as short as a button.
slot-today = Today { $time }
slot-tomorrow = Tomorrow { $time }
slot-date = { $weekday ->
    [0] Mon
    [1] Tue
    [2] Wed
    [3] Thu
    [4] Fri
    [5] Sat
   *[6] Sun
} { $day }, { $time }

card-visit = { $agreed ->
    [yes] Visit, confirmed: { $when }
   *[no] Visit: { $when }
}
card-visit-there = At the workplace since { $when }
card-visits-past = { $count ->
    [one] One visit before.
   *[other] { $count } visits before.
}
card-visit-missed = Nobody was at the workplace { $when }: “{ $note }”
card-equipment = { $at ->
    [workshop] Equipment in the workshop: { $what }
   *[vendor] Equipment at the { $vendor }'s: { $what }
}
requester-queue = { $count ->
    [0] Yours is the first in the queue.
    [one] There is one ticket before yours.
   *[other] There are { $count } tickets before yours.
}
requester-there = { $name } is at your workplace to work on it.
requester-visit-pending = { $name } is going to visit you.
requester-visit-missed = We came to your workplace and found nobody. Another time is to be agreed on.
requester-waits-equipment = It waits for your equipment.

notice-accepted-waits = { $name } is now working on your ticket #{ $number } ({ $title }).
notice-visit-scheduled = { $name } will come to your workplace { $when }, for ticket #{ $number } ({ $title }). Does that suit you?
notice-visit-planned = A visit was planned for you, for ticket #{ $number } ({ $title }): { $when }
notice-visit-chosen = The requester chose another time for the visit of ticket #{ $number } ({ $title }): { $when }
notice-visit-agreed = The visit for ticket #{ $number } ({ $title }) suits the requester: { $when }
notice-visit-cancelled = The visit you had { $when } for ticket #{ $number } is off. We will tell you how we go on.
notice-visit-not-needed = The visit you had { $when } for ticket #{ $number } is not needed any more.
notice-visit-not-needed-technician = The visit for ticket #{ $number } ({ $title }) is not needed any more: { $when }
notice-visit-arrived = { $name } arrived at your workplace { $when }, for ticket #{ $number }.
notice-visit-missed = { $name } came to your workplace { $when } and found nobody: “{ $note }”. Tell us when we may come back for ticket #{ $number }.
notice-equipment-workshop = { $name } takes your equipment ({ $what }) to the workshop, for ticket #{ $number }. We will tell you when it is back.
notice-equipment-vendor = { $name } takes your equipment ({ $what }) to an outside { $vendor }, for ticket #{ $number }. We will tell you when it is back.
notice-equipment-returned = { $name } returned your equipment ({ $what }), for ticket #{ $number }. Do you have it?
notice-equipment-received = The requester confirmed having the equipment of ticket #{ $number }.
notice-priority = The priority of your ticket #{ $number } ({ $title }) is { $priority } now. { promise }
notice-priority-waits = The priority of your ticket #{ $number } ({ $title }) is { $priority } now. Its time runs again when we go on.
notice-priority-technician = The priority of ticket #{ $number } ({ $title }) is { $priority } now.
visit-reminder = You have a visit { $when } for ticket #{ $number } ({ $title }): { $requester }, { $place }.
visit-question = How was the visit for ticket #{ $number } ({ $title })? It was { $when }, with { $requester }, and I do not know what happened.

sla-priority = { $when }: { $name } changed the priority from { $from } to { $to }; { $promise ->
    [kept] the time for a solution was over already and stays so.
    [restarted] the time for a solution counts from then.
   *[anew] the time was counted anew from when the ticket came.
}
sla-visit = visit { $when }
sla-visit-missed = nobody there: { $note }

refuse-no-visit-then = { $why ->
    [past] That time is over ({ $when }). Choose another.
    [overruns] A visit that begins then does not end within working hours ({ $when }). Choose another.
    [out_of_hours] Nobody works at that time ({ $when }). Choose another.
    [too_far] That date is far away ({ $when }). Choose a nearer one.
   *[taken] There is another visit at that time ({ $when }). Choose another.
}
refuse-has-visit-then = { $name } has another visit close to the one planned for ticket #{ $number } ({ $when }). Change its time with /visit { $number } or assign the ticket to somebody else.
refuse-time-not-understood = I did not understand the day and the time. Write them like this: “tomorrow 10 am”, “thursday 3 pm” or “2026-03-05 10:00”.
refuse-visit-over = That has changed. /ticket { $number } shows how it stands.
refuse-equipment-away = { $at ->
    [workshop] The equipment of ticket #{ $number } is still in the workshop: { $what }. Return it first with the button Return equipment, or with /visit { $number }.
   *[vendor] The equipment of ticket #{ $number } is still at the { $vendor }'s: { $what }. Return it first with the button Return equipment, or with /visit { $number }.
}
refuse-no-equipment-away = No equipment of ticket #{ $number } is away.
refuse-same-priority = Ticket #{ $number } has the priority { $priority } already.
refuse-same-category = Ticket #{ $number } has the category { $category } already.
refuse-unknown-priority = There is no priority called “{ $name }”. Choose one from the list.
