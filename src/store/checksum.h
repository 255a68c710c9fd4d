// CRC-32C (Castagnoli), by the processor's own instruction where it has one. A pure function.
#pragma once

#include <cstdint>
#include <string_view>

namespace trilogue::store {

std::uint32_t crc32c(std::string_view bytes);

// The same on any processor.
std::uint32_t crc32c_by_table(std::string_view bytes);

}  // namespace trilogue::store
