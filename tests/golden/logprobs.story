# Tokens with their likelihoods; a character of two tokens, and an impossible alternative.
started prompt=9
open text
delta "Hi" logprob=-0.125 top="Hi":-0.125 top="Ho":-2.5
delta "" logprob=-1.5
delta "é" logprob=-0.75 top="\u0000":-1e300
close
finish end_of_turn
