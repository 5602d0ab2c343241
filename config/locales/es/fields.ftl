### Los campos de los formularios: cómo se piden, qué no sirve y cómo se leen.

field-line = { $name }: { $value }
field-day = { $day } de { month } de { $year }
field-hint-date = Por ejemplo: 15/03/2026, «15 de marzo» o «mañana».
field-hint-file = Envíe aquí la foto o el archivo.
field-wrong = «{ $name }»: { $why }

field-empty = Falta la respuesta. Escríbala, por favor.
field-too-long = Su respuesta tiene { $letters } letras y aquí caben { $longest }. Acórtela, por favor.
field-not-a-number = Necesito un número entero. Escríbalo solo con cifras, por ejemplo { $example }
field-too-small = El número es muy pequeño: escriba { $least } o más.
field-too-large = El número es muy grande: escriba { $most } o menos.
field-not-a-date = Esa fecha no existe o no la entendí. Escríbala así: { $example }.
field-past = Esa fecha ya pasó. Hoy es { $today }: escriba la de hoy o una posterior.
field-not-yes-or-no = Responda Sí o No, por favor.
field-not-a-file = Un texto no me sirve aquí: necesito una foto o un archivo, por ejemplo un PDF.

# Palabras con que la gente escribe fechas, separadas por comas; los meses, en su orden.
words-months = enero, febrero, marzo, abril, mayo, junio, julio, agosto, septiembre, octubre, noviembre, diciembre
words-today = hoy
words-tomorrow = mañana
words-after-tomorrow = pasado mañana
words-yesterday = ayer

field-training = Capacitación
ask-field-training = ¿En qué capacitó a la persona sobre la solución? Si no hizo falta, use Omitir.
refuse-form-incomplete = El formulario cambió o le faltan respuestas. Empiece de nuevo, por favor.
refuse-no-such-step = El procedimiento de esta mesa de ayuda no tiene ese paso. Con /caso y el número ve qué se puede hacer.

# Lo que dice la mesa cuando el procedimiento no trae palabras propias.
rule-silence = pasó el tiempo para decirnos si quedó solucionado
rule-no-survey = en esta mesa de ayuda los casos se cierran al darles solución
survey-solved = ¿Quedó solucionado?
survey-rating = ¡Qué bueno! ¿Cómo califica la atención? 1 es mala y 5 es excelente.

workbook-form = Formulario
workbook-solution-form = Informe de la solución
