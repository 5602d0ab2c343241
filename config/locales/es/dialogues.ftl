### Conversaciones: lo que la mesa pregunta y cómo sigue.

offer = ¿Abro un caso con esto?
button-open-ticket = Abrir caso
offer-awaited = El caso #{ $number } espera su respuesta. ¿Es esta, o abro un caso nuevo?
button-answer = Responder el caso #{ $number }
button-add-to = Agregar al #{ $number } { $title }

ask-description = Cuénteme qué pasa o qué necesita, con sus palabras.
ask-category = ¿De qué se trata?
ask-place = ¿Dónde está usted? Elija o escriba el lugar: sede, piso, oficina.
ask-impact = ¿A quién afecta?
ask-urgency = ¿Puede trabajar mientras tanto?
impact-low = Solo a mí
impact-medium = A mi área
impact-high = A toda la entidad
urgency-low = Sí, sin problema
urgency-medium = Con dificultad
urgency-high = No puedo trabajar
button-no-details = No lo sé
button-register = Registrar

summary-heading = Así quedaría su caso:
summary-description = Descripción: { $value }
summary-category = Categoría: { $value }
summary-details = Detalles: { $value }
summary-place = Lugar: { $value }
summary-impact = Afecta: { $value }
summary-urgency = ¿Puede trabajar?: { $value }
summary-priority = Prioridad: { $value }
ask-register = ¿Lo registro?

choose-a-button = No entendí esa respuesta. Use uno de los botones, o Cancelar para dejarlo así.
choose-a-ticket = Necesito un número de caso, por ejemplo 12. Elija uno de la lista o escríbalo.
added-to-description = Lo agregué a la descripción. Ahora, por favor, elija con los botones:
question-passed = Esa pregunta ya pasó. Siga con la más reciente, o escriba /ayuda.
button-unknown = Ese botón ya no sirve. Escriba /ayuda para ver qué puede hacer.
# Palabras con que la gente contesta, separadas por comas.
words-yes = sí, si, claro, dale, ok, okay, de acuerdo, listo, bueno, por favor, sí señor, sí señora
words-greeting = hola, buenas, buenos días, buenas tardes, buenas noches, buen día, saludos
words-no = no, no gracias, nada, todavía no, aún no
going-on = Sigamos con lo que quedó pendiente.
form-left = Quedó una pregunta sin responder. Respóndala aquí o cancele; lo que acaba de enviar no lo tomé como respuesta.
cancelled = Listo, lo dejé así.
nothing-to-cancel = No hay nada por cancelar.

ask-ticket = { $verb ->
    [view] ¿Cuál caso quiere ver?
    [sla] ¿De cuál caso quiere ver los tiempos?
    [accept] ¿Cuál caso acepta?
    [assign] ¿Cuál caso quiere asignar?
    [escalate] ¿Cuál caso quiere escalar?
    [note] ¿En cuál caso va la nota?
    [reply] ¿En cuál caso quiere responder?
    [suspend] ¿Cuál caso queda en espera?
    [resume] ¿Cuál caso quiere reanudar?
    [solve] ¿Cuál caso solucionó?
    [vendor] ¿Cuál caso pasa al { $vendor }?
    [notmanaged] ¿Cuál caso no se va a gestionar?
    [child] ¿Con cuál caso se relaciona el nuevo?
    [asset] ¿En cuál caso intervino el equipo?
    [approve] ¿Cuál caso aprueba?
    [decline] ¿Cuál caso rechaza?
    [visit] ¿Por cuál caso va a un puesto?
    [priority] ¿A cuál caso le cambia la prioridad?
    [category] ¿A cuál caso le cambia la categoría?
    [route] ¿Cuál caso es de otro procedimiento?
    [training] ¿En cuál caso hubo capacitación?
    [follow] ¿Cuál caso quiere seguir?
   *[withdraw] ¿Cuál caso quiere retirar?
}
ask-ticket-none = { $verb ->
    [view] No encontré casos suyos. Si tiene el número, escríbalo.
    [sla] No encontré casos suyos. Si tiene el número, escríbalo.
    [accept] No hay casos por aceptar en sus grupos. Si tiene el número, escríbalo.
    [suspend] No hay casos que usted pueda poner en espera. Si tiene el número, escríbalo.
    [solve] No atiende casos que pueda solucionar. Si tiene el número, escríbalo.
    [resume] No hay casos en espera que usted pueda reanudar. Si tiene el número, escríbalo.
    [withdraw] No tiene casos que se puedan retirar. Si tiene el número, escríbalo.
    [follow] No encontré casos abiertos. Si tiene el número, escríbalo.
   *[other] No encontré casos en los que usted pueda hacer esto. Si tiene el número, escríbalo.
}
ask-assign-none = No hay nadie más en el grupo del caso #{ $number } a quien asignarlo.{ $escalates ->
    [yes] {" "}Si hace falta, escálelo a otro grupo.
   *[no] {""}
}
ask-assign-choice = ¿Quién atenderá el caso #{ $number }?
ask-escalate-choice = ¿A qué grupo pasa el caso #{ $number }, o a qué persona?
ask-escalate-text = ¿Por qué lo escala? Quien lo reciba leerá su justificación.
ask-suspend-choice = ¿Por qué queda en espera el caso #{ $number }? Elija el motivo o escríbalo{ $reads ->
    [no] .
   *[yes] ; el solicitante lo leerá.
}
ask-notmanaged-choice = ¿Por qué termina el caso #{ $number } como «{ $status }»? Elija el motivo o escríbalo{ $reads ->
    [no] .
   *[yes] ; el solicitante lo leerá.
}
ask-withdraw-choice = ¿Retiro su caso #{ $number }? Nadie lo atenderá.
button-yes-withdraw = Sí, retirarlo
ask-note-text = Escriba la nota interna del caso #{ $number }. El solicitante no la ve.
ask-reply-text = Escriba su mensaje sobre el caso #{ $number }.
ask-answer-text = ¿Cuál es la respuesta al caso #{ $number }? La mesa de ayuda la usará para informar la solución.
ask-vendor-text = ¿Qué debe hacer el { $vendor } en el caso #{ $number }?{ $reads ->
    [no] {""}
   *[yes] {" "}El solicitante lo leerá.
}
ask-solve-text = ¿Cómo se solucionó el caso #{ $number }?{ $reads ->
    [no] {""}
   *[yes] {" "}El solicitante leerá su respuesta.
}
ask-reject-text = Lamento que el caso #{ $number } siga sin solución. ¿Qué falta?
ask-comment-text = Si quiere, escriba un comentario sobre la atención del caso #{ $number }.

done-accept = El caso #{ $number } es suyo.
done-assign = El caso #{ $number } queda a cargo de { $name }.
done-escalate = El caso #{ $number } pasó al equipo de { $group }.
done-note = Guardé la nota en el caso #{ $number }.
done-reply = Envié su mensaje sobre el caso #{ $number }.
done-added = Listo, lo agregué al caso #{ $number }.
done-suspend = El caso #{ $number } queda en espera: «{ $reason }».
done-resume = El caso #{ $number } sigue en curso.
done-answer = Pasé su respuesta del caso #{ $number } a { $group }, que informará la solución.
done-vendor = El caso #{ $number } queda en manos del { $vendor }: «{ $reason }».
done-solve = Guardé la solución del caso #{ $number } y se la envié al solicitante.
done-solve-own = Guardé la solución del caso #{ $number }. Usted lo pidió, así que queda cerrado sin encuesta.
done-notmanaged = El caso #{ $number } terminó como «{ $status }». Se lo conté al solicitante.
done-reject = Reabrí su caso #{ $number }. Lo atiende de nuevo { $name }.
done-reject-group = Reabrí su caso #{ $number }. Lo atiende de nuevo el equipo de { $group }.
done-comment = Gracias. Guardé su comentario en el caso #{ $number }.
done-comment-skipped = Gracias por su respuesta.
done-withdraw = Retiré su caso #{ $number }. Si lo necesita otra vez, escríbame.

# Los mismos datos como formulario; cada rótulo cabe en 45 letras.
form-title = Escribir
form-description = ¿Qué pasa o qué necesita?
form-category = ¿De qué se trata?
form-details = Detalles
form-place = ¿Dónde está usted?
form-impact = ¿A quién afecta?
form-urgency = ¿Puede trabajar mientras tanto?
form-file = Archivos
form-escalate = ¿Por qué lo escala?
form-note = Nota interna
form-reply = Mensaje
form-solve = ¿Cómo se solucionó?
form-answer = ¿Cuál es la respuesta?
form-vendor = ¿Qué debe hacer el { $vendor }?
form-reject = ¿Qué falta?
form-comment = Comentario

# Un caso que el personal registra para otra persona.
ask-description-for = ¿Qué le pasa a { $name } o qué necesita? Escríbalo con sus palabras.
ask-place-for = ¿Dónde está { $name }? Elija o escriba el lugar: sede, piso, oficina.
ask-urgency-for = ¿{ $name } puede trabajar mientras tanto?
impact-low-for = Solo a esa persona
impact-medium-for = A su área
impact-high-for = A toda la entidad
urgency-low-for = Sí, sin problema
urgency-medium-for = Con dificultad
urgency-high-for = No puede trabajar
summary-heading-for = Así quedaría el caso de { $name }:
summary-urgency-for = ¿Puede trabajar?: { $value }
form-title-for = Caso para { $name }
form-description-for = ¿Qué pasa o qué necesita?
form-place-for = ¿Dónde está la persona?
form-urgency-for = ¿Puede trabajar mientras tanto?
open-for-program = { $name } es un programa, no una persona: no se le abren casos.
done-registered-for = Registré el caso #{ $number } para { $name } y se lo avisé.
done-registered-for-untold = Registré el caso #{ $number } para { $name }. No tengo cómo escribirle: por favor, cuénteselo usted.
done-registered-after = Registré el caso #{ $number } para { $name } con lo que usted hizo, y se lo avisé.
done-registered-after-untold = Registré el caso #{ $number } para { $name } con lo que usted hizo. No tengo cómo escribirle: por favor, cuénteselo usted.

# Lo que se pregunta antes de un caso que registra el personal.
ask-source = ¿Cómo llegó esta solicitud?
ask-person = ¿Para quién es? Escriba su nombre.
ask-which = ¿A cuál se refiere? Si no es ninguna de estas personas, anoto el nombre.
ask-which-many = ¿A cuál se refiere? Conozco a más personas con ese nombre: si no la ve aquí, escriba también el apellido.
ask-which-none = No conozco a nadie que se llame { $name }. ¿Anoto el nombre? Si lo prefiere, escríbalo de otra forma.
button-nobody = Para nadie en particular
button-noted = Anotar a { $name }
known-nowhere = sin cuenta
source-choice = { $source ->
    [phone] Por teléfono
    [mail] Por correo
    [glpi] Por GLPI
    [in_person] En persona
    [proactive] Lo encontró la mesa
   *[after_the_fact] Ya lo atendí
}
form-title-register = Registrar
form-source = ¿Cómo llegó?
form-person = ¿Para quién es?
form-person-hint = Si lo encontró la mesa y no es para nadie en particular, déjelo vacío.

# Lo que ya se atendió se pregunta en pasado.
ask-description-after = ¿Qué le pasaba a { $name } o qué necesitaba? Escríbalo con sus palabras.
ask-urgency-after = ¿{ $name } podía trabajar mientras tanto?
form-description-after = ¿Qué pasaba o qué se necesitaba?
form-urgency-after = ¿Podía trabajar mientras tanto?
ask-solution = ¿Qué se hizo? La persona leerá su respuesta.
form-solution = ¿Qué se hizo?
summary-solution = Qué se hizo: { $value }
summary-source = Origen: { $value }

# Quien estaba anotado por su nombre y ahora escribe.
same-ask = { $name } acaba de escribirme por primera vez, por { $network }. ¿Es la misma persona para quien usted registró el caso #{ $number } ({ $title })? Diga que sí solo si lo sabe: podrá ver sus casos.
button-same-yes = Sí, es la misma
button-same-no = No es la misma
same-done = Listo: los casos de { $name } quedaron en su cuenta y se lo conté.
same-kept = De acuerdo, siguen siendo dos personas distintas.
same-not-yours = Eso lo confirma quien registró el caso.
# Las mismas confirmaciones, cuando a quien pidió ayuda no le llega nada. Les sigue «untold-why».
done-arrive-untold = Registré que usted llegó al puesto por el caso #{ $number }.
done-decline-untold = Registré que el caso #{ $number } no se aprobó, con su motivo.
done-miss-untold = Registré la visita del caso #{ $number } y que nadie la atendió.
done-notmanaged-untold = El caso #{ $number } terminó como «{ $status }».
# Lo que escribe quien pidió, cuando no hay a quién avisarle.
done-reply-unheard = Guardé su mensaje en el caso #{ $number }. Lo leerá quien atienda el caso.
done-reply-untold = Guardé su mensaje en el caso #{ $number }.
done-return-untold = Registré que devolvió el equipo del caso #{ $number }.
done-route-untold = El caso #{ $number } quedó remitido a «{ $route }».
done-solve-untold = Guardé la solución del caso #{ $number }.
done-to_vendor-untold = Registré que el equipo del caso #{ $number } va al { $vendor }.
done-training-untold = Quedó registrada la capacitación en el caso #{ $number }.
done-visit-untold = Registré la visita del caso #{ $number }: { $when }
done-workshop-untold = Registré que el equipo del caso #{ $number } va al taller.
untold-why = { $why ->
    [blocked] A { $name } no le llega: bloqueó el bot. Avísele usted por otro medio.
    [closed] A { $name } no le llega: no acepta mensajes privados del bot. Avísele usted por otro medio.
   *[other] No tengo cómo escribirle a { $name }: avísele usted.
}
missed-heading = Mientras no podía escribirle pasó esto:

# Lo que distingue a personas del mismo nombre.
named-several = Con el nombre «{ $name }» puede ser más de una persona o grupo. Elija de la lista.
told-apart-account = { $network } …{ $digits }
told-apart-ticket = caso #{ $number }
told-apart-record = registro { $id }
