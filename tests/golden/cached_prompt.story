started prompt=1000 cached=960
open text
delta "As before."
close
finish end_of_turn
