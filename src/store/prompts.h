// The bodies of the newest requests, for an operator who asked for them to be kept ([prompts] in the
// configuration; by default there is no object of this class and no file). In a file of its own, so that it
// can be removed by itself. Bounded by count, and each by its size. Any thread; the work is done on a thread
// of its own, and answers come back on that thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "store/database_thread.h"

namespace trilogue::store {

struct RecordedPrompt {
  std::string span_id;  // of its request in the ledger
  std::string text;
  bool cut = false;  // there was more of it
  friend bool operator==(const RecordedPrompt&, const RecordedPrompt&) = default;
};

class Prompts final {
 public:
  template <class T>
  using Answer = std::function<void(base::Result<T>)>;

  // `file` "": in memory. `count`: the newest that stay. Failure: unavailable, in words for the operator.
  static base::Result<std::unique_ptr<Prompts>> open(const std::string& file, std::int64_t count);

  // False when the disk does not keep up, and it is not kept.
  bool add(RecordedPrompt prompt, Answer<void> answer);

  void find(std::string span_id, Answer<std::optional<RecordedPrompt>> answer);

 private:
  Prompts(std::unique_ptr<Database> database, std::int64_t count)
      : count_(count), thread_(std::move(database)) {}

  const std::int64_t count_;
  DatabaseThread thread_;
};

}  // namespace trilogue::store
