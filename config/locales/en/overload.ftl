### Overload: what is answered, once, to whoever writes more than can be read.

too-much = Too many messages reached me in a row and I did not read the last ones. Please wait a few minutes, and write again whatever is missing.
