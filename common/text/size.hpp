// Sizes as people write them: 512, 64K, 1.5G (powers of 1024).
#pragma once

#include "common/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace one {

Result<std::uint64_t> parse_size(std::string_view text);
std::string size_to_text(std::uint64_t bytes);

}  // namespace one
