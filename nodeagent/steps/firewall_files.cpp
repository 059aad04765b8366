// A policy for firewalld, and lines for ufw's before.rules.
#include "nodeagent/steps/firewall_files.hpp"

#include "nodeagent/firewall/words.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::steps {

using firewall::Openings;
using firewall::Way;

std::string firewalld_policy(const Openings& openings)
{
    std::string text = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                       "<!-- Written by onenode: what OpenNebula needs let in. `onenode leave` takes it away. -->\n"
                       "<policy priority=\"-100\" target=\"CONTINUE\">\n"
                       "  <short>onenode</short>\n"
                       "  <ingress-zone name=\"ANY\"/>\n"
                       "  <egress-zone name=\"HOST\"/>\n";
    for (const auto& opening : openings) {
        if (opening.way != Way::in) continue;
        for (const auto& peer : opening.peers)
            text += fmt::format("  <rule family=\"{}\">\n"
                                "    <source address=\"{}\"/>\n"
                                "    <port port=\"{}\" protocol=\"{}\"/>\n"
                                "    <accept/>\n"
                                "  </rule>\n",
                                firewall::is_six(peer) ? "ipv6" : "ipv4", peer, firewall::ports(opening, '-'),
                                opening.protocol);
    }
    return text + "</policy>\n";
}

std::vector<std::string> ufw_lines(const Openings& openings, bool six)
{
    std::vector<std::string> rules;
    for (auto opening : openings) {
        std::erase_if(opening.peers, [six](const std::string& peer) { return firewall::is_six(peer) != six; });
        for (const auto& peer : opening.peers) {
            auto alone = opening;
            alone.peers = {peer};
            rules.push_back(fmt::format("-I ufw{}-before-{} -m comment --comment onenode {}", six ? "6" : "",
                                        opening.way == Way::in ? "input" : "output",
                                        one::join(firewall::iptables_words(alone), " ")));
        }
    }
    if (rules.empty()) return {};
    rules.insert(rules.begin(), "*filter");
    rules.emplace_back("COMMIT");
    return rules;
}

}  // namespace onenode::steps
