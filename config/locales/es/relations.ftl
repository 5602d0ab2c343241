### Casos que van a otra parte o van juntos: especialistas, casos relacionados, aprobaciones, equipos.

group-choice = Nivel { $level } · { $name }
group-choice-on-site = Nivel { $level } · { $name } (en sitio)
button-person = A una persona…
button-child = Caso relacionado
button-asset = Equipo
button-approve = Aprobar
button-decline = Rechazar
button-no-asset = Ninguno

ask-escalate-person = ¿A quién pasa el caso #{ $number }? Elija o escriba el nombre.
ask-escalate-nobody = No hay otra persona a quien pasar el caso #{ $number }. Con Atrás puede elegir un grupo.
ask-suspend-text = ¿Qué necesita saber del solicitante? Cuando responda, el caso #{ $number } sigue por sí solo.
ask-child-choice = ¿De qué se trata el caso relacionado con el #{ $number }, o para qué grupo es?
ask-child-text = ¿Qué debe hacer el otro grupo?{ $reads ->
    [no] {""}
   *[yes] {" "}El solicitante también lo leerá.
}
ask-asset-text = ¿Qué equipo intervino en el caso #{ $number }? Escriba su placa o serial. Si lo comparó con el inventario, agregue «verificado».
ask-decline-text = ¿Por qué no se aprueba el caso #{ $number }?{ $reads ->
    [no] {""}
   *[yes] {" "}El solicitante leerá su respuesta.
}
ask-asset = ¿Qué equipo intervino? Escriba su placa o serial. Si lo comparó con el inventario, agregue «verificado».
form-suspend = ¿Qué necesita saber?
form-child = ¿Qué debe hacer el otro grupo?
form-asset = Placa o serial
form-decline = ¿Por qué no se aprueba?
summary-asset = Equipo: { $value }
# Palabras que, detrás de una placa, dicen que se comparó con el inventario.
words-verified = verificado, verificada, verified

done-escalate-person = El caso #{ $number } pasó a { $name }, de { $group }.
done-escalate-on-site = El caso #{ $number } pasó a soporte en sitio: { $group }.
done-vendor-child = El caso #{ $number } queda en espera: «{ $reason }». Abrí el caso #{ $other } para { $to }; cuando lo solucionen, este sigue por sí solo.
done-child = Abrí el caso #{ $other } para { $to }, relacionado con el #{ $number }.
done-approve = Aprobó el caso #{ $number }. Abrí el caso #{ $other } para { $to }.
done-decline = Rechazó el caso #{ $number }. Se lo conté al solicitante con su motivo.
done-asset = Anoté el equipo { $tag } en el caso #{ $number }.

card-decide = { $own-form ->
    [past] Sin decidir: el plazo se venció { $own }
   *[future] Decidir a más tardar { $own }
}
card-meant-for = Para: { $value }
card-parent = Viene del caso #{ $number } { $title }
card-title-hidden = (reservado)
card-children = Casos relacionados: { $list }
card-child = #{ $number } { $title } — { $status }
card-assets = { $name }: { $list }
card-asset = { $tag }{ $verified ->
    [yes] {" "}(verificado)
   *[no] {""}
}
card-approved = Quedó aprobado.
card-declined = No se aprobó: { $value }
requester-new-approval = Quedó registrado. El equipo de { $group } decide si se aprueba. { decision }
decision = { $own-form ->
    [past] Nos hemos demorado en contestarle: le pedimos disculpas.
   *[future] Le contestamos a más tardar { $own }
}
requester-escalated-person = Ahora está en manos de { $name }, de { $group }. { promise }
requester-on-site = Está con soporte en sitio ({ $group }): irán a su puesto. { promise }
requester-with-vendor = Lo atiende { $name }, de { $group }.
requester-approved = Quedó aprobado.
requester-declined = No se aprobó: { $reason }

notice-escalated-person = Pasamos su caso #{ $number } a { $specialist }, de { $group }, que puede resolverlo mejor. Le avisaremos cuando lo tome.
notice-escalated-on-site = Pasamos su caso #{ $number } a soporte en sitio ({ $group }): irán a su puesto. Le avisaremos cuando lo tomen.
notice-escalated-on-site-person = Pasamos su caso #{ $number } a { $specialist }, de soporte en sitio ({ $group }): irá a su puesto. Le avisaremos cuando lo tome.
notice-recategorised = { $approval ->
    [yes] Su caso #{ $number } ({ $title }) es de la categoría { $category }, que necesita aprobación: lo decide el grupo { $group }. Le avisaremos.
   *[no] Su caso #{ $number } ({ $title }) es de la categoría { $category } y pasa al grupo { $group }. Le avisaremos cuando lo acepte.
}
notice-suspended-answer = Su caso #{ $number } queda en espera: «{ $reason }». Cuando nos responda, seguimos.
notice-answer-resumed = Con esa respuesta, el caso #{ $number } sigue en curso.
notice-child-opened = Para resolver su caso #{ $parent } abrimos el caso relacionado #{ $number } ({ $title }) con { $group }.
notice-next-opened = Lo que pidió en el caso #{ $parent } sigue en el caso #{ $number } ({ $title }), con { $group }.
notice-approved = Se aprobó su caso #{ $number } ({ $title }).
notice-approved-technician = Se aprobó el caso #{ $number } ({ $title }).
notice-declined = No se aprobó su caso #{ $number } ({ $title }): «{ $reason }». Si algo cambia o falta por contar, abra un caso relacionado.
notice-declined-technician = No se aprobó el caso #{ $number } ({ $title }): «{ $reason }».
notice-closed-related = El caso #{ $number } ({ $title }) quedó solucionado y cerrado.
    Solución: { $solution }
    Si no quedó bien, abra un caso relacionado.
notice-child-done = { $outcome ->
    [solved] El caso relacionado #{ $child } ({ $subject }) quedó solucionado: «{ $answer }».
    [not_managed] El caso relacionado #{ $child } ({ $subject }) terminó sin gestionarse: «{ $reason }».
    [approved] El caso relacionado #{ $child } ({ $subject }) quedó aprobado.
    [rejected] El caso relacionado #{ $child } ({ $subject }) no se aprobó: «{ $reason }».
   *[withdrawn] El solicitante retiró el caso relacionado #{ $child } ({ $subject }).
} { $next ->
    [resumed] Su caso #{ $number } sigue en curso.
    [open] Con el #{ $number } siguen abiertos: { $open }.
   *[free] El caso #{ $number } ya no tiene casos relacionados abiertos.
}

refuse-meant-for = El caso #{ $number } se pasó a { $name }: lo toma esa persona o un supervisor.
refuse-unknown-specialist = No hay un grupo ni un técnico con el nombre «{ $name }». Elija de la lista.
refuse-unknown-destination = No hay otro grupo ni categoría de otro grupo con el nombre «{ $name }». Elija de la lista.
refuse-asks-approval = El caso #{ $number } espera una aprobación: use los botones Aprobar o Rechazar de su tarjeta. Con /caso { $number } la ve.
refuse-own-request = Usted pidió o registró el caso #{ $number }: lo decide otra persona del grupo, o quien supervisa la mesa.
refuse-related-case = El caso #{ $number } lo abrió la mesa de ayuda para atender su caso #{ $parent }, y solo ella lo puede terminar. Si ya no necesita el servicio, cuéntelo con /responder { $parent }.
refuse-answer-goes-back = La respuesta del caso #{ $number } la da a conocer { $group }: use Dar respuesta en su tarjeta.
refuse-part-missing = Al caso #{ $number } le falta «{ $field }», que diligencia { $group }. Escálelo a ese grupo con /escalar { $number }.
refuse-children-open = El caso #{ $number } se soluciona después de sus casos relacionados. Siguen abiertos: { $open }.
refuse-no-asset = { $name }: debe tener de { $shortest } a { $longest } letras o números. Revíselo y escríbalo de nuevo, por favor.

help-child = abrir un caso relacionado para otro grupo
help-asset = anotar el equipo que se intervino en un caso
argument-destination = categoría o grupo
option-destination = destino
option-destination-help = categoría o grupo que recibe el caso relacionado

workbook-parent = Viene del caso
workbook-assets = Equipos
ending-approved = Aprobado
ending-rejected = No aprobado

# Seguir un caso
help-follow = seguir un caso ajeno, o dejar de seguirlo
done-follow = Sigue el caso #{ $number }: le avisaré cuando cambie de estado. Estado actual: { $status }.
done-unfollow = Ya no sigue el caso #{ $number }.
notice-followed = El caso #{ $number } ({ $title }), que usted sigue, cambió de estado: { $status }.
button-see-ticket = Ver caso
button-unfollow = Dejar de seguir
