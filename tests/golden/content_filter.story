started prompt=9
open text
delta "I"
close
finish content_filter
