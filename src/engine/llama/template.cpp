#include "engine/llama/template.h"

#include <chat.h>

#include <exception>
#include <utility>

#include "engine/llama/template_bounds.h"

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

// As the library's common_chat_template, but bounded before anything runs: it tries a template out to learn
// what it can do.
struct Template::State {
  State(const std::string& text, std::string_view bos_token, std::string_view eos_token)
      : bos(bos_token), eos(eos_token) {
    const auto tokens = jinja::lexer().tokenize(text);
    source = tokens.source;
    program = jinja::parse_from_tokens(tokens);
    put_checks_into(program);
    const TemplateBounds bounds(kPatience);
    caps = jinja::caps_get(program);
  }
  std::string source, bos, eos;
  jinja::program program;
  jinja::caps caps;
};

Template::Template(std::unique_ptr<State> state) : state_(std::move(state)) {}
Template::Template(Template&&) noexcept = default;
Template& Template::operator=(Template&&) noexcept = default;
Template::~Template() = default;

base::Result<Template> Template::parse(std::string_view source, std::string_view bos, std::string_view eos) {
  try {
    return Template(std::make_unique<State>(std::string(source), bos, eos));
  } catch (const std::exception& error) {
    return base::fail(base::FailureKind::internal,
                      "The model's chat template cannot be read: " + reason_of(error));
  }
}

base::Result<std::string> Template::render(std::string_view input, std::chrono::milliseconds patience) const {
  const TemplateBounds bounds(patience);
  try {
    common_json values = common_json::parse(std::string(input));
    values["bos_token"] = state_->bos;
    values["eos_token"] = state_->eos;
    jinja::context context(state_->source);
    if (values.contains("reasoning_effort")) {
      jinja::caps_apply_reasoning_effort(context, values["reasoning_effort"].get<std::string>());
    }
    jinja::global_from_json(context, values, false);
    jinja::runtime runtime(context);
    const jinja::value results = runtime.execute(state_->program);
    return jinja::runtime::gather_string_parts(results)->as_string().str();
  } catch (const std::exception& error) {
    return base::invalid("messages",
                         "The model's chat template refuses this conversation: " + reason_of(error));
  }
}

const std::string& Template::source() const {
  return state_->source;
}
bool Template::takes_system_turns() const {
  return state_->caps.supports_system_role;
}
bool Template::takes_plain_content() const {
  return state_->caps.supports_string_content;
}
bool Template::takes_parallel_calls() const {
  return state_->caps.supports_parallel_tool_calls;
}

}  // namespace trilogue::engine::llama
