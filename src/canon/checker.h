// Holds a stream of events to the grammar of canon/event.h and to what its numbers promise. For tests of
// every engine and reader; one per stream, one thread. Never part of a request's way.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "canon/event.h"

namespace trilogue::canon {

class Checker final {
 public:
  explicit Checker(int choices) : choices_(static_cast<std::size_t>(choices)) {}

  // What is wrong with this event after the ones before; empty when nothing is.
  std::optional<std::string> on(const Event& event);

  // What is missing at the end of the stream: choices that neither finished nor failed.
  std::optional<std::string> end() const;

 private:
  enum class Stage { fresh, between, inside, over };
  struct Choice {
    Stage stage = Stage::fresh;
    std::optional<BlockKind> last;  // the block that is open, or was
    bool cut = false;
    int calls = 0;
    Started started;
    int output = 0;
    int reasoning = 0;
  };
  using Violation = std::optional<std::string>;

  Violation take(Choice& choice, const Started& started);
  Violation take(Choice& choice, const BlockOpened& opened);
  Violation take(Choice& choice, const Delta& delta);
  Violation take(Choice& choice, const BlockClosed& closed);
  Violation take(Choice& choice, const Finished& finished);
  Violation take(Choice& choice, const Failed& failed);
  Violation take_call(Choice& choice, const BlockOpened& opened);
  Violation check_usage(const Choice& choice, const Usage& usage) const;

  std::vector<Choice> choices_;
  std::set<std::string> call_ids_;
};

// The first violation in a whole stream, with the place of its event; empty when there is none.
std::optional<std::string> first_violation(const std::vector<Event>& events, int choices);

}  // namespace trilogue::canon
