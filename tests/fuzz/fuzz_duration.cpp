// A duration that is read is small enough to calculate with.
#include "common/text/duration.hpp"
#include "tests/fuzz/input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = one::fuzz::text_of(data, size);
    if (const auto time = one::parse_duration(text))
        one::fuzz::must(*one::parse_duration(one::to_text(*time)) == *time);
    return 0;
}
