### Archivos: lo que la gente envía con un caso.

attachment-kept = { $count ->
    [one] Recibí { $what }. Irá con el caso, a la vista de quien lo atienda.
   *[other] Recibí { $count } archivos. Irán con el caso, a la vista de quien lo atienda.
}
attachment-noted = { $count ->
    [one] Recibí { $what }. En el caso queda solo la referencia, así que cuénteme también con palabras de qué se trata.
   *[other] Recibí { $count } adjuntos. En el caso queda solo la referencia, así que cuénteme también con palabras de qué se trata.
}
attachment-mixed = Recibí { $count } adjuntos. Los archivos irán con el caso, a la vista de quien lo atienda; de lo demás queda solo la referencia, así que cuénteme también con palabras de qué se trata.
attachment-needs-words = Recibí su archivo, pero aquí necesito una respuesta escrita. Por favor, escríbala.
files-kept = { $count ->
    [one] Guardo también el archivo.
   *[other] Guardo también los { $count } archivos.
}

file-caption = Caso #{ $number }: { $name } envió este archivo.
file-caption-internal = Caso #{ $number }: archivo de una nota interna de { $name }.
file-words = archivo: { $file } ({ $media }, { $size })
file-not-shown = Caso #{ $number }: { $name } envió un archivo que no se puede mostrar en este chat: { $file }, de { $size }. Lo tengo guardado; si lo necesita aquí, pida una versión más liviana.
file-name = { $kind ->
    [photo] foto
    [audio] audio
    [video] video
   *[document] archivo
}
size-kilobytes = { $size } KB
size-megabytes = { $size } MB

file-too-large = No pude guardar { $file } en el caso #{ $number }: pesa más de { $limit }. Envíe una versión más liviana, por ejemplo una foto o un PDF más corto. El resto del caso quedó bien.
file-wrong-type = No pude guardar { $file } en el caso #{ $number }: aquí no se recibe ese tipo de archivo. Envíelo como foto, PDF o documento. El resto del caso quedó bien.
file-empty = No pude guardar { $file } en el caso #{ $number }: llegó vacío. Revíselo y envíelo otra vez. El resto del caso quedó bien.
file-gone = No pude guardar { $file } en el caso #{ $number }: { $network } ya no lo tiene. Por favor, envíelo otra vez. El resto del caso quedó bien.
file-unreached = No pude guardar { $file } en el caso #{ $number }: lo intenté durante horas y no lo pude descargar. Por favor, envíelo otra vez. El resto del caso quedó bien.

card-files = { $count ->
    [one] Un archivo.
   *[other] { $count } archivos.
}
card-files-missing = { $count ->
    [one] Un archivo no se pudo guardar.
   *[other] { $count } archivos no se pudieron guardar.
}
button-files = Archivos
files-none = El caso #{ $number } no tiene archivos para mostrarle.
