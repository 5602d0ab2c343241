### Visitas al puesto, equipos que salen y vuelven, y prioridad o categoría de un caso.

help-visit = programar una visita al puesto, o contar cómo fue
help-priority = cambiar la prioridad de un caso
help-category = cambiar la categoría de un caso
option-priority = prioridad
option-priority-help = crítica, alta, media o baja

# Un estado con nombre de visita no dice por qué más se espera.
status-on-hold = En espera

button-visit = Programar visita
button-visit-another = Otra hora
button-visit-again = Programar otra visita
button-arrive = Ya llegué
button-miss = No estaba
button-workshop = Equipo al taller
button-to-vendor = Equipo al { $vendor }
button-return = Devolver equipo
button-agree = Me sirve
button-other-moment = Otro momento
button-choose-moment = Elegir otro momento
button-received = Recibido
button-no-photo = Sin foto

ask-visit-when = ¿Cuándo va al puesto por el caso #{ $number }? Elija una hora o escríbala, por ejemplo «mañana 10 a. m.».
ask-visit-another = La visita del caso #{ $number } es { $when } ¿Para cuándo la cambia? Elija una hora o escríbala, por ejemplo «jueves 3 p. m.».
ask-visit-planned = La visita del caso #{ $number } es { $when } ¿Qué sigue?
ask-visit-there = Usted está en el puesto por el caso #{ $number }. ¿Qué sigue?
ask-visit-requester = ¿Cuándo le queda bien que vayamos por el caso #{ $number }? Elija una hora o escríbala, por ejemplo «mañana 10 a. m.».
done-visit = Listo: el solicitante ya sabe que la visita del caso #{ $number } es { $when }
done-visit-chosen = Listo: la visita por el caso #{ $number } es { $when }
done-visit-agreed = Listo: la visita por el caso #{ $number } es { $when }
done-arrive = Anoté que usted llegó al puesto por el caso #{ $number }. Se lo conté al solicitante.

ask-miss-text = ¿Qué encontró en el puesto del caso #{ $number }? Escríbalo y, si puede, envíe una foto.{ $reads ->
    [no] {""}
   *[yes] {" "}El solicitante lo leerá.
}
ask-evidence-photo = ¿Tiene una foto de la visita del caso #{ $number }? Envíela aquí.
done-evidence = Guardé la evidencia de la visita en el caso #{ $number }.
added-to-note = Lo agregué a la nota.
form-miss = ¿Qué encontró en el puesto?
done-miss = Anoté la visita del caso #{ $number } y que no encontró a nadie. Se lo conté al solicitante.

ask-workshop-text = ¿Qué equipo se lleva al taller por el caso #{ $number }? Si tiene placa, escríbala.
form-workshop = ¿Qué equipo se lleva al taller?
done-workshop = Anoté que el equipo del caso #{ $number } va al taller. Se lo conté al solicitante.
ask-to_vendor-text = ¿Qué equipo se lleva al { $vendor } por el caso #{ $number }? Si tiene placa, escríbala.
form-to_vendor = ¿Qué equipo se lleva al { $vendor }?
done-to_vendor = Anoté que el equipo del caso #{ $number } va al { $vendor }. Se lo conté al solicitante.
done-return = Anoté que devolvió el equipo del caso #{ $number }. El solicitante puede confirmarlo.
done-receive = Gracias por confirmar que recibió el equipo del caso #{ $number }.

ask-priority-choice = ¿Qué prioridad tiene el caso #{ $number }?
done-priority = El caso #{ $number } queda con prioridad { $priority }.
ask-category-choice = ¿En qué categoría va el caso #{ $number }?
choose-category = No hay una categoría llamada «{ $name }». Elija una de la lista.
done-category = { $elsewhere ->
    [yes] El caso #{ $number } queda en la categoría { $category }. Esa categoría la atiende el grupo { $usual }{ $escalates ->
        [yes] : si hace falta, páselo con /escalar { $number }.
       *[no] .
    }
   *[no] El caso #{ $number } queda en la categoría { $category }.
}
done-category-moved = { $approval ->
    [yes] El caso #{ $number } queda en la categoría { $category } y pasa al grupo { $group }, que decide si se aprueba.
   *[no] El caso #{ $number } queda en la categoría { $category } y pasa al grupo { $group }.
}

# Horas libres, tan cortas como un botón.
slot-today = Hoy { $time }
slot-tomorrow = Mañana { $time }
slot-date = { $weekday ->
    [0] Lun
    [1] Mar
    [2] Mié
    [3] Jue
    [4] Vie
    [5] Sáb
   *[6] Dom
} { $day }, { $time }

card-visit = { $agreed ->
    [yes] Visita confirmada: { $when }
   *[no] Visita: { $when }
}
card-visit-there = En el puesto desde { $when }
card-visits-past = { $count ->
    [one] Una visita anterior.
   *[other] { $count } visitas anteriores.
}
card-visit-missed = No había nadie en el puesto { $when }: «{ $note }»
card-equipment = { $at ->
    [workshop] Equipo en el taller: { $what }
   *[vendor] Equipo en la sede del { $vendor }: { $what }
}
requester-queue = { $count ->
    [0] El suyo es el primero en la fila.
    [one] Hay un caso antes del suyo.
   *[other] Hay { $count } casos antes del suyo.
}
requester-there = { $name } está en su puesto para atender el caso.
requester-visit-pending = Está pendiente la visita de { $name }.
requester-visit-missed = Pasamos por su puesto y no encontramos a nadie. Falta acordar otro momento.
requester-waits-equipment = Está en espera de su equipo.

notice-accepted-waits = { $name } ya atiende su caso #{ $number } ({ $title }).
notice-visit-scheduled = { $name } irá a su puesto { $when }, por el caso #{ $number } ({ $title }). ¿Le sirve?
notice-visit-planned = Le programaron una visita por el caso #{ $number } ({ $title }): { $when }
notice-visit-chosen = El solicitante eligió otro momento para la visita del caso #{ $number } ({ $title }): { $when }
notice-visit-agreed = Al solicitante le sirve la visita del caso #{ $number } ({ $title }): { $when }
notice-visit-cancelled = La visita que tenía { $when } por el caso #{ $number } ya no va. Le avisaremos cómo seguimos.
notice-visit-not-needed = Ya no hace falta la visita que tenía { $when } por el caso #{ $number }.
notice-visit-not-needed-technician = Ya no hace falta la visita del caso #{ $number } ({ $title }): { $when }
notice-visit-arrived = { $name } llegó a su puesto { $when }, por el caso #{ $number }.
notice-visit-missed = { $name } pasó por su puesto { $when } y no encontró a nadie: «{ $note }». Cuéntenos cuándo podemos volver por el caso #{ $number }.
notice-equipment-workshop = { $name } lleva su equipo ({ $what }) al taller, por el caso #{ $number }. Le avisaremos cuando vuelva.
notice-equipment-vendor = { $name } lleva su equipo ({ $what }) a un { $vendor } externo, por el caso #{ $number }. Le avisaremos cuando vuelva.
notice-equipment-returned = { $name } devolvió su equipo ({ $what }), por el caso #{ $number }. ¿Lo recibió?
notice-equipment-received = El solicitante confirmó que recibió el equipo del caso #{ $number }.
notice-priority = Su caso #{ $number } ({ $title }) queda con prioridad { $priority }. { promise }
notice-priority-waits = Su caso #{ $number } ({ $title }) queda con prioridad { $priority }. Su plazo corre de nuevo cuando sigamos.
notice-priority-technician = El caso #{ $number } ({ $title }) queda con prioridad { $priority }.
visit-reminder = Tiene una visita { $when } por el caso #{ $number } ({ $title }): { $requester }, { $place }.
visit-question = ¿Cómo le fue en la visita del caso #{ $number } ({ $title })? Era { $when }, con { $requester }, y no sé qué pasó.

sla-priority = { $when }: { $name } cambió la prioridad de { $from } a { $to }; { $promise ->
    [kept] el plazo de solución ya se había vencido y así queda.
    [restarted] el plazo de solución se cuenta desde entonces.
   *[anew] el plazo se contó de nuevo desde que llegó el caso.
}
sla-visit = visita { $when }
sla-visit-missed = no estaba: { $note }

refuse-no-visit-then = { $why ->
    [past] Esa hora ya pasó ({ $when }). Elija otra.
    [overruns] Una visita que empieza a esa hora no termina dentro del horario ({ $when }). Elija otra.
    [out_of_hours] A esa hora no hay servicio ({ $when }). Elija otra.
    [too_far] Esa fecha está muy lejos ({ $when }). Elija una más cercana.
   *[taken] A esa hora ya hay otra visita ({ $when }). Elija otra.
}
refuse-has-visit-then = { $name } tiene otra visita cerca de la que está programada para el caso #{ $number } ({ $when }). Cámbiele la hora con /visita { $number } o asigne el caso a otra persona.
refuse-time-not-understood = No entendí el día y la hora. Escríbalos así: «mañana 10 a. m.», «jueves 3 p. m.» o «2026-03-05 10:00».
refuse-visit-over = Eso ya cambió. Con /caso { $number } ve cómo va.
refuse-equipment-away = { $at ->
    [workshop] El equipo del caso #{ $number } sigue en el taller: { $what }. Devuélvalo primero con el botón Devolver equipo, o con /visita { $number }.
   *[vendor] El equipo del caso #{ $number } sigue en la sede del { $vendor }: { $what }. Devuélvalo primero con el botón Devolver equipo, o con /visita { $number }.
}
refuse-no-equipment-away = No hay equipos por devolver en el caso #{ $number }.
refuse-same-priority = El caso #{ $number } ya tiene prioridad { $priority }.
refuse-same-category = El caso #{ $number } ya está en la categoría { $category }.
refuse-unknown-priority = No hay una prioridad llamada «{ $name }». Elija una de la lista.
