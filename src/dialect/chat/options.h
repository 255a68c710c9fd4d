// How a Chat Completions answer is to be written, beside what the model is asked for. Values; any thread.
#pragma once

#include <string>

namespace trilogue::dialect::chat {

// Where the reasoning of the model stands: `reasoning`, or `reasoning_content` as DeepSeek's clients read it.
enum class ReasoningFormat { general, deepseek_style };

// A setting of the server: chunks as the documents show them, or exactly as OpenAI sends them.
enum class ChunkStyle { documented, openai };

struct ReplyOptions {
  bool stream = false;
  bool include_usage = false;  // one more chunk with the usage before the end of a stream
  ReasoningFormat reasoning_format = ReasoningFormat::general;
  bool logprobs = false;                       // an answer for each token of the text
  ChunkStyle chunks = ChunkStyle::documented;  // not of the request: whoever serves it sets it
  friend bool operator==(const ReplyOptions&, const ReplyOptions&) = default;
};

// What stands at the head of every answer.
struct ReplyContext {
  std::string id;         // a UUID
  long long created = 0;  // seconds since 1970
  std::string model;      // the name that was asked for
};

}  // namespace trilogue::dialect::chat
