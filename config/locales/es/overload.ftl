### Sobrecarga: lo que se responde, una sola vez, a quien escribe más de lo que se alcanza a leer.

too-much = Me llegaron demasiados mensajes seguidos y los últimos no los leí. Espere unos minutos, por favor, y escríbame de nuevo lo que falte.
