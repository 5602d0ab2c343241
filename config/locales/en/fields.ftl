### The fields of forms: how they are asked, what will not do and how they are read.

field-line = { $name }: { $value }
field-day = { $day } { month } { $year }
field-hint-date = For example: 15/03/2026, “15 March” or “tomorrow”.
field-hint-file = Please send the picture or the file here.
field-wrong = “{ $name }”: { $why }

field-empty = The answer is missing. Please write it.
field-too-long = Your answer has { $letters } letters and there is room for { $longest }. Please shorten it.
field-not-a-number = I need a whole number. Please write it in digits alone, for example { $example }
field-too-small = The number is too small: please write { $least } or more.
field-too-large = The number is too large: please write { $most } or less.
field-not-a-date = That date does not exist, or I did not understand it. Please write it like this: { $example }.
field-past = That day is past. Today is { $today }: please write today's date or a later one.
field-not-yes-or-no = Please answer Yes or No.
field-not-a-file = Words will not do here: I need a picture or a file, such as a PDF.

# Words with which people write dates, separated by commas; months in their order.
words-months = january, february, march, april, may, june, july, august, september, october, november, december
words-today = today
words-tomorrow = tomorrow
words-after-tomorrow = the day after tomorrow
words-yesterday = yesterday

field-training = Training
ask-field-training = In what did you train the person on the solution? If it was not needed, use Skip.
refuse-form-incomplete = The form has changed or lacks answers. Please start again.
refuse-no-such-step = This help desk's procedure does not have that step. With /ticket and the number you see what can be done.

# What the desk says where the procedure has no words of its own.
rule-silence = the time to tell us whether it is solved is over
rule-no-survey = this help desk closes tickets when it has given a solution
survey-solved = Is it solved?
survey-rating = Good to hear! How do you rate the service? 1 is poor and 5 is excellent.

workbook-form = Form
workbook-solution-form = Report on the solution
