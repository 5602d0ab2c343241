### A ticket's times, explained interval by interval (/sla).

sla-heading = Times of ticket #{ $number }
# How a time is counted.
sla-unit = { $unit ->
    [elapsed] day and night
   *[working] in working hours
}
sla-own = Response (within { $promised }, { sla-unit })
sla-own-met = { $name } took it { $when }, in time: after { $spent }.
sla-own-late = { $name } took it { $when }, late: it was due { $due } and it took { $spent }.
sla-own-open = Nobody has taken it. { $spent } have passed and it is due { $due }
sla-own-overdue = Nobody has taken it. { $spent } have passed and it was due { $due }
sla-own-never = It ended before anybody took it.
sla-resolve = Solution (within { $promised }, { sla-unit })
sla-running = { $from } → { $until }: ran { $spent }
sla-running-now = { $from } → now: running, { $spent } so far
sla-out-of-hours = { $from } → { $until }: out of hours, does not count{ $days }
sla-days-off = {" "}(no service: { $days })
sla-out-of-hours-now = { $from } → now: out of hours, does not count{ $days }
sla-partly = { $from } → { $until }: ran { $spent } in working hours; the rest does not count
sla-partly-now = { $from } → now: { $spent } in working hours so far; the rest does not count
sla-paused = { $from } → { $until }: paused. { $name }: { $reason }
sla-paused-now = { $from } → now: paused. { $name }: { $reason }
sla-solved = { $from } → { $until }: solved by { $name }, waiting for an answer
sla-solved-now = { $from } → now: solved by { $name }, waiting for an answer
sla-sum-left = Sum: { $spent } of { $promised }; { $left } left. Due { $due }
sla-sum-paused = Sum: { $spent } of { $promised }; { $left } left once it goes on.
sla-sum-over = Sum: { $spent } of { $promised }. Overdue by { $over } { sla-unit }.
sla-sum-met = Sum: { $spent } of { $promised }. In time.
sla-sum-late = Sum: { $spent } of { $promised }. Late by { $over }.
sla-validation = Validation: without an answer the ticket closes { $due-form ->
    [future] { $due }
   *[past] soon.
}
sla-desk = the help desk
duration-minutes = { $minutes } min
duration-hours = { $hours } h
duration-both = { $hours } h { $minutes } min
duration-seconds = less than a minute
business-days = { $days ->
    [one] one business day
   *[other] { $days } business days
}
elapsed-days = { $days ->
    [one] one day
   *[other] { $days } days
}
