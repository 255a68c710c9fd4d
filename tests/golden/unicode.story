# Several scripts, emoji with joiners, and characters that JSON escapes.
started prompt=25
open reasoning
delta "思考：\"引用\" \\ 反斜杠"
close
open text
delta "Grüße, мир, 世界, नमस्ते, שלום "
delta "👩‍👩‍👧‍👦"
delta "🏳️‍🌈 e\u0301 \u2028 \u0000\u001f\u007f\t"
close
finish end_of_turn
