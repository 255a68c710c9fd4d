# Sixty-four tokens, ready at once.
started prompt=200
open text
delta " token" times=64
close
finish end_of_turn
