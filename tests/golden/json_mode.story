started prompt=44
open text
delta "{\"name\": \"Ada\","
delta " \"born\": 1815,"
delta " \"works\": [\"notes\"]}"
close
finish end_of_turn
