# The stop string is no part of the text.
started prompt=30
open text
delta "one two "
close
finish stop_string "three" output=4
