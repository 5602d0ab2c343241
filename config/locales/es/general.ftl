### Lo que sirve en todas partes: instantes, nombres, botones.

when-today = hoy { at } { $time }
when-tomorrow = mañana { at } { $time }
when-yesterday = ayer { at } { $time }
when-date = el { weekday } { $day } de { month } { at } { $time }
when-date-year = el { weekday } { $day } de { month } de { $year } { at } { $time }
when-day = { weekday } { $day } de { month }
named-day = { $day } ({ $name })
# El artículo va con la hora.
at = { $hour ->
    [1] a la
   *[other] a las
}
# Los espacios no dejan partir la hora en dos renglones.
time = { $clock }{"\u00A0"}{ $half ->
    [morning] a.{"\u00A0"}m.
    [noon] m.
   *[afternoon] p.{"\u00A0"}m.
}
weekday = { $weekday ->
    [0] lunes
    [1] martes
    [2] miércoles
    [3] jueves
    [4] viernes
    [5] sábado
   *[6] domingo
}
month = { $month ->
    [1] enero
    [2] febrero
    [3] marzo
    [4] abril
    [5] mayo
    [6] junio
    [7] julio
    [8] agosto
    [9] septiembre
    [10] octubre
    [11] noviembre
   *[12] diciembre
}

quote = «{ $text }»
ticket-heading = Caso #{ $number } · { $title }

attachment = { $kind ->
    [photo] la foto
    [document] el archivo
    [audio] el audio
    [video] el video
    [sticker] el sticker
    [location] la ubicación
    [contact] el contacto
   *[other] lo que envió
}

priority-critical = Crítica
priority-high = Alta
priority-medium = Media
priority-low = Baja
kind-incident = Incidente
kind-request = Requerimiento
role-requester = solicitante
role-technician = técnico
role-supervisor = supervisor
role-administrator = administrador
network = { $network ->
    [telegram] Telegram
    [discord] Discord
   *[console] la terminal
}
source = { $source ->
    [phone] por teléfono
    [mail] por correo
    [glpi] por GLPI
    [in_person] en persona
    [proactive] proactivo
    [after_the_fact] ya atendido
   *[chat] por chat
}
language-name = Español

button-back = Atrás
button-cancel = Cancelar
button-skip = Omitir
button-more = Ver más
button-yes = Sí
button-no = No
button-accept = Aceptar
button-solve = Solucionar
button-suspend = Suspender
button-resume = Reanudar
button-assign = Asignar
button-assign-number = Asignar #{ $number }
button-escalate = Escalar
button-give-answer = Dar respuesta
vendor = proveedor
button-vendor = Pasar al { $vendor }
button-notmanaged = No gestionar
button-reply = Responder
button-note = Nota interna
button-withdraw = Retirar
button-follow-up = Abrir caso relacionado
# Lo que el bot dice de sí mismo en su perfil, antes y después del nombre del procedimiento.
profile-short-before = Mesa de ayuda:{" "}
profile-short-after = . Cuénteme qué falla y le abro un caso.
profile-long-before = Soy la mesa de ayuda:{" "}
profile-long-after = . Cuénteme con sus palabras qué falla o qué necesita. Le abro un caso, le aviso cómo va y le pregunto si quedó bien. Use /ayuda para ver lo que puede hacer.
