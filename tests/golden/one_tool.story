# Thinks, then calls one tool.
started prompt=140 cached=100
open reasoning
delta "The user wants the weather."
close
open call name=get_weather id=call_0123456789abcdefghijkl
delta "{\"city\":"
delta " \"Paris\""
delta "}"
close
finish tool_calls
