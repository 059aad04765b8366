// Live migration comes in on ports of its own; a firewall that nobody told stalls it at 0 % (F75). Judged from what
// firewalld and ufw are told, in favour of them where zones differ.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/reading.hpp"
#include "nodeagent/core/risks.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>
#include <pugixml.hpp>

#include <algorithm>

namespace onenode::checks {
namespace {

constexpr long long first_port = 49152;
constexpr long long last_port = 49215;

bool runs_firewalld(const HostView& host)
{
    const auto processes = host.processes().value_or(std::vector<Process>{});
    return std::ranges::any_of(processes, [](const Process& process) {  // a Python script
        return std::ranges::any_of(process.argv, [](const auto& word) { return word.ends_with("/firewalld"); });
    });
}

bool covers(std::string_view range, char between)  // "49152-49215", "49152:49215"
{
    const auto middle = range.find(between);
    const auto first = number_of(range.substr(0, middle));
    const auto last = middle == std::string_view::npos ? first : number_of(range.substr(middle + 1));
    return first && last && *first <= first_port && *last >= last_port;
}

bool lets_in(const pugi::xml_node& zone)
{
    if (std::string_view{zone.attribute("target").value()} == "ACCEPT") return true;
    return std::ranges::any_of(
               zone.children("port"),
               [](const pugi::xml_node& port) { return covers(port.attribute("port").value(), '-'); }) ||
           std::ranges::any_of(zone.children("rule"), [](const pugi::xml_node& rule) {
               return rule.child("accept") &&
                      (!rule.child("port") || covers(rule.child("port").attribute("port").value(), '-'));
           });
}

// Any zone that may be in use: the default one and those with interfaces or sources of their own.
bool firewalld_lets_in(const HostView& host)
{
    const auto fallback =
        setting_in(host.read("/etc/firewalld/firewalld.conf").value_or(""), "DefaultZone").value_or("public");
    bool seen = false;
    for (const auto& file : drop_ins(host, {"/usr/lib/firewalld/zones", "/etc/firewalld/zones"}, ".xml")) {
        pugi::xml_document document;
        const auto text = host.read(file).value_or("");
        if (!document.load_buffer(text.data(), text.size())) continue;
        const auto zone = document.child("zone");
        const auto slash = file.rfind('/') + 1;
        const bool is_default = file.substr(slash, file.size() - slash - 4) == fallback;
        if (!is_default && !zone.child("interface") && !zone.child("source")) continue;
        seen = true;
        if (lets_in(zone)) return true;
    }
    return !seen;  // zones that we cannot find are no reason to complain
}

// "### tuple ### allow tcp 49152:49215 0.0.0.0/0 any 10.0.0.0/24 in"
bool ufw_lets_in(const HostView& host)
{
    if (setting_in(host.read("/etc/default/ufw").value_or(""), "DEFAULT_INPUT_POLICY") == "ACCEPT") return true;
    for (const auto& line : one::split_lines(host.read("/etc/ufw/user.rules").value_or(""))) {
        const auto words = one::split_words(line);
        if (words.size() < 6 || words[1] != "tuple" || words[3] != "allow") continue;
        const bool any_port = words[5] == "any" && (words[4] == "any" || words[4] == "tcp");
        if (any_port || (words[4] != "udp" && covers(words[5], ':'))) return true;
    }
    return false;
}

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (is_lxc(context)) return not_needed("containers do not migrate live");
    if (context.joining && accepts(facts, risks::firewall)) return left_to_join();
    if (!context.openings.empty()) return {};  // firewall-closed knows from whom
    const auto closed = [](std::string_view firewall, std::string fix) -> Findings {
        return {warning(
            fmt::format("{} lets nobody in on the ports of live migration ({} to {})", firewall, first_port, last_port),
            std::move(fix))};
    };
    if (runs_firewalld(host) && !firewalld_lets_in(host))
        return closed("firewalld", fmt::format("firewall-cmd --permanent --add-port={}-{}/tcp && firewall-cmd --reload",
                                               first_port, last_port));
    if (setting_in(host.read("/etc/ufw/ufw.conf").value_or(""), "ENABLED") == "yes" && !ufw_lets_in(host))
        return closed("ufw", fmt::format("ufw allow {}:{}/tcp", first_port, last_port));
    return {};
}

}  // namespace

constinit const Check migration_ports{
    .id = "migration-ports",
    .title = "the firewall lets live migration in",
    .run = run,
    .severity = Severity::warning,
    .drivers = Drivers::kvm_and_qemu,
    .covers = "F75",
    .explain = "Whether firewalld or ufw, where they run, let live migration in (49152 to 49215), judged from their "
               "files and in their favour.",
    .without_it = "a migration that stands at 0 %.",
    .mend = "open the ports.",
};

}  // namespace onenode::checks
