// A table of words for a terminal: columns as wide as their longest cell.
#pragma once

#include <string>
#include <vector>

namespace trilogue::app {

struct TextTable {
  std::vector<std::vector<std::string>> rows;  // the first is the head
  std::vector<bool> numbers;                   // columns that stand to the right

  std::string text() const;
};

}  // namespace trilogue::app
