# One short answer, ready at once.
started prompt=200
open text
delta "It depends on what you want to measure, and on what stands in the way of measuring it."
close
finish end_of_turn
