# Says what it will do, then does it.
started prompt=90
open text
delta "Let me look"
delta " that up."
close
open call name=search id=call_DDDDDDDDDDDDDDDDDDDDDD
delta "{\"query\": \"a \\\"quoted\\\" word\\n\"}" tokens=9
close
finish tool_calls
