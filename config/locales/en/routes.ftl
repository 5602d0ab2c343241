### What belongs to another procedure, and what requests are called by what set them off.

status-routed = Sent to another procedure
requester-routed = This desk does not attend to this: it belongs to the procedure “{ $route }”.
    Where to ask: { $where }
card-routed = It belongs to “{ $route }”.
    Where to ask: { $where }
card-requester-name = Requester: { $name }
card-nature = Source: { $value }
source-of-nature = { $nature }, { $source }
button-elsewhere = Another procedure's…
button-route = Send to another procedure
ask-route-choice = Which procedure does ticket #{ $number } belong to? I will tell the requester where to go.
done-route = Ticket #{ $number } was sent to “{ $route }”. I told the requester where to go.
notice-routed = This desk does not attend to your ticket #{ $number } ({ $title }): it belongs to the procedure “{ $route }”. It ends here.
    Where to ask: { $where }
notice-routed-technician = Ticket #{ $number } ({ $title }) was sent to “{ $route }”.
ending-routed = Sent to another procedure
report-routed = Sent to another procedure: { $count } (apart, not counted in this report)
report-natures = By source: { $corrective } { $reported }, { $proactive } { $found }
workbook-routed = Sent to another procedure (apart)
workbook-corrective = Received because somebody reported it
workbook-proactive = Received because the desk found it

# What does not go to an outside provider but to another procedure of the house.
button-vendor-procedure = Pass to { $status }
ask-vendor-procedure-text = What does ticket #{ $number } need?{ $reads ->
    [no] {""}
   *[yes] {" "}The requester will read it.
}
form-vendor-procedure = What does it need?
done-vendor-procedure = Ticket #{ $number } is in “{ $status }”: “{ $reason }”.
notice-vendor-procedure = Your ticket #{ $number } goes to the procedure “{ $procedure }”: “{ $reason }”. We will tell you when we go on.
