// The TOML half of the configuration. Every scalar goes through the same setters as the environment's.
#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <sstream>
#include <utility>

#include "app/configuration.h"

namespace trilogue::app {
namespace {

using base::Result;

std::string place(const std::string& file, const toml::source_region& where) {
  return file + ":" + std::to_string(where.begin.line);
}

// A scalar as its setter wants it; a list of texts joined by commas.
std::optional<std::string> as_text(const toml::node& node) {
  if (auto text = node.value_exact<std::string>()) return text;
  if (const auto flag = node.value_exact<bool>()) return *flag ? "true" : "false";
  if (const auto number = node.value_exact<std::int64_t>()) return std::to_string(*number);
  const auto* list = node.as_array();
  if (list == nullptr) return std::nullopt;
  std::string joined;
  for (const auto& item : *list) {
    const auto text = item.value_exact<std::string>();
    if (!text || text->find(',') != std::string::npos) return std::nullopt;
    joined += (joined.empty() ? "" : ",") + *text;
  }
  return joined;
}

// The entries as they stand in the file: the library sorts them by name, but of patterns the first that fits
// counts.
std::vector<std::pair<std::string, const toml::node*>> in_order(const toml::table& table) {
  std::vector<std::pair<toml::source_position, std::pair<std::string, const toml::node*>>> entries;
  for (const auto& [key, node] : table)
    entries.push_back({key.source().begin, {std::string(key.str()), &node}});
  std::stable_sort(entries.begin(), entries.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::pair<std::string, const toml::node*>> out;
  for (auto& [where, entry] : entries) out.push_back(std::move(entry));
  return out;
}

Result<std::vector<canon::Effort>> read_efforts(const toml::array& list) {
  std::vector<canon::Effort> efforts;
  for (const auto& item : list) {
    const auto effort = base::from_text(canon::kEffortNames, item.value_or(std::string_view{}));
    if (!effort || *effort == canon::Effort::none)
      return base::invalid("efforts", "expected low, medium or high");
    efforts.push_back(*effort);
  }
  if (efforts.empty()) return base::invalid("efforts", "expected at least one");
  return efforts;
}

// A default that may not be asked for would be refused to who asks for it by name.
Result<ModelSpec> with_default_effort(ModelSpec spec, std::optional<canon::Effort> wanted) {
  const auto has = [&](canon::Effort effort) {
    return effort == canon::Effort::none ||
           std::find(spec.efforts.begin(), spec.efforts.end(), effort) != spec.efforts.end();
  };
  if (wanted && !has(*wanted)) {
    return base::invalid("default_effort", "expected one of its efforts, or none");
  }
  if (wanted) spec.default_effort = *wanted;
  if (!has(spec.default_effort)) spec.default_effort = spec.efforts.back();
  return spec;
}

Result<ModelSpec> read_model(const toml::table& table) {
  ModelSpec spec;
  std::optional<canon::Effort> wanted;
  for (const auto& [key, node] : table) {
    if (key == "name") {
      spec.name = node.value_or(std::string{});
    } else if (key == "file") {
      spec.file = node.value_or(std::string{});
    } else if (key == "responses") {
      const auto answers = node.value_exact<bool>();
      if (!answers) return base::invalid("responses", "expected true or false");
      spec.responses = *answers;
    } else if (key == "efforts") {
      auto efforts = node.is_array() ? read_efforts(*node.as_array())
                                     : base::invalid("efforts", "expected a list of low, medium and high");
      if (!efforts) return base::fail(efforts.error());
      spec.efforts = std::move(*efforts);
    } else if (key == "default_effort") {
      const auto effort = base::from_text(canon::kEffortNames, node.value_or(std::string_view{}));
      if (!effort) return base::invalid("default_effort", "expected none, low, medium or high");
      wanted = effort;
    } else {
      return base::invalid(std::string(key.str()), "there is no such setting of a model");
    }
  }
  if (spec.name.empty() || spec.file.empty()) return base::invalid("models", "expected a name and a file");
  return with_default_effort(std::move(spec), wanted);
}

Result<void> read_models(Configuration& configuration, const toml::node& node, const std::string& file) {
  const auto* list = node.as_array();
  if (list == nullptr) return base::invalid("models", place(file, node.source()) + ": expected [[models]]");
  for (const auto& item : *list) {
    const auto* table = item.as_table();
    auto spec = table != nullptr ? read_model(*table)
                                 : Result<ModelSpec>(base::invalid("models", "expected a table"));
    if (!spec) {
      return base::invalid(spec.error().path, place(file, item.source()) + ": models." + spec.error().path +
                                                  ": " + spec.error().message);
    }
    configuration.models.push_back(std::move(*spec));
  }
  return {};
}

Result<PriceSpec> read_price(const std::string& model, const toml::table& table) {
  constexpr double kMost = 1e6;
  PriceSpec price;
  price.model = model;
  for (const auto& [key, node] : table) {
    double* const into = key == "input"          ? &price.input
                         : key == "cached_input" ? &price.cached_input
                         : key == "output"       ? &price.output
                                                 : nullptr;
    const std::string path = model + "." + std::string(key.str());
    if (into == nullptr) return base::invalid(path, "expected input, cached_input or output");
    const auto number = node.is_number() ? node.value<double>() : std::nullopt;
    if (!number || !(*number >= 0 && *number <= kMost))
      return base::invalid(path, "expected a number from 0 to 1000000");
    *into = *number;
  }
  return price;
}

Result<void> read_prices(Configuration& configuration, const toml::node& node, const std::string& file) {
  const auto* table = node.as_table();
  if (table == nullptr) return base::invalid("prices", place(file, node.source()) + ": expected a table");
  for (const auto& [model, item] : in_order(*table)) {
    const auto* one = item->as_table();
    auto price = one != nullptr ? read_price(model, *one)
                                : Result<PriceSpec>(base::invalid(model, "expected a table"));
    if (!price) {
      const std::string path = "prices." + price.error().path;
      return base::invalid(path, place(file, item->source()) + ": " + path + ": " + price.error().message);
    }
    configuration.prices.push_back(std::move(*price));
  }
  return {};
}

Result<void> read_aliases(Configuration& configuration, const toml::node& node, const std::string& file) {
  const auto* table = node.as_table();
  if (table == nullptr) return base::invalid("aliases", place(file, node.source()) + ": expected a table");
  for (const auto& [pattern, model] : in_order(*table)) {
    if (!model->is_string())
      return base::invalid("aliases", place(file, model->source()) + ": expected a model's name");
    configuration.aliases.push_back({pattern, model->value_or(std::string{})});
  }
  return {};
}

Result<void> read_deadlines(Configuration& configuration, const toml::node& node, const std::string& file) {
  const auto* table = node.as_table();
  if (table == nullptr) return base::invalid("deadlines", place(file, node.source()) + ": expected a table");
  for (const auto& [model, item] : *table) {
    const auto text = as_text(item);
    const auto deadline = parse_duration(text.value_or(""), kLeastDeadline);
    const std::string path = "deadlines." + std::string(model.str());
    if (!deadline)
      return base::invalid(path, place(file, item.source()) + ": " + path + ": " + deadline.error().message);
    configuration.deadlines.push_back({std::string(model.str()), *deadline});
  }
  return {};
}

// Walks a table; `prefix` is the dotted key so far, with its dot.
Result<void> read_table(Configuration& configuration, const toml::table& table, const std::string& prefix,
                        const std::string& file) {
  for (const auto& [name, node] : table) {
    const std::string key = prefix + std::string(name.str());
    Result<void> done;
    if (key == "models") {
      done = read_models(configuration, node, file);
    } else if (key == "aliases") {
      done = read_aliases(configuration, node, file);
    } else if (key == "prices") {
      done = read_prices(configuration, node, file);
    } else if (key == "deadlines") {
      done = read_deadlines(configuration, node, file);
    } else if (const auto* inner = node.as_table()) {
      done = read_table(configuration, *inner, key + ".", file);
    } else {
      const auto text = as_text(node);
      done = text ? set(configuration, key, *text)
                  : base::invalid(key, "expected a number, a text, or a list of texts");
      if (!done)
        done = base::invalid(key, place(file, node.source()) + ": " + key + ": " + done.error().message);
    }
    if (!done) return done;
  }
  return {};
}

}  // namespace

Result<void> read_file(Configuration& configuration, const std::string& file) {
  // The library takes a folder for an empty file, and waits for somebody to write into a pipe.
  std::error_code unknown;
  const auto kind = std::filesystem::status(file, unknown).type();
  if (kind == std::filesystem::file_type::directory || kind == std::filesystem::file_type::fifo)
    return base::invalid("", file + ": it is not a file");
  try {
    return read_table(configuration, toml::parse_file(file), "", file);
  } catch (const toml::parse_error& error) {
    std::ostringstream message;
    message << place(file, error.source()) << ": " << error.description();
    return base::invalid("", message.str());
  }
}

}  // namespace trilogue::app
