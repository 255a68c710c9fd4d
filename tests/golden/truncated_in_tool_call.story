started prompt=80
open text
delta "Writing."
close
open call name=write_file id=call_HHHHHHHHHHHHHHHHHHHHHH
delta "{\"path\":\"a.t"
close cut
finish token_limit
