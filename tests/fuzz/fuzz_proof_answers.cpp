// Whatever a node answers to the login's and the probes' script, findings stay one line of plain text.
#include "common/probes/trouble.hpp"
#include "common/text/printable.hpp"
#include "frontend/proofs/login_script.hpp"
#include "frontend/proofs/ssh_trouble.hpp"
#include "tests/fuzz/input.hpp"

#include <algorithm>

namespace {

bool is_plain(const std::string& text)
{
    return std::ranges::all_of(text, [](char letter) { return letter >= ' ' && letter <= '~'; });
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text{one::fuzz::text_of(data, size)};
    one::fuzz::must(is_plain(one::plain_line(text)) && one::plain_line(text).size() <= 200);
    one::fuzz::must(is_plain(onefrontend::explain_ssh(text, "node1").cause));
    onefrontend::parse_login_answer(text);
    for (const auto& run : one::probes::parse(text).runs) {
        const auto trouble = one::probes::explain(run);
        one::fuzz::must(is_plain(to_line(run, trouble)) && is_plain(trouble.fix));
    }
    return 0;
}
