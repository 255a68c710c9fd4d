# Time passes; the bytes are the same.
started prompt=9
wait 30ms
open text
wait 20ms
delta "late"
close
wait 5ms
finish end_of_turn
