#include "app/text_table.h"

#include <algorithm>

#include "wire/utf8.h"

namespace trilogue::app {

std::string TextTable::text() const {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], wire::count_characters(row[i]));
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string space(widths[i] - wire::count_characters(row[i]), ' ');
      const bool right = i < numbers.size() && numbers[i];
      line += (i > 0 ? "  " : "") + (right ? space + row[i] : row[i] + space);
    }
    while (line.ends_with(' ')) line.pop_back();
    out += line + "\n";
  }
  return out;
}

}  // namespace trilogue::app
