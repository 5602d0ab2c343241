### Lo que corresponde a otro procedimiento, y cómo se llama lo que llega según su origen.

status-routed = Remitido a otro procedimiento
requester-routed = Esto no lo atiende esta mesa: corresponde al procedimiento «{ $route }».
    Dónde pedirlo: { $where }
card-routed = Corresponde a «{ $route }».
    Dónde pedirlo: { $where }
card-requester-name = Solicita: { $name }
card-nature = Origen: { $value }
source-of-nature = { $nature }, { $source }
button-elsewhere = Es de otro procedimiento…
button-route = Remitir a otro procedimiento
ask-route-choice = ¿A qué procedimiento corresponde el caso #{ $number }? Le diré al solicitante a dónde ir.
done-route = El caso #{ $number } quedó remitido a «{ $route }». Le conté al solicitante a dónde ir.
notice-routed = Su caso #{ $number } ({ $title }) no lo atiende esta mesa: corresponde al procedimiento «{ $route }». Aquí queda terminado.
    Dónde pedirlo: { $where }
notice-routed-technician = El caso #{ $number } ({ $title }) quedó remitido a «{ $route }».
ending-routed = Remitido a otro procedimiento
report-routed = Remitidos a otro procedimiento: { $count } (aparte, no cuentan en este informe)
report-natures = Según su origen: { $corrective } { $reported }, { $proactive } { $found }
workbook-routed = Remitidos a otro procedimiento (aparte)
workbook-corrective = Recibidos porque alguien los reportó
workbook-proactive = Recibidos porque la mesa los encontró

# Lo que no va a un proveedor externo, sino a otro procedimiento de la casa.
button-vendor-procedure = Pasar a { $status }
ask-vendor-procedure-text = ¿Qué hace falta en el caso #{ $number }?{ $reads ->
    [no] {""}
   *[yes] {" "}El solicitante lo leerá.
}
form-vendor-procedure = ¿Qué hace falta?
done-vendor-procedure = El caso #{ $number } queda en «{ $status }»: «{ $reason }».
notice-vendor-procedure = Su caso #{ $number } pasa al procedimiento «{ $procedure }»: «{ $reason }». Le avisaremos cuando sigamos.
