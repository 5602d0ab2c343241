### Los tiempos de un caso, explicados intervalo por intervalo (/sla).

sla-heading = Tiempos del caso #{ $number }
# Cómo se cuenta un plazo.
sla-unit = { $unit ->
    [elapsed] en tiempo corrido
   *[working] en horario de servicio
}
sla-own = Atención (hasta { $promised }, { sla-unit })
sla-own-met = { $name } lo tomó { $when }, a tiempo: tardó { $spent }.
sla-own-late = { $name } lo tomó { $when }, tarde: el plazo era { $due } y tardó { $spent }.
sla-own-open = Nadie lo ha tomado. Van { $spent } y el plazo es { $due }
sla-own-overdue = Nadie lo ha tomado. Van { $spent } y el plazo era { $due }
sla-own-never = Terminó sin que nadie lo tomara.
sla-resolve = Solución (hasta { $promised }, { sla-unit })
sla-running = { $from } → { $until }: corrió { $spent }
sla-running-now = { $from } → ahora: corre, van { $spent }
sla-out-of-hours = { $from } → { $until }: fuera de horario, no cuenta{ $days }
sla-days-off = {" "}(sin servicio: { $days })
sla-out-of-hours-now = { $from } → ahora: fuera de horario, no cuenta{ $days }
sla-partly = { $from } → { $until }: corrió { $spent } en horario; el resto no cuenta
sla-partly-now = { $from } → ahora: van { $spent } en horario; el resto no cuenta
sla-paused = { $from } → { $until }: en pausa. { $name }: { $reason }
sla-paused-now = { $from } → ahora: en pausa. { $name }: { $reason }
sla-solved = { $from } → { $until }: resuelto por { $name }, en espera de respuesta
sla-solved-now = { $from } → ahora: resuelto por { $name }, en espera de respuesta
sla-sum-left = Suma: { $spent } de { $promised }; saldo: { $left }. Vence { $due }
sla-sum-paused = Suma: { $spent } de { $promised }; saldo: { $left }, que corre cuando se reanude.
sla-sum-over = Suma: { $spent } de { $promised }. El plazo ya pasó, hace { $over } { sla-unit }.
sla-sum-met = Suma: { $spent } de { $promised }. A tiempo.
sla-sum-late = Suma: { $spent } de { $promised }. Tarde, por { $over }.
sla-validation = Validación: sin respuesta, el caso se cierra { $due-form ->
    [future] { $due }
   *[past] pronto.
}
sla-desk = la mesa de ayuda
duration-minutes = { $minutes } min
duration-hours = { $hours } h
duration-both = { $hours } h { $minutes } min
duration-seconds = menos de un minuto
business-days = { $days ->
    [one] un día hábil
   *[other] { $days } días hábiles
}
elapsed-days = { $days ->
    [one] un día
   *[other] { $days } días
}
