# Three calls in one answer.
started prompt=150
open call name=get_weather id=call_AAAAAAAAAAAAAAAAAAAAAA
delta "{\"city\":\"Paris\"}" tokens=6
close
open call name=get_weather id=call_BBBBBBBBBBBBBBBBBBBBBB
delta "{\"city\":" tokens=3
delta "\"Rome\"}" tokens=3
close
open call name=get_time id=call_CCCCCCCCCCCCCCCCCCCCCC
delta "{\"zone\":\"Europe/Paris\"}" tokens=8
close
finish tool_calls
