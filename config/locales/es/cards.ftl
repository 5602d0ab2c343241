### Tarjetas, listas, encuesta y ayuda.

card-status = Estado: { $status }
card-category = { $category } · { $kind } · Prioridad { $priority }
card-requester = Solicita: { $name } · { $place }
card-unreachable = No recibe mensajes nuestros: búsquele por otro medio.
card-source = Origen: { $source } · Registró: { $name }
card-technician = Atiende: { $value }
card-group = Grupo: { $value }
card-answer = Respuesta de { $group }: { $value }
card-details = Detalles: { $value }
# A quien atiende se le dice también desde cuándo está vencido.
card-own = { $own-form ->
    [past] Sin aceptar: el plazo se venció { $own }
   *[future] Aceptar a más tardar { $own }
}
card-resolve = { $due-form ->
    [past] Sin solución: el plazo se venció { $due }
   *[future] Solucionar a más tardar { $due }
}
card-suspension = En espera: { $value }
card-justification = Escalado porque: { $value }
card-refused = Motivo: { $value }
card-missing = Falta: { $value }
card-solution = Solución: { $value }
card-attachments = { $count ->
    [one] Un adjunto en referencia.
   *[other] { $count } adjuntos en referencia.
}
card-thread-overheard = Aquí los comandos no necesitan número, y lo que usted escriba queda como nota interna.
card-thread-called = Aquí los comandos no necesitan número, y lo que usted escriba mencionándome queda como nota interna.

# Lo que se promete a quien pidió: nunca un instante que ya pasó.
promise = { $due-form ->
    [past] Nos hemos demorado más de lo que le prometimos: le pedimos disculpas.
    [none] Todavía no hay fecha de solución.
   *[future] Esperamos solucionarlo a más tardar { $due }
}
answer = { $own-form ->
    [past] { $due-form ->
        [future] Nos hemos demorado en contestarle: le pedimos disculpas.
       *[past] {""}
    }
   *[future] Le contestamos a más tardar { $own }
}
requester-new = Quedó registrado. Lo atenderá el equipo de { $group }. { answer } { promise }
requester-released = Vuelve al equipo de { $group }. { promise }
requester-escalated = Ahora está en manos del equipo de { $group }. { promise }
requester-in-progress = Lo atiende { $name }. { promise }
requester-suspended = Está en espera: { $reason }
requester-solved = { $name } dio una solución: { $solution }
requester-closed = Solución: { $solution }
requester-withdrawn = Usted lo retiró.
requester-not-managed = Motivo: { $reason }

survey-solution = { $name } dio esta solución:
survey-ask = { $question } Si no nos cuenta, el caso se cierra { $when-form ->
    [future] { $when }
   *[past] pronto.
}
survey-rate = { $rating }
survey-thanks = Gracias por calificarnos con { $stars } de 5. El caso #{ $number } queda cerrado.
survey-silence = El caso #{ $number } se cerró sin su respuesta: { $rule }.
survey-closed = El caso #{ $number } está cerrado.
survey-reopened = El caso #{ $number } está abierto de nuevo.
survey-over = El caso #{ $number } sigue su trámite. Estado: { $status }.

list-mine = Sus casos
list-assigned = Los casos que usted atiende
list-queue = Casos en la cola
list-mine-empty = Usted no ha abierto casos. Escríbame qué necesita y abro uno.
list-assigned-empty = Usted no atiende casos en este momento.
list-queue-empty = No hay casos en la cola. Todo al día.
list-end = No hay más casos en la lista.
list-line = #{ $number } { $title } — { $status }
list-line-technician = #{ $number } { $title } — { $status }, { $name }
list-line-due = #{ $number } { $title } — { $status }. { $late ->
    [yes] Venció { $due }
   *[no] Vence { $due }
}
list-line-technician-due = #{ $number } { $title } — { $status }, { $name }. { $late ->
    [yes] Venció { $due }
   *[no] Vence { $due }
}

help-heading = Esto es lo que puedo hacer
help-introduction = Escríbame con sus palabras qué pasa o qué necesita y abro un caso. También puede usar estos comandos:
help-staff = { $lists ->
    [yes] En un canal, use los comandos con el número del caso; la respuesta la lee solo usted.
   *[no] En un grupo, responda a la tarjeta de un caso con el comando, sin número.
}
help-start = saludar, o entrar con un código
help-new = reportar algo o pedir algo
help-mytickets = ver sus casos
help-ticket = ver un caso
help-reply = escribir a la otra parte de un caso
help-withdraw = retirar un caso que nadie ha tomado
help-sla = ver los tiempos de un caso, paso a paso
help-language = cambiar de idioma
help-link = pedir un código para vincular su otra cuenta, o usarlo
help-unlink = separar cuentas vinculadas
help-people = ver y cambiar las personas, las invitaciones y los chats de grupo
help-help = ver esta ayuda
help-cancel = dejar lo que se está preguntando
help-queue = ver los casos en la cola
help-accept = aceptar un caso
help-note = guardar una nota interna
help-suspend = dejar un caso en espera
help-resume = seguir con un caso en espera
help-escalate = pasar un caso a otro grupo o a una persona
help-vendor = dejar un caso en manos de soporte externo
help-solve = dar la solución de un caso
help-training = registrar en qué se capacitó a quien pidió un caso
help-notmanaged = terminar un caso que no se va a gestionar
help-assign = asignar un caso a alguien del grupo
help-register = registrar lo que alguien pidió por teléfono, correo o en persona, o lo que ya se atendió
help-report = ver el informe de un mes
argument-text = texto
argument-ticket = N

welcome = Hola, { $name }. Soy la mesa de ayuda. Escríbame qué pasa o qué necesita y abro un caso. Con /ayuda ve todo lo que puedo hacer.
welcome-staff = Hola, { $name }. Usted queda como { $role }. Con /ayuda ve sus comandos y con /cola los casos pendientes.
welcome-staff-groups = Hola, { $name }. Usted queda como { $role } en { $groups }. Con /ayuda ve sus comandos y con /cola los casos pendientes.
chat-linked = Listo. Aquí aparecerán los casos de { $groups }. Cada técnico debe escribirme también en privado.
language-ask = ¿En qué idioma le hablo?
language-chosen = De acuerdo, seguimos en español.

link-code = Su código es { $code }. En los próximos 10 minutos, escríbame en privado /vincular { $code } desde su otra cuenta, de esta red o de otra. Después confirme en las dos. No lo comparta con nadie.
link-list = Sus cuentas vinculadas. Le aviso en la última desde la que me haya escrito:
link-account = { $network }: me escribió { $when }{ $state ->
    [here] {" "}(esta cuenta)
    [lost] {" "}(ya no recibe mensajes)
   *[there] {""}
}
link-joined = Listo, { $name }. Esta cuenta y la de { $network } ya son de la misma persona: ve sus casos en las dos y le aviso en la última desde la que me haya escrito. Use /desvincular para separarlas.
link-tickets = { $count ->
    [one] Pasó también un caso de la otra cuenta.
   *[other] Pasaron también { $count } casos de la otra cuenta.
}
link-role = Usted es { $role }. Con /ayuda ve sus comandos.
link-role-groups = Usted es { $role } en { $groups }. Con /ayuda ve sus comandos.
link-in-private = Las cuentas se vinculan en privado, para que nadie más lea el código. Escríbame /vincular en nuestro chat.
link-ask = ¿Vinculo esta cuenta con la de «{ $name }» en { $network }? Las dos serán de una misma persona y verán los mismos casos. Tiene 10 minutos para confirmar.
link-roles = Rol de esta cuenta: { $own }. Rol de la otra: { $other }.
link-warn = Confirme solo si las dos cuentas son suyas.
link-warn-staff = Esa cuenta tendrá su rol de { $role }; confirme solo si es suya.
button-link-yes = Vincular
button-link-no = No vincular
link-waits = Anoté su confirmación. Falta la de la otra cuenta, antes de que pasen los 10 minutos.
link-declined = De acuerdo, no vinculé las cuentas.
link-declined-there = La otra cuenta no confirmó: no vinculé nada.
link-changed = Algo cambió desde que se pidió el código: no vinculé nada. Pida uno nuevo con /vincular.
link-awaits-approval = Las dos cuentas son del personal, así que falta que lo apruebe quien administra la mesa de ayuda.
link-approval = «{ $name }» ({ $role }, { $network }) y «{ $other }» ({ $other-role }, { $other-network }) confirmaron que son la misma persona. ¿Vinculo sus cuentas? Apruebe solo si lo sabe.
button-link-approve = Aprobar
button-link-decline = No aprobar
link-approved = Listo, vinculé las cuentas.
link-not-approved = No se aprobó: no vinculé las cuentas.
link-no-approver = Las dos cuentas son del personal y no hay quien lo apruebe: no vinculé nada. Avise a quien administra la mesa de ayuda.
unlink-none = Usted no tiene cuentas vinculadas. Use /vincular para vincular otra.
unlink-ask = Estas cuentas están vinculadas con la suya. Elija la que quiere separar:
unlink-line = «{ $name }», { $network }, vinculada { $when }
button-unlink = Separar la de { $name }
unlink-done = Listo: esta cuenta y la de { $network } ya no están vinculadas. Cada una tiene su propio rol y los casos que eran suyos.
unlink-done-noted = Listo: los casos que se anotaron a su nombre ya no están en esta cuenta.
standing-role = Su rol en la mesa de ayuda cambió: ahora es { $role }. Con /ayuda ve sus comandos.
chat-unlinked = Aquí ya no aparecerán los casos de { $groups }.

roster-people = Personas
roster-line = #{ $id } { $name }: { $state ->
    [revoked] sin acceso
   *[present] { $role }
}
roster-person = Rol: { $role }
    { $count ->
        [0] Sin grupos
       *[other] Grupos: { $groups }
    }
    Casos abiertos que tiene: { $holds }
roster-account = { $network } { $key }: me escribió { $when }
roster-link = Vinculada: «{ $name }», { $when }
roster-revoked-since = Sin acceso desde: { $when }
roster-ask-role = { $name } tiene el rol de { $role }. ¿Cuál le doy?
roster-confirm-role = ¿Cambio el rol de { $name } de { $from } a { $to }?{ $direction ->
    [down] {" "}Los casos que ya no pueda tener vuelven a sus grupos.
   *[up] {""}
}
roster-ask-group = Grupos de { $name }. Los casos de un grupo que se le quite vuelven a ese grupo.
roster-confirm-revoke = ¿Le quito el acceso a { $name }? Casos abiertos que vuelven a sus grupos: { $count }. Podrá entrar de nuevo con otra invitación.
roster-revoked = { $count ->
    [0] Listo, ya no tiene acceso.
    [one] Listo, ya no tiene acceso. Un caso volvió a su grupo.
   *[other] Listo, ya no tiene acceso. { $count } casos volvieron a sus grupos.
}
roster-done = Listo, quedó cambiado.
roster-invitations = Invitaciones que sirven
roster-invitations-none = No hay invitaciones que sirvan.
roster-invitations-hint = Presione un número para anular esa invitación.
roster-invitation-revoked = Listo, esa invitación ya no sirve.
roster-invitation = #{ $id } { $gives }{ $count ->
    [0] {""}
   *[other] {" "}en { $groups }
}: { $uses ->
    [one] queda un uso
   *[other] quedan { $uses } usos
}, vence { $when }
roster-group-chat = chat de grupo
roster-chats = Chats de grupo vinculados
roster-chats-none = No hay chats de grupo vinculados.
roster-chat = #{ $id } { $network } { $key }: { $group }
roster-confirm-chat = ¿Dejo de mostrar casos en este chat? { $chat }
button-roster-people = Personas
button-roster-invitations = Invitaciones
button-roster-chats = Chats de grupo
button-roster-role = Cambiar rol
button-roster-groups = Grupos
button-roster-revoke = Quitar acceso
button-roster-confirm = Cambiar
button-roster-keep = Dejar así
button-roster-add = Agregar a { $group }
button-roster-remove = Quitar de { $group }
button-roster-unlink = Desvincular

# Commands on networks that list them with what they take: names in small letters.
option-ticket = caso
option-ticket-help = número del caso
option-category = categoría
option-category-help = de qué se trata
option-group = grupo
option-group-help = el grupo que lo recibe
option-technician = técnico
option-technician-help = quién lo atenderá
option-person = persona
option-person-help = para quién es
option-text = texto
option-text-help = lo que quiere decir
report-message = Reportar a la mesa
open-for = Abrir caso para…
card-withdrawn = Este caso ya no se muestra aquí. Con /miscasos ve los que puede consultar.
