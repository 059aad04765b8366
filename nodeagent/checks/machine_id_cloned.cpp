// Addresses and names are derived from /etc/machine-id (F143). Two equal ones the front-end sees, and warns; one that is
// missing, as images for cloning have it, is seen here.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/reading.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

Findings run(const Facts& facts, const HostView& host, const CheckContext&)
{
    if (!facts.systemd) return not_needed("systemd does not run here");
    const auto id = word_in(host, "/etc/machine-id");
    const bool good = id.size() == 32 && id.find_first_not_of("0123456789abcdef") == std::string::npos &&
                      id.find_first_not_of(id.front()) != std::string::npos;
    if (good) return {};
    const auto text = host.read("/etc/machine-id");
    if (text && text->empty())
        return {warning("this machine is an image: it gets a machine-id when it boots next", "systemctl reboot")};
    return {warning(id.empty() ? std::string{"this machine has no machine-id"}
                               : fmt::format("/etc/machine-id holds '{}', which is nobody's", id.substr(0, 40)),
                    "rm -f /etc/machine-id && systemd-machine-id-setup && systemctl reboot")};
}

}  // namespace

constinit const Check machine_id_cloned{
    .id = "machine-id-cloned",
    .title = "this machine has an id",
    .run = run,
    .severity = Severity::warning,
    .covers = "F143",
    .explain = "Whether `/etc/machine-id` holds an id. One that another node has is found by the front-end, a warning "
               "of the join. An empty "
               "file is an image's, as `onenode prepare` leaves it: its next boot writes one.",
    .without_it = "two nodes that share addresses from DHCP, and take each other's place.",
    .mend = "a new one, before joining.",
};

}  // namespace onenode::checks
