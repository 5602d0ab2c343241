### Avisos: lo que se cuenta a cada quien cuando algo pasa con un caso.

# A quien atiende un caso en espera no le corre ningún plazo.
notice-accepted-on-hold = { $name } tiene ahora su caso #{ $number } ({ $title }). Sigue en espera: «{ $reason }».
notice-accepted = { $name } ya atiende su caso #{ $number } ({ $title }). { promise }
notice-registered-for = { $by }, de la mesa de ayuda, registró para usted el caso #{ $number } ({ $title }). Aquí puede seguirlo; si algo no es así, use Responder.
notice-registered-after = { $by }, de la mesa de ayuda, registró como caso #{ $number } ({ $title }) lo que ya le atendió.
notice-registered-before = { $count ->
    [one] Antes de que usted me escribiera, la mesa de ayuda registró un caso a su nombre. Con /miscasos lo puede consultar.
   *[other] Antes de que usted me escribiera, la mesa de ayuda registró { $count } casos a su nombre. Con /miscasos los puede consultar.
}
notice-assigned = Le asignaron el caso #{ $number } ({ $title }).
notice-escalated = Pasamos su caso #{ $number } al equipo de { $group }, que puede resolverlo mejor. Le avisaremos cuando lo tomen.
notice-answered = { $by } respondió el caso #{ $number } ({ $title }): «{ $text }». Falta informar la solución: use Solucionar.
notice-suspended = Su caso #{ $number } queda en espera: «{ $reason }». Le avisaremos cuando sigamos.
notice-vendor = Su caso #{ $number } necesita un { $vendor } externo: «{ $reason }». Le avisaremos cuando sigamos.
notice-not-managed = Su caso #{ $number } ({ $title }) termina como «{ $status }»: «{ $reason }». Si algo cambia o falta por contar, abra un caso relacionado.
notice-not-managed-technician = El caso #{ $number } ({ $title }) terminó como «{ $status }»: «{ $reason }».
notice-resumed = Seguimos con su caso #{ $number }. { promise }
# Días sin servicio que se decretaron después de prometer.
notice-postponed = No habrá servicio: { $days }. Por eso cambia el plazo de su caso #{ $number } ({ $title }). { promise }
notice-postponed-technician = No habrá servicio: { $days }. Por eso cambia el plazo del caso #{ $number } ({ $title }). Hay que solucionarlo a más tardar { $due }
notice-postponed-answer = No habrá servicio: { $days }. Por eso tiene más tiempo para responder por su caso #{ $number } ({ $title }): sin su respuesta se cierra { $when }
notice-reply = { $name } escribe sobre el caso #{ $number }:
notice-attachment = El solicitante envió un adjunto al caso #{ $number }. Queda en referencia.
notice-released = El caso #{ $number } ({ $title }) volvió a { $group }: { $from } ya no lo tiene.
notice-reopened = El caso #{ $number } no quedó solucionado y vuelve a usted. Falta: { $missing }
notice-rated = El solicitante confirmó la solución del caso #{ $number } y calificó la atención con { $stars } de 5. El caso queda cerrado.
notice-commented = Comentario del solicitante sobre el caso #{ $number }: { $text }
notice-closed-silence = Cerramos su caso #{ $number } porque no recibimos su respuesta: { $silence }. Si no quedó bien, abra un caso relacionado.
notice-closed-silence-technician = El caso #{ $number } se cerró sin respuesta del solicitante: { $silence }.
notice-closed-confirmed = Su caso #{ $number } queda cerrado. Gracias por confirmar la solución.
notice-closed-authorised = El caso #{ $number } quedó cerrado: el solicitante confirmó la solución y no calificó la atención.
notice-closed-no-survey = Su caso #{ $number } ({ $title }) quedó solucionado y cerrado: { $nosurvey }.
    Solución: { $solution }
    Si no quedó bien, abra un caso relacionado.
notice-withdrawn = El solicitante retiró el caso #{ $number } ({ $title }).
notice-unreachable = { $name } ya no recibe nuestros mensajes, así que no le podemos avisar sobre el caso #{ $number }. Por favor, búsquele por otro medio.
notice-undelivered = { $name } no recibió este mensaje sobre el caso #{ $number } ({ $title }): «{ $text }». Dígaselo por otro medio.
notice-undelivered-doubtful = No sé si { $name } recibió este mensaje sobre el caso #{ $number } ({ $title }): «{ $text }». Confírmelo por otro medio.
# Va delante de un mensaje que se envía por segunda vez porque no se sabe si llegó la primera.
repeated = (Repetido)
notice-permission =
    Al bot le falta el permiso { $permission ->
        [view] «Ver canales»
        [send] «Enviar mensajes»
        [attach] «Adjuntar archivos»
        [history] «Leer el historial de mensajes»
        [threads] «Crear hilos privados»
       *[speak] «Enviar mensajes en hilos»
    } en el canal «{ $place }» de Discord. Déselo en los ajustes del canal, en «Permisos», al rol del bot. Lo vuelvo a revisar cada hora.
notice-place-refused = El chat de { $groups } ({ $network }) no acepta mis mensajes. La plataforma respondió: «{ $why }». Revise que el bot siga en el chat, que pueda enviar mensajes y que el tema o canal esté abierto. Lo intentaré con cada caso nuevo y cada hora; por ahora aviso en privado.
notice-place-shut-out = El bot ya no está en el chat de { $groups } ({ $network }), o ese chat ya no existe. Agréguelo de nuevo, o use allí un código nuevo del grupo. Por ahora aviso en privado.
notice-place-back = Ya puedo escribir otra vez en el chat de { $groups } ({ $network }).
notice-instead-of = Para { $name }, a quien no le llegan mis mensajes:
notice-technician-unreachable = { $name } tiene a cargo el caso #{ $number } ({ $title }) y no le llegan mis mensajes. Por favor, avísele por otro medio o asígnele el caso a otra persona con /asignar { $number }.
notice-technician-unreachable-many = { $name } tiene a cargo estos casos y no le llegan mis mensajes: { $numbers }. Por favor, avísele por otro medio o asígneselos a otra persona.
notice-specialist-unreachable = El caso #{ $number } ({ $title }) espera a { $name }, y no le llegan mis mensajes. Por favor, avísele por otro medio o asígnele el caso a otra persona.
notice-group-empty = El caso #{ $number } ({ $title }) llegó a { $group }, y en ese grupo no hay personas. Escálelo a otro grupo, o pida a administración que agregue a alguien con /personas.
notice-group-left-empty = En { $group } ya no hay personas.{ $count ->
    [0] {""}
    [one] {" "}Allí queda el caso { $numbers }: puede escalarlo a otro grupo.
   *[other] {" "}Allí quedan los casos { $numbers }: puede escalarlos a otro grupo.
} Para que el grupo vuelva a tener personas, pida a administración que agregue a alguien con /personas.
done-group-empty = { $told ->
    [yes] Por ahora no hay personas en { $group }: le avisé a supervisión.
    [self] Por ahora no hay personas en { $group }: puede escalarlo a otro grupo, o pedir a administración que agregue a alguien con /personas.
   *[no] Por ahora no hay personas en { $group }, y no tengo a quién avisarle: pida a administración que agregue a alguien con /personas.
}
notice-poison = Un mensaje no se pudo procesar y quedó apartado con la referencia { $reference }. Los demás siguen su curso.
# Cómo van los plazos prometidos. $owner es quien tiene el caso, o su grupo.
warning-own = Nadie ha tomado el caso #{ $number } ({ $title }), de { $owner }. Hay que tomarlo a más tardar { $due }
breach-own = Se venció el plazo para tomar el caso #{ $number } ({ $title }), de { $owner }. El plazo era { $due }
escalation-own = Nadie ha tomado el caso #{ $number } ({ $title }), de { $owner }. El plazo se venció { $due }
warning-resolve = Se acerca el plazo del caso #{ $number } ({ $title }), que tiene { $owner }. Hay que solucionarlo a más tardar { $due }
breach-resolve = Se venció el plazo del caso #{ $number } ({ $title }), que tiene { $owner }. El plazo era { $due }
escalation-resolve = El caso #{ $number } ({ $title }), que tiene { $owner }, sigue sin solución. El plazo se venció { $due }
digest-heading = Varios plazos piden atención:
reminder = Le recordamos el caso #{ $number }: falta su respuesta.

# Where all can read it, on networks whose people can close their private chats.
private-messages-closed = Tengo algo para usted y no puedo escribirle en privado. Abra los ajustes de privacidad de este servidor, permita los mensajes directos y escríbame.
