#include "engine/llama/template.h"

#include <chat.h>

#include <exception>
#include <utility>

namespace trilogue::engine::llama {
namespace {

// The library quotes the place in the template below its reason; a caller needs the reason.
std::string reason_of(const std::exception& error) {
  std::string_view reason = error.what();
  constexpr std::string_view kFrame = "Jinja Exception: ";
  if (const std::size_t at = reason.rfind(kFrame); at != std::string_view::npos)
    reason.remove_prefix(at + kFrame.size());
  return std::string(reason.substr(0, std::min<std::size_t>(reason.find('\n'), 300)));
}

}  // namespace

struct Template::State {
  State(const std::string& source, const std::string& bos, const std::string& eos)
      : parsed(source, bos, eos) {}
  common_chat_template parsed;
};

Template::Template(std::unique_ptr<State> state) : state_(std::move(state)) {}
Template::Template(Template&&) noexcept = default;
Template& Template::operator=(Template&&) noexcept = default;
Template::~Template() = default;

base::Result<Template> Template::parse(std::string_view source, std::string_view bos, std::string_view eos) {
  try {
    return Template(std::make_unique<State>(std::string(source), std::string(bos), std::string(eos)));
  } catch (const std::exception& error) {
    return base::fail(base::FailureKind::internal,
                      "The model's chat template cannot be read: " + reason_of(error));
  }
}

base::Result<std::string> Template::render(std::string_view input) const {
  try {
    common_json values = common_json::parse(std::string(input));
    values["bos_token"] = state_->parsed.bos_token();
    values["eos_token"] = state_->parsed.eos_token();
    jinja::context context(state_->parsed.source());
    if (values.contains("reasoning_effort")) {
      jinja::caps_apply_reasoning_effort(context, values["reasoning_effort"].get<std::string>());
    }
    jinja::global_from_json(context, values, false);
    jinja::runtime runtime(context);
    const jinja::value results = runtime.execute(state_->parsed.prog);
    return jinja::runtime::gather_string_parts(results)->as_string().str();
  } catch (const std::exception& error) {
    return base::invalid("messages",
                         "The model's chat template refuses this conversation: " + reason_of(error));
  }
}

const std::string& Template::source() const {
  return state_->parsed.source();
}
bool Template::takes_system_turns() const {
  return state_->parsed.caps.supports_system_role;
}
bool Template::takes_plain_content() const {
  return state_->parsed.caps.supports_string_content;
}
bool Template::takes_parallel_calls() const {
  return state_->parsed.caps.supports_parallel_tool_calls;
}

}  // namespace trilogue::engine::llama
