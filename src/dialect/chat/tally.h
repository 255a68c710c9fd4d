// The usage of one answer: the prompt once, what was written over all choices. Fed every event of the stream;
// belongs to one encoder. Allocates nothing after construction.
#pragma once

#include <string>
#include <vector>

#include "canon/event.h"

namespace trilogue::dialect::chat {

class Tally final {
 public:
  explicit Tally(int choices) : written_(static_cast<std::size_t>(choices)) {}

  void on(int choice, const canon::Started& started);
  void on(int choice, const canon::Delta& delta);
  void on(int choice, const canon::Finished& finished);
  void on(int choice, const canon::Failed& failed);

  const canon::Usage& usage() const { return usage_; }

 private:
  struct Written {
    int output = 0;
    int reasoning = 0;
  };
  void set_prompt(int tokens, int cached);
  void set_written(int choice, Written now);

  std::vector<Written> written_;
  canon::Usage usage_;
};

// {"prompt_tokens":…} with both detail objects.
void append_usage(std::string& out, const canon::Usage& usage);

}  // namespace trilogue::dialect::chat
