// A model's chat template, parsed once: renders a conversation that is given as JSON text. Knows neither
// canon nor tokens. render() is const and may be called from any one thread at a time. Templates come from
// model files that the operator chose, never from a request; one that does not end is ended.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace trilogue::engine::llama {

class Template final {
 public:
  // What has not ended by then is taken for what does not end.
  static constexpr std::chrono::seconds kPatience{20};

  // Failure: internal, when the source is no template.
  static base::Result<Template> parse(std::string_view source, std::string_view bos, std::string_view eos);
  Template(Template&&) noexcept;
  Template& operator=(Template&&) noexcept;
  ~Template();

  // `input`: a JSON object with what the template may name: messages, tools, add_generation_prompt,
  // reasoning_effort and so on; bos_token and eos_token are added. Failure: invalid_request at `messages`,
  // with the template's reason, or that it takes longer than `patience` or calls itself too often.
  base::Result<std::string> render(std::string_view input,
                                   std::chrono::milliseconds patience = kPatience) const;

  const std::string& source() const;
  bool takes_system_turns() const;
  bool takes_plain_content() const;   // text as a string; else as a list of parts
  bool takes_parallel_calls() const;  // several calls in one assistant turn

 private:
  struct State;
  explicit Template(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace trilogue::engine::llama
