// Each report is one change of one host, stored before the next.
#include "tests/oned-sim/monitor/reports.hpp"

#include "common/text/words.hpp"
#include "tests/oned-sim/objects/attribute_syntax.hpp"

#include <fmt/format.h>

#include <set>

namespace onedsim {
namespace {

constexpr std::size_t records_kept = 60;  // real ones are kept for twelve hours

std::vector<std::string> guests_of(const Attributes& states)
{
    std::set<std::int64_t> ids;
    for (const auto& guest : states.vectors("VM")) {
        const auto id = guest.find("ID");
        ids.insert(id == guest.end() ? -1 : to_number(id->second).value_or(-1));
    }
    std::vector<std::string> texts;
    for (const auto id : ids)
        texts.push_back(std::to_string(id));
    return texts;
}

}  // namespace

void HostReports::change(int id, const std::function<void(World&, Host&)>& work)
{
    world_.with([&](World& world) {
        auto* host = world.hosts.find(id);
        if (!host || host->state == HostState::offline) return;
        work(world, *host);
        if (auto saved = store_.save(world); !saved) log_.error("ONE", one::to_line(saved.error()));
    });
}

void HostReports::host_error(int id, const std::string& text)
{
    change(id, [&](World& world, Host& host) {
        if (host.state == HostState::error) return;
        log_.error("ONE", set_error(host, text, clock_.now()));
        world.update(host);
    });
}

void HostReports::system_report(int id, const std::string& text)
{
    auto report = parse_attribute_syntax(text);
    if (!report) {
        log_.error("InM", fmt::format("Error parsing monitoring template for host {}\nMessage: {}Error: {}", id, text,
                                      parser_words(report.error())));
        return;
    }
    change(id, [&](World& world, Host& host) {
        apply_report(host, *std::move(report));
        world.update(host);
        log_.debug("InM", fmt::format("Host {} ({}) successfully monitored.", host.name, host.id));
    });
}

void HostReports::vm_states(int id, const std::string& text)
{
    const auto states = parse_attribute_syntax(text);
    if (!states) {
        log_.error("InM", "Error parsing VM_STATE: " + parser_words(states.error()));
        log_.error("InM", "Received message was: " + text);
        return;
    }
    if (states->text("SYNC_STATE").value_or("") != "yes" && states->text("SYNC_STATE").value_or("") != "YES") return;
    if (!states->text("MISSING_STATE")) return;
    change(id, [&](World& world, Host& host) {
        const auto zombies = guests_of(*states);  // no guest is known here, so each one reported is a zombie
        host.attributes.erase("ZOMBIES");
        host.attributes.erase("TOTAL_ZOMBIES");
        if (!zombies.empty()) {
            host.attributes.add("TOTAL_ZOMBIES", std::to_string(zombies.size()));
            host.attributes.add("ZOMBIES", one::join(zombies, ", "));
        }
        world.update(host);
    });
}

void HostReports::host_record(int id, const MonitoringRecord& record)
{
    world_.with([&](World& world) {
        auto* host = world.hosts.find(id);
        if (!host) return;
        host->records.push_back(record);
        if (host->records.size() > records_kept) host->records.erase(host->records.begin());
    });
}

}  // namespace onedsim
