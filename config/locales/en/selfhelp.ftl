### Guidance before a ticket is opened, and training on the solution.

self-help-first = Before a ticket is opened, please try this (step { $step } of { $steps }):
self-help-next = Let us try something else (step { $step } of { $steps }):
self-help-ask = Did it work?
button-self-help-no = No, go on
button-self-help-skip = Go to a technician
requester-self-helped = Good to hear that it worked! It is registered as solved with the guide. Thank you for telling us.
card-tried = Already tried:
card-tried-step = { $place }. { $step }
ending-self-help = Solved with the guide
report-self-help = Solved with the guide: { $count }
workbook-self-help = Solved with the guide

card-training = Training: { $value }
ask-training-text = What did you train the requester of ticket #{ $number } in?{ $reads ->
    [no] {""}
   *[yes] {" "}They will read your answer.
}
form-training = What was the training about?
done-training = The training is recorded on ticket #{ $number }. I told the requester.
notice-training = The training you received with ticket #{ $number } ({ $title }) was recorded: “{ $text }”.
workbook-training = Training
