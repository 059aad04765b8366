// A token that is read is written the same again.
#include "common/join_token.hpp"
#include "tests/fuzz/input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = one::fuzz::text_of(data, size);
    if (const auto token = one::parse_join_token(text)) {
        const auto written = one::to_text(*token);
        one::fuzz::must(one::parse_join_token(written.reveal()).has_value());
    }
    return 0;
}
