### Guías de autoayuda antes de abrir un caso, y capacitación sobre la solución.

self-help-first = Antes de abrir el caso, pruebe esto (paso { $step } de { $steps }):
self-help-next = Probemos otra cosa (paso { $step } de { $steps }):
self-help-ask = ¿Funcionó?
button-self-help-no = No, sigamos
button-self-help-skip = Pasar a un técnico
requester-self-helped = ¡Qué bueno que funcionó! Quedó registrado como solucionado con la guía. Gracias por contarnos.
card-tried = Ya intentó:
card-tried-step = { $place }. { $step }
ending-self-help = Solucionado con la guía
report-self-help = Solucionados con la guía: { $count }
workbook-self-help = Solucionados con la guía

card-training = Capacitación: { $value }
ask-training-text = ¿En qué capacitó a la persona del caso #{ $number }?{ $reads ->
    [no] {""}
   *[yes] {" "}Ella leerá su respuesta.
}
form-training = ¿En qué fue la capacitación?
done-training = Quedó registrada la capacitación en el caso #{ $number }. Se lo conté al solicitante.
notice-training = Quedó registrada la capacitación que recibió con el caso #{ $number } ({ $title }): «{ $text }».
workbook-training = Capacitación
