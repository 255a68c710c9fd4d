# Begins and then says nothing for ten minutes.
started prompt=200
open text
wait 600000ms
delta "late"
close
finish end_of_turn
