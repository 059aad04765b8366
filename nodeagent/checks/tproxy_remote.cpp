// The proxy takes a guest's connection before it makes its own: where that fails, the guest sees one that closes at once.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/probe_answers.hpp"
#include "nodeagent/vnm/proxy.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    Findings findings;
    for (const auto& service : vnm::services_of(vnm::network_conf(host), host)) {
        if (service.addresses.empty() || service.port == 0) continue;  // see tproxy-dns, tproxy-entries
        const auto& address = service.addresses.front();
        const auto answer = ask_tcp(host, address, service.port);
        if (!answer) return not_checked(answer.error());
        if (answer->problem.empty()) continue;
        const auto place = fmt::format("{} port {}", address, service.port);
        findings.push_back(
            error(fmt::format("guests ask for port {} of the transparent proxy, and from here {} cannot be reached: {}",
                              service.service_port, place, answer->problem),
                  answer->refused
                      ? fmt::format("on the front-end: whatever serves it must listen on {} (OneGate: :host: in "
                                    "onegate-server.conf), or OpenNebulaNetwork.conf name another remote_addr",
                                    place)
                      : fmt::format("let this machine reach {}: a firewall or a route between here and there", place),
                  std::to_string(service.service_port)));
    }
    return findings;
}

}  // namespace

constinit const Check tproxy_remote{
    .id = "tproxy-remote",
    .title = "this machine reaches what the transparent proxy connects to",
    .run = run,
    .object = "<port>",
    .covers = "F130",
    .explain =
        "Where the front-end set up the transparent proxy: whether this machine gets a connection to each service "
        "that guests reach through it, OneGate most of all.",
    .without_it = "a guest's connection to 169.254.16.9 opens and closes at once.",
    .mend = "the service's address, or the firewall between.",
};

}  // namespace onenode::checks
