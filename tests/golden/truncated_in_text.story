started prompt=30
open text
delta "Once upon a"
delta " time"
close cut
finish token_limit
