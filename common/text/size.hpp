// Sizes as people read them: 512, 64K, 1.5G (powers of 1024).
#pragma once

#include <cstdint>
#include <string>

namespace one {

std::string size_to_text(std::uint64_t bytes);

}  // namespace one
