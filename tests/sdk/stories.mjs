// The generations that the tests ask for, as stories: what the model "said" is known to the letter.
const call = (id, name, ...pieces) =>
  `open call name=${name} id=${id}\n${pieces.map((piece) => `delta ${JSON.stringify(piece)}`).join("\n")}\nclose`;

export const greeting = `
started prompt=12 cached=4
open reasoning
delta "A greeting;"
delta " I greet back."
close
open text
delta "Hello"
delta ", wörld 🌍"
delta "!"
close
finish end_of_turn
`;

export const plain = `
started prompt=9
open text
delta "Just"
delta " text."
close
finish end_of_turn
`;

// Two rounds of tools, the first with two calls at once, then the answer.
export const weather = `
started prompt=50
open reasoning
delta "I need the weather of both."
close
${call("call_paris0000000000000000", "get_weather", '{"city":', ' "Paris"}')}
${call("call_oslo00000000000000000", "get_weather", '{"city": "Oslo"}')}
finish tool_calls
---
started prompt=90 cached=50
${call("call_diff00000000000000000", "subtract", '{"a": 21', ', "b": 4}')}
finish tool_calls
---
started prompt=120 cached=90
open text
delta "Paris is 17 degrees"
delta " warmer."
close
finish end_of_turn
`;

export const recipe = { name: "Pancakes", minutes: 20, steps: ["mix", "fry"] };
export const recipeStory = `
started prompt=30
open text
delta ${JSON.stringify(JSON.stringify(recipe).slice(0, 25))}
delta ${JSON.stringify(JSON.stringify(recipe).slice(25))}
close
finish end_of_turn
`;

// A long queue and prefill, and a long thought: what a stream needs heartbeats for.
export const slow = `
wait 300ms
${greeting.trim().replace("delta \" I greet", "wait 300ms\ndelta \" I greet")}
`;

export const limited = `
started prompt=5
open text
delta "cut of"
close cut
finish token_limit
`;

export const broken = `
started prompt=5
open text
delta "half an"
fail internal "The engine lost its way"
`;

export const endless = `
started prompt=5
open text
${'delta "tick "\nwait 20ms\n'.repeat(3000)}
close
finish end_of_turn
`;

export const usageOfGreeting = {
  prompt_tokens: 12,
  completion_tokens: 5,
  total_tokens: 17,
  cached_tokens: 4,
  completion_tokens_details: { reasoning_tokens: 2 },
  prompt_tokens_details: { cached_tokens: 4 },
};

// What the tools of `weather` compute; the story's last scene fits these results.
export const degrees = { Paris: 21, Oslo: 4 };
export const user = [{ role: "user", content: "How much warmer is Paris than Oslo?" }];
