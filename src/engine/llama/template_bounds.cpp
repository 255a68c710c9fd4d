#include "engine/llama/template_bounds.h"

#include <cstdint>
#include <string>

namespace trilogue::engine::llama {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uintptr_t kMostStack = std::uintptr_t{2} << 20;  // bytes, of the 8 MiB that threads have

struct Bounds {
  Clock::time_point end;
  std::uintptr_t stack = 0;  // where it began; 0: nothing is bounded
};
thread_local Bounds bounds;

std::uintptr_t stack_now() {
  return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
}

// As the library throws what a template says itself.
[[noreturn]] void refuse(const std::string& reason) {
  throw jinja::raised_exception("Jinja Exception: " + reason);
}

struct Check final : jinja::statement {
  std::string type() const override { return "Check"; }
  jinja::value execute_impl(jinja::context&) const override {
    if (bounds.stack != 0) {
      if (Clock::now() > bounds.end) refuse("it takes too long");
      if (bounds.stack - stack_now() > kMostStack) refuse("it calls itself too often");
    }
    return jinja::mk_val<jinja::value_undefined>();
  }
};

void put_checks_into(jinja::statements& body);

void put_check_before(jinja::statements& body) {
  put_checks_into(body);
  body.insert(body.begin(), std::make_unique<Check>());
}

void put_checks_into(jinja::statements& body) {
  for (auto& statement : body) {
    if (auto* loop = jinja::cast_stmt<jinja::for_statement>(statement)) {
      put_check_before(loop->body);
      put_checks_into(loop->default_block);
    } else if (auto* macro = jinja::cast_stmt<jinja::macro_statement>(statement)) {
      put_check_before(macro->body);
    } else if (auto* branch = jinja::cast_stmt<jinja::if_statement>(statement)) {
      put_checks_into(branch->body);
      put_checks_into(branch->alternate);
    } else if (auto* set = jinja::cast_stmt<jinja::set_statement>(statement)) {
      put_checks_into(set->body);
    } else if (auto* filter = jinja::cast_stmt<jinja::filter_statement>(statement)) {
      put_checks_into(filter->body);
    } else if (auto* call = jinja::cast_stmt<jinja::call_statement>(statement)) {
      put_checks_into(call->body);
    }
  }
}

}  // namespace

void put_checks_into(jinja::program& program) {
  put_checks_into(program.body);
}

TemplateBounds::TemplateBounds(std::chrono::milliseconds patience) {
  bounds = {Clock::now() + patience, stack_now()};
}
TemplateBounds::~TemplateBounds() {
  bounds.stack = 0;
}

}  // namespace trilogue::engine::llama
