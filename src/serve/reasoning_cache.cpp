#include "serve/reasoning_cache.h"

#include <unordered_set>
#include <utility>

namespace trilogue::serve {

std::string ReasoningCache::name_of(std::string_view key_id, std::string_view call_id) {
  std::string name(key_id);
  name += '\n';  // in neither id
  name += call_id;
  return name;
}

void ReasoningCache::remember(std::string_view key_id, std::string_view call_id, std::string reasoning) {
  if (reasoning.empty()) return;
  std::string name = name_of(key_id, call_id);
  const std::size_t size = name.size() + reasoning.size();
  if (size > max_bytes_) return;

  const std::scoped_lock lock(mutex_);
  if (by_name_.contains(name)) return;
  newest_first_.push_front({std::move(name), std::move(reasoning)});
  by_name_[newest_first_.front().name] = newest_first_.begin();
  bytes_ += size;
  while (bytes_ > max_bytes_) {
    const Entry& oldest = newest_first_.back();
    bytes_ -= oldest.name.size() + oldest.reasoning.size();
    by_name_.erase(oldest.name);
    newest_first_.pop_back();
  }
}

void ReasoningCache::recall(std::string_view key_id, canon::Request& request) {
  std::unordered_set<std::string> named;
  for (auto& turn : request.turns) {
    auto* assistant = std::get_if<canon::AssistantTurn>(&turn);
    if (assistant == nullptr || assistant->calls.empty() || !assistant->reasoning.empty()) continue;
    const std::string name = name_of(key_id, assistant->calls.front().id);
    if (!named.insert(name).second) continue;
    const std::scoped_lock lock(mutex_);
    if (const auto found = by_name_.find(name); found != by_name_.end()) {
      assistant->reasoning = found->second->reasoning;
    }
  }
}

}  // namespace trilogue::serve
