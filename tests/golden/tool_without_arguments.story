# The first writes an empty object, the second nothing at all.
started prompt=60
open call name=list_files id=call_EEEEEEEEEEEEEEEEEEEEEE
delta "{}"
close
open call name=now id=call_FFFFFFFFFFFFFFFFFFFFFF
close
finish tool_calls
