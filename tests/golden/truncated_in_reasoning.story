started prompt=30
open reasoning
delta "First I have to"
delta " consider"
close cut
finish token_limit
