### What serves everywhere: instants, names, buttons.

when-today = today { at } { $time }
when-tomorrow = tomorrow { at } { $time }
when-yesterday = yesterday { at } { $time }
when-date = { weekday } { $day } { month } { at } { $time }
when-date-year = { weekday } { $day } { month } { $year } { at } { $time }
when-day = { weekday } { $day } { month }
named-day = { $day } ({ $name })
# In Spanish this follows the hour.
at = { $hour ->
   *[other] at
}
# The space keeps the hour on one line.
time = { $clock }{"\u00A0"}{ $half ->
    [morning] a.m.
    [noon] noon
   *[afternoon] p.m.
}
weekday = { $weekday ->
    [0] Monday
    [1] Tuesday
    [2] Wednesday
    [3] Thursday
    [4] Friday
    [5] Saturday
   *[6] Sunday
}
month = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
}

quote = “{ $text }”
ticket-heading = Ticket #{ $number } · { $title }

attachment = { $kind ->
    [photo] the photo
    [document] the file
    [audio] the recording
    [video] the video
    [sticker] the sticker
    [location] the location
    [contact] the contact
   *[other] what you sent
}

priority-critical = Critical
priority-high = High
priority-medium = Medium
priority-low = Low
kind-incident = Incident
kind-request = Request
role-requester = requester
role-technician = technician
role-supervisor = supervisor
role-administrator = administrator
network = { $network ->
    [telegram] Telegram
    [discord] Discord
   *[console] the terminal
}
source = { $source ->
    [phone] by telephone
    [mail] by mail
    [glpi] by GLPI
    [in_person] in person
    [proactive] proactive
    [after_the_fact] after the fact
   *[chat] by chat
}
language-name = English

button-back = Back
button-cancel = Cancel
button-skip = Skip
button-more = See more
button-yes = Yes
button-no = No
button-accept = Accept
button-solve = Solve
button-suspend = Suspend
button-resume = Resume
button-assign = Assign
button-assign-number = Assign #{ $number }
button-escalate = Escalate
button-give-answer = Give answer
vendor = vendor
button-vendor = Pass to the { $vendor }
button-notmanaged = Do not manage
button-reply = Reply
button-note = Internal note
button-withdraw = Withdraw
button-follow-up = Open a related ticket
# What the bot says of itself in its profile, before and after the procedure's name.
profile-short-before = Help desk:{" "}
profile-short-after = . Tell me what is wrong and I open a ticket for you.
profile-long-before = I am the help desk:{" "}
profile-long-after = . Tell me in your words what is wrong or what you need. I open a ticket, tell you how it goes, and ask whether it is solved. Use /help to see what you can do.
