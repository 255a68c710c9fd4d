started prompt=30
open reasoning
delta "Hmm"
close cut
fail deadline "the request took longer than its time limit of 600 s"
