# A greeting, answered.
started prompt=12
open text
delta "Hello"
delta "! How can I"
delta " help?"
close
finish end_of_turn output=4
