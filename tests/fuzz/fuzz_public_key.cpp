// A key line that is read is read the same again.
#include "common/ssh/public_key.hpp"
#include "tests/fuzz/input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = one::fuzz::text_of(data, size);
    if (const auto key = one::ssh::parse_public_key(text)) {
        const auto again = one::ssh::parse_public_key(to_line(*key));
        one::fuzz::must(again && same_key(*key, *again));
    }
    return 0;
}
