// A line of known_hosts that is read is read the same again.
#include "common/ssh/known_hosts.hpp"
#include "tests/fuzz/input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = one::fuzz::text_of(data, size);
    if (const auto host = one::ssh::parse_known_host(text)) {
        const auto again = one::ssh::parse_known_host(to_line(*host));
        one::fuzz::must(again && *again == *host);
    }
    return 0;
}
