// Read as the server reads it, in pieces of just what is wanted, a PROXY header ends within bounds.
#include "common/http/proxy_header.hpp"
#include "common/text/address.hpp"
#include "tests/fuzz/input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = one::fuzz::text_of(data, size);
    std::size_t taken = 0;
    while (true) {
        const auto wanted = one::http::proxy_header_wants(std::string_view{text}.substr(0, taken));
        if (!wanted) return 0;
        if (*wanted == 0) break;
        taken += *wanted;
        one::fuzz::must(taken <= 2048 + 16);
        if (taken > text.size()) return 0;
    }
    const auto read = one::http::read_proxy_header(std::string_view{text}.substr(0, taken));
    if (read && !read->address.empty())
        one::fuzz::must(one::is_address(read->address) && one::is_address(read->local_address));
    return 0;
}
