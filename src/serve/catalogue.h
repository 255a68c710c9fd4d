// The models that can be asked for, by name. Built by app from the configuration, part of a policy, read by
// any thread, never changed. Owns nothing: engines live in app.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "canon/effort.h"
#include "engine/engine.h"

namespace trilogue::serve {

// Which of the APIs answer for a model.
struct Apis {
  bool chat = true;
  bool messages = true;
  bool responses = true;
};

// Of a million tokens, in millionths of the operator's currency: of one token in a millionth of a millionth.
struct Prices {
  std::int64_t input = 0;
  std::int64_t cached_input = 0;
  std::int64_t output = 0;
};

struct Model {
  std::string name;
  std::string owned_by = "local";
  long long created = 0;               // Unix seconds
  std::vector<canon::Effort> efforts;  // tiers that may be asked for, lowest first
  canon::Effort default_effort = canon::Effort::medium;
  Apis apis{};
  Prices prices{};
  std::optional<std::chrono::milliseconds> deadline{};  // of a request, where it is shorter than the server's
  engine::Engine* engine = nullptr;
};

// `claude-*` = `step-3.7-flash`: a star stands for any text. The first that fits wins.
struct Alias {
  std::string pattern;
  std::string model;
};

class Catalogue final {
 public:
  Catalogue(std::vector<Model> models, std::vector<Alias> aliases)
      : models_(std::move(models)), aliases_(std::move(aliases)) {}

  const std::vector<Model>& models() const { return models_; }

  // The model of that name, or the one its alias names; null when there is none.
  const Model* find(std::string_view name) const;

  // The same, with the failure that a request gets: invalid_request at `model`, naming those that there are
  // for who asks.
  using ForCaller = std::function<bool(const Model&)>;
  base::Result<const Model*> require(std::string_view name, const ForCaller& is_for_caller) const;
  tl::unexpected<base::Failure> unknown(std::string_view name, const ForCaller& is_for_caller) const;

 private:
  std::vector<Model> models_;
  std::vector<Alias> aliases_;
};

// True when `text` has the form of `pattern`, in which '*' stands for any run of characters.
bool matches(std::string_view pattern, std::string_view text);

// What the model is to do for an asked effort: its default for none asked. A tier it lacks is an
// invalid_request at `path`; `none` is left to the model's template.
base::Result<canon::Effort> choose_effort(const Model& model, const canon::Effort* asked,
                                          std::string_view path);

}  // namespace trilogue::serve
