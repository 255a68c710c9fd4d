# Nothing but the end of the turn.
started prompt=5
finish end_of_turn output=1
