# Thinks first, then answers.
started prompt=21
open reasoning
delta "Two and two"
delta " make four."
close
open text
delta "4"
close
finish end_of_turn output=6
