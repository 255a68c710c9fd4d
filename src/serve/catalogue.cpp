#include "serve/catalogue.h"

#include <algorithm>

namespace trilogue::serve {
namespace {

const Model* exact(const std::vector<Model>& models, std::string_view name) {
  const auto found =
      std::find_if(models.begin(), models.end(), [&](const Model& m) { return m.name == name; });
  return found == models.end() ? nullptr : &*found;
}

// A name is the caller's text: shown back shortened, so that an error stays a line.
std::string shown(std::string_view name) {
  constexpr std::size_t kLongest = 120;
  return name.size() <= kLongest ? std::string(name) : std::string(name.substr(0, kLongest)) + "…";
}

}  // namespace

bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;  // the last one seen, and where its run of text began
  std::size_t run = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      run = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++run;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

const Model* Catalogue::find(std::string_view name) const {
  if (const Model* model = exact(models_, name)) return model;
  for (const auto& alias : aliases_) {
    if (matches(alias.pattern, name)) return exact(models_, alias.model);
  }
  return nullptr;
}

base::Result<const Model*> Catalogue::require(std::string_view name, const ForCaller& is_for_caller) const {
  if (const Model* model = find(name)) return model;
  return unknown(name, is_for_caller);
}

tl::unexpected<base::Failure> Catalogue::unknown(std::string_view name,
                                                 const ForCaller& is_for_caller) const {
  std::string names;
  for (const Model& model : models_) {
    if (is_for_caller(model)) names.append(names.empty() ? "" : ", ").append(model.name);
  }
  return base::invalid("model",
                       "The model `" + shown(name) + "` does not exist. Models here: " + names + ".");
}

base::Result<canon::Effort> choose_effort(const Model& model, const canon::Effort* asked,
                                          std::string_view path) {
  if (asked == nullptr) return model.default_effort;
  if (*asked == canon::Effort::none) return *asked;
  if (std::find(model.efforts.begin(), model.efforts.end(), *asked) != model.efforts.end()) return *asked;
  std::string message = "The model `" + model.name + "` has no reasoning effort `" +
                        std::string(base::to_text(canon::kEffortNames, *asked)) + "`. It takes ";
  for (std::size_t i = 0; i < model.efforts.size(); ++i) {
    message +=
        (i == 0 ? "`" : ", `") + std::string(base::to_text(canon::kEffortNames, model.efforts[i])) + "`";
  }
  return base::invalid(std::string(path), message + ".");
}

}  // namespace trilogue::serve
