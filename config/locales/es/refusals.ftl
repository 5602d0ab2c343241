### Negativas, siempre con la salida.

refuse-unknown-ticket = No encuentro el caso #{ $number } entre los suyos. Con /miscasos ve los que puede consultar.
refuse-not-your-role = Esto lo hace el personal de la mesa de ayuda. Con /ayuda ve lo que usted puede hacer.
refuse-not-your-group = Este caso es de { $group } y usted no está en ese grupo. Si le corresponde, hable con alguien de ese grupo o pida que le agreguen.
refuse-not-your-ticket = El caso #{ $number } lo atiende { $name }. Hable con esa persona o deje una nota con /nota { $number }.
refuse-already-taken = El caso #{ $number } ya lo tiene { $name }.
refuse-already-yours = El caso #{ $number } ya es suyo.
refuse-not-your-request = Solo quien pidió el caso #{ $number } puede responder esto.
refuse-not-now = { $over ->
    [yes] El caso #{ $number } ya terminó. Estado: { $status }. Con /caso { $number } lo puede consultar.
   *[no] Ahora no se puede: el caso #{ $number } está en estado { $status }. Con /caso { $number } ve qué se puede hacer.
}
refuse-not-in-procedure = El procedimiento del caso #{ $number } no tiene ese paso. Con /caso { $number } ve qué se puede hacer.
refuse-too-late-to-withdraw = Ya lo atiende { $name }. Cuéntele con /responder { $number } que ya no lo necesita.
refuse-too-late-to-withdraw-group = El caso #{ $number } ya está en manos del equipo. Cuéntele con /responder { $number } que ya no lo necesita.
refuse-survey-over = { $over ->
    [yes] Esa respuesta ya no cuenta: el caso #{ $number } está cerrado. Si algo sigue mal, abra un caso relacionado.
   *[no] Esa respuesta ya no aplica: el caso #{ $number } está en estado { $status }.
}
refuse-unknown-group = No hay un grupo llamado «{ $name }». Elija uno de la lista.
refuse-same-group = El caso ya está con { $group }. Elija otro grupo.
refuse-cannot-take-it = { $name } no es técnico del grupo de este caso. Elija a alguien de la lista.
refuse-staff-registers = Abrir un caso para otra persona lo hace el personal de la mesa de ayuda. Para usted, escríbame qué pasa o use /nuevo.
refuse-unknown-category = Esa categoría ya no existe. Empiece de nuevo con /nuevo.
refuse-text-missing = { $verb ->
    [escalate] Falta la justificación. Escríbala, por favor.
    [suspend] Falta el motivo. Escríbalo, por favor.
    [answer] Falta la respuesta. Escríbala, por favor.
    [solve] Falta la solución. Escríbala, por favor.
    [vendor] Falta qué espera del { $vendor }. Escríbalo, por favor.
    [child] Falta qué debe hacer el otro grupo. Escríbalo, por favor.
    [asset] Falta la placa o el serial. Escríbalo, por favor.
    [decline] Falta el motivo. Escríbalo, por favor.
    [notmanaged] Falta el motivo. Escríbalo, por favor.
    [miss] Falta qué encontró en el puesto. Escríbalo, por favor.
    [workshop] Falta qué equipo se lleva. Escríbalo, por favor.
    [to_vendor] Falta qué equipo se lleva. Escríbalo, por favor.
    [training] Falta en qué fue la capacitación. Escríbalo, por favor.
   *[other] Falta el texto. Escríbalo, por favor.
}
refuse-invitation-invalid = Ese código no sirve: no existe, ya se usó o se venció. Pida uno nuevo a quien administra la mesa de ayuda.
refuse-invitation-misplaced = Ese código no es para este chat. El de una persona se usa en privado, y el de un grupo se usa dentro del grupo.
refuse-link-invalid = Ese código no sirve: no existe, ya se usó, se venció o es suyo. Pida uno nuevo con /vincular en la otra cuenta y escríbalo en esta.
refuse-unknown-person = No encuentro a esa persona, o ya no tiene acceso. Use /personas para ver las que hay.
refuse-last-administrator = Es la única persona que administra la mesa de ayuda. Dele antes ese rol a otra.
refuse-link-too-many-tries = Ya probó varios códigos que no sirven. Inténtelo de nuevo { $when }
refuse-text-too-long = Su mensaje tiene más de { $longest } caracteres, así que no lo guardé. Envíelo más corto o en varios mensajes; lo que ya había escrito sigue igual.
refuse-text-full = Con eso el texto pasaría de { $longest } caracteres, así que no lo agregué. Lo que ya había escrito sigue igual: continúe, y cuando el caso esté abierto agregue el resto con /responder.
refuse-too-many-files = Un caso puede tener { $most } archivos como máximo, así que este no lo guardé. Lo demás sigue igual: continúe, o cuente con palabras lo que falta.
refuse-too-many-open = { $whose ->
    [other] Esa persona ya tiene { $most } casos abiertos, que es lo máximo. No perdí lo que escribió: agréguelo a uno de esos casos, o inténtelo de nuevo cuando alguno termine.
   *[own] Ya tiene { $most } casos abiertos, que es lo máximo. Use /miscasos para verlos: agregue esto a uno con /responder, o retire uno que ya no necesite con /retirar.
}
refuse-disk-full = En este momento no puedo registrar casos nuevos porque el disco está casi lleno. No perdí lo que escribió: inténtelo en unos minutos con el botón Registrar.

stranger = Esta mesa de ayuda atiende a personas registradas. Pida un código a quien la administra y escríbame /start seguido del código.
stranger-server = Esta mesa de ayuda atiende a los miembros de su servidor de Discord. Si usted lo es, use allá /start una vez; después le atiendo también por aquí.
anonymous = No puedo saber quién es usted cuando escribe en nombre del grupo o de un canal. Desactive «Permanecer anónimo» o escríbame en privado.
write-me-privately = Primero escríbame en privado con /start; allí seguimos.
news-in-private = Los avisos de este caso le llegan por mensaje directo. Si no los recibe, permita los mensajes directos en los ajustes de privacidad de este servidor.
answering-privately = Le respondo en privado.
answer-overdue = No alcancé a responderle a tiempo. Por favor, inténtelo de nuevo.
answer-not-shown = No pude mostrarle la respuesta. Use /miscasos para ver cómo quedaron sus casos.
answered-privately = Le respondí en privado.
group-replies-need-a-command = { $lists ->
    [yes] Para contestar desde el canal, use /responder o /nota con el número del caso.
   *[no] Para contestar desde el grupo, responda a la tarjeta con /responder texto o con /nota texto.
}
edits-are-not-followed = Vi que cambió un mensaje. Lo que ya registré no cambia; si hace falta, escríbame de nuevo lo correcto.
command-unknown = No conozco el comando /{ $name }. Con /ayuda ve los que hay, o escríbame con sus palabras.
command-not-yours = { $audience ->
    [administrator] El comando /{ $name } es para quienes administran la mesa de ayuda. Con /ayuda ve los suyos.
    [supervisor] El comando /{ $name } es para supervisores. Con /ayuda ve los suyos.
   *[technician] El comando /{ $name } es para el personal de la mesa de ayuda. Con /ayuda ve los suyos.
}
internal-error = Algo falló de nuestro lado y no pude procesar su mensaje. Por favor, inténtelo de nuevo; si se repite, dé esta referencia a la mesa de ayuda: { $reference }
