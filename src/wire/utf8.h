// Where characters begin and end in UTF-8 bytes. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace trilogue::wire {

// Well formed by RFC 3629: no surrogates, nothing overlong, nothing over U+10FFFF.
bool is_valid_utf8(std::string_view bytes);

// How many bytes at the end are the beginning of a character whose rest has not come yet: 0 to 3. Bytes that
// no continuation could mend are not counted.
std::size_t incomplete_tail(std::string_view bytes);

// The largest place ≤ `at` (and ≤ size) that does not stand inside a character of valid text.
std::size_t border_before(std::string_view text, std::size_t at);

// Characters of valid text: bytes that do not go on with one.
std::size_t count_characters(std::string_view text);

// The same bytes with every part that is not well formed replaced by U+FFFD, one for each maximal part as
// browsers do it.
std::string replace_invalid_utf8(std::string_view bytes);

}  // namespace trilogue::wire
