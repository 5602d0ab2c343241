### Files: what people send with a ticket.

attachment-kept = { $count ->
    [one] I received { $what }. It goes with the ticket, where whoever attends to it sees it.
   *[other] I received { $count } files. They go with the ticket, where whoever attends to it sees them.
}
attachment-noted = { $count ->
    [one] I received { $what }. The ticket keeps only the reference, so please tell me in words too what it is about.
   *[other] I received { $count } attachments. The ticket keeps only their references, so please tell me in words too what they are about.
}
attachment-mixed = I received { $count } attachments. The files go with the ticket, where whoever attends to it sees them; of the others it keeps only the reference, so please tell me in words too what they are about.
attachment-needs-words = I received your file, but here I need a written answer. Please write it.
files-kept = { $count ->
    [one] I keep the file too.
   *[other] I keep the { $count } files too.
}

file-caption = Ticket #{ $number }: { $name } sent this file.
file-caption-internal = Ticket #{ $number }: a file of an internal note by { $name }.
file-words = file: { $file } ({ $media }, { $size })
file-not-shown = Ticket #{ $number }: { $name } sent a file that cannot be shown in this chat: { $file }, { $size }. I have kept it; if you need it here, ask for a lighter version.
file-name = { $kind ->
    [photo] photo
    [audio] audio
    [video] video
   *[document] file
}
size-kilobytes = { $size } KB
size-megabytes = { $size } MB

file-too-large = I could not keep { $file } on ticket #{ $number }: it is larger than { $limit }. Send a lighter version, such as a photo or a shorter PDF. The rest of the ticket is fine.
file-wrong-type = I could not keep { $file } on ticket #{ $number }: files of that type are not taken here. Send it as a photo, a PDF or a document. The rest of the ticket is fine.
file-empty = I could not keep { $file } on ticket #{ $number }: it arrived empty. Please check it and send it again. The rest of the ticket is fine.
file-gone = I could not keep { $file } on ticket #{ $number }: { $network } does not have it any more. Please send it again. The rest of the ticket is fine.
file-unreached = I could not keep { $file } on ticket #{ $number }: I tried for hours and could not download it. Please send it again. The rest of the ticket is fine.

card-files = { $count ->
    [one] One file.
   *[other] { $count } files.
}
card-files-missing = { $count ->
    [one] One file could not be kept.
   *[other] { $count } files could not be kept.
}
button-files = Files
files-none = Ticket #{ $number } has no files to show you.
