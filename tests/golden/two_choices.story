# n = 2, in turns; the second one calls a tool.
started prompt=10 choice=0
started prompt=10 choice=1
open text choice=0
open reasoning choice=1
delta "Left" choice=0
delta "Hm." choice=1
close choice=1
delta " hand" choice=0
open call name=pick id=call_IIIIIIIIIIIIIIIIIIIIII choice=1
delta "{\"side\":" choice=1
close choice=0
finish end_of_turn choice=0
delta "\"right\"}" choice=1
close choice=1
finish tool_calls choice=1
