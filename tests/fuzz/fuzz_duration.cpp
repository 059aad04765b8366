// A duration or size that is read is small enough to calculate with.
#include "common/text/duration.hpp"
#include "common/text/size.hpp"
#include "tests/fuzz/input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = one::fuzz::text_of(data, size);
    if (const auto time = one::parse_duration(text))
        one::fuzz::must(*one::parse_duration(one::to_text(*time)) == *time);
    if (const auto bytes = one::parse_size(text))
        one::fuzz::must(one::parse_size(one::size_to_text(*bytes)).has_value());
    return 0;
}
