#include "dialect/chat/tally.h"

#include "wire/json_writer.h"

namespace trilogue::dialect::chat {

void Tally::set_prompt(int tokens, int cached) {
  if (usage_.prompt_tokens != 0) return;  // all choices answer the same prompt
  usage_.prompt_tokens = tokens;
  usage_.cached_tokens = cached;
}

void Tally::set_written(int choice, Written now) {
  Written& before = written_[static_cast<std::size_t>(choice)];
  usage_.output_tokens += now.output - before.output;
  usage_.reasoning_tokens += now.reasoning - before.reasoning;
  before = now;
}

void Tally::on(int, const canon::Started& started) {
  set_prompt(started.prompt_tokens, started.cached_tokens);
}

void Tally::on(int choice, const canon::Delta& delta) {
  set_written(choice, {delta.output_tokens, delta.reasoning_tokens});
}

void Tally::on(int choice, const canon::Finished& finished) {
  set_prompt(finished.usage.prompt_tokens, finished.usage.cached_tokens);
  set_written(choice, {finished.usage.output_tokens, finished.usage.reasoning_tokens});
}

void Tally::on(int choice, const canon::Failed& failed) {
  set_prompt(failed.usage.prompt_tokens, failed.usage.cached_tokens);
  set_written(choice, {failed.usage.output_tokens, failed.usage.reasoning_tokens});
}

void append_usage(std::string& out, const canon::Usage& usage) {
  out += R"({"prompt_tokens":)";
  wire::append_json_number(out, std::int64_t{usage.prompt_tokens});
  out += R"(,"completion_tokens":)";
  wire::append_json_number(out, std::int64_t{usage.output_tokens});
  out += R"(,"total_tokens":)";
  wire::append_json_number(out, std::int64_t{usage.prompt_tokens} + usage.output_tokens);
  out += R"(,"cached_tokens":)";
  wire::append_json_number(out, std::int64_t{usage.cached_tokens});
  out += R"(,"completion_tokens_details":{"reasoning_tokens":)";
  wire::append_json_number(out, std::int64_t{usage.reasoning_tokens});
  out += R"(},"prompt_tokens_details":{"cached_tokens":)";
  wire::append_json_number(out, std::int64_t{usage.cached_tokens});
  out += "}}";
}

}  // namespace trilogue::dialect::chat
