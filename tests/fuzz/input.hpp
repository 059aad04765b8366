// What every fuzzer starts from: the bytes as text, and an end that libFuzzer notices.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace one::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size)
{
    return {reinterpret_cast<const char*>(data), size};
}

inline void must(bool truth)
{
    if (!truth) std::abort();
}

}  // namespace one::fuzz
