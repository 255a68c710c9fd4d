started prompt=30
open text
delta "So far so"
close cut
fail internal "the engine failed"
