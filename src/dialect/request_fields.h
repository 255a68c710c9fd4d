// Fields that requests of all dialects have alike, read by one rule: counts, efforts, stop strings, names of
// tools. For the parsers; faults go to the reader. Pure; any thread.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "canon/request.h"
#include "wire/json_node.h"

namespace trilogue::dialect {

// The upper end of an integer that has none of its own.
inline constexpr std::int64_t kAnyInteger = std::numeric_limits<std::int64_t>::max();
inline constexpr std::size_t kMostStopStrings = 16;
inline constexpr std::size_t kLongestStopString = 512;  // bytes; each is held again for every choice
inline constexpr std::size_t kLongestModelName = 256;   // bytes; a stream says it in every chunk

// A count of tokens: whatever is larger than an int is as good as no limit.
int as_count(std::int64_t value);

// low, medium, high; and what agents send besides: none, minimal (low), xhigh and max (high). Absent: none.
std::optional<canon::Effort> read_effort(wire::Reader& reader, const wire::Node& node);

// The field `model`: some text, no longer than a name is.
std::string_view read_model(wire::Reader& reader, const wire::Node& body);

// A text at which the answer ends: of 1 to 512 bytes.
std::string_view read_stop_string(wire::Reader& reader, const wire::Node& text);

// An array of up to 16 of them. Absent: none.
std::vector<std::string> read_stop_strings(wire::Reader& reader, const wire::Node& array);

// [A-Za-z0-9_-]{1,128}
std::string_view read_tool_name(wire::Reader& reader, const wire::Node& name);

// Names of the tools seen so far; the views point into the document of the request.
using ToolNames = std::unordered_set<std::string_view>;

// A fault at `tool` when another one before it has this name.
void require_new_name(wire::Reader& reader, const wire::Node& tool, std::string_view name, ToolNames& names);

// A fault at `name` when no tool is called so.
void require_known_tool(wire::Reader& reader, const wire::Node& name, const std::vector<canon::Tool>& tools);

// What is said of an image, a video or a sound, until they are read.
std::string media_refusal(std::string_view type);

// Callers' text as a message may repeat it: at most 64 bytes, cut between characters.
std::string shortened(std::string_view text);

}  // namespace trilogue::dialect
