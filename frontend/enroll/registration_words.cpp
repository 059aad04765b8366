// The words about hosts, and the judgement whose they are.
#include "frontend/enroll/registration_words.hpp"

#include <algorithm>

namespace onefrontend {

using one::ErrorKind;
using one::wire::HostReport;

std::int64_t epoch_now()
{
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::string host_words(const oned::Host& host)
{
    return "host " + std::to_string(host.id) + " (" + host.name + ")";
}

HostReport without_host(const Node& node)
{
    return {.name = node.name, .phase = std::string{to_string(node.phase)}};
}

bool has_vms(const oned::Host& host)
{
    return host.running_vms > 0 || !host.vms.empty();
}

one::Error vms_run(const oned::Host& host)
{
    const auto count = std::max<std::size_t>(host.vms.size(), static_cast<std::size_t>(std::max(host.running_vms, 0)));
    return {.kind = ErrorKind::conflict,
            .thing = host_words(host),
            .reason = "OpenNebula has " + std::to_string(count) + " VMs on it",
            .next = "migrate or delete them (onevm list --filter HOST=" + host.name + ")",
            .doing = "remove"};
}

bool is_as_far(const Node& present, const Node& before)
{
    return present.phase == before.phase && present.host_id == before.host_id &&
           present.claimed_key == before.claimed_key && present.intent.host_id == before.intent.host_id &&
           present.intent.host_name == before.intent.host_name;
}

one::Error went_on(const Node& present)
{
    return {.kind = ErrorKind::busy,
            .thing = "node " + present.name,
            .reason = "another request changed how far it is at the same moment: it is " +
                      std::string{to_string(present.phase)},
            .next = "try again",
            .doing = "change"};
}

bool may_be_ours(const oned::Host& host, const Node& node)
{
    return host.name == node.intent.host_name && host.im_mad == node.type &&
           (host.onenode.empty() || host.onenode == std::to_string(node.id));
}

}  // namespace onefrontend
