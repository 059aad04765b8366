// Whatever a node calls its machine types and CPUs, what is said of two nodes is short and steers no terminal.
#include "common/text/printable.hpp"
#include "frontend/proofs/pair.hpp"
#include "tests/fuzz/input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto told = onefrontend::parse_capabilities(one::fuzz::text_of(data, size));
    const onefrontend::Hypervisor plain{"x86_64", "EPYC", {"pc-i440fx-7.2", "pc-q35-7.2"}};
    const onefrontend::PairEnd first{.name = "kvm1", .type = "qemu", .machine_id = ""};
    const onefrontend::PairEnd second{.name = "kvm2", .type = "qemu", .machine_id = ""};
    for (const auto& finding : judge_peer_hypervisors(first, told, second, plain)) {
        one::fuzz::must(one::is_printable_line(finding.message) && finding.message.size() < 2000);
        one::fuzz::must(one::is_printable_line(finding.fix));
    }
    return 0;
}
