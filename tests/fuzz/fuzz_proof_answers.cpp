// Whatever a node answers to the login's and the probes' script, findings stay one line of plain text.
#include "frontend/proofs/login_script.hpp"
#include "frontend/proofs/probe_script.hpp"
#include "frontend/proofs/probe_trouble.hpp"
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
    one::fuzz::must(is_plain(onefrontend::printable(text)) && onefrontend::printable(text).size() <= 200);
    one::fuzz::must(is_plain(onefrontend::explain_ssh(text, "node1").cause));
    onefrontend::parse_login_answer(text);
    for (const auto& run : onefrontend::parse_probe_runs(text).runs) {
        const auto finding = onefrontend::explain_probe(run);
        one::fuzz::must(is_plain(finding.id) && is_plain(finding.message) && is_plain(finding.fix));
    }
    return 0;
}
