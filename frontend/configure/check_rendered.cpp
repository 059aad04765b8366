// The last look: oned.conf and monitord.conf as OpenNebula will read them.
#include "frontend/configure/attribute_file.hpp"
#include "frontend/configure/check.hpp"
#include "frontend/configure/endpoint.hpp"

#include <fmt/format.h>

#include <array>

namespace onefrontend::configure {
namespace {

constexpr std::array<std::string_view, 6> whole_network{"ADDRESS", "MONITOR_ADDRESS", "PORT",
                                                        "THREADS", "PUBKEY",          "PRIKEY"};

one::Error wrong(std::string thing, std::string reason, std::string next = {})
{
    return {.kind = one::ErrorKind::invalid,
            .thing = std::move(thing),
            .reason = std::move(reason),
            .next = std::move(next),
            .doing = "use"};
}

std::string in(const AttributeFile& file, std::string_view vector, std::string_view key)
{
    const Entry* entry = file.find(vector);
    return entry ? file.value_in(*entry, key).value_or("") : "";
}

void check_monitord(Verdict& verdict, const Settings& settings, const AttributeFile& file)
{
    const auto error = [&](std::string_view key, std::string reason, std::string next = {}) {
        verdict.errors.push_back(wrong(fmt::format("{} of monitord.conf", key), std::move(reason), std::move(next)));
    };
    const Entry* network = file.find("NETWORK");
    if (!network || !network->is_vector)
        return error("NETWORK", "it is not there: nodes would be told nothing", "take NETWORK out of config.monitord");
    for (const auto key : whole_network)
        if (!file.value_in(*network, key))
            error(fmt::format("NETWORK/{}", key), "it is missing, and has no default once NETWORK is in the file");
    const auto address = in(file, "NETWORK", "MONITOR_ADDRESS");
    if (address != "auto" && (!is_host(address) || is_loopback(address) || is_wildcard(address) ||
                              is_cluster_name(address) || is_inside(address, settings.inside_networks)))
        error("NETWORK/MONITOR_ADDRESS",
              fmt::format("no node reaches {}", address.empty() ? "an empty address" : address),
              "set monitoring.address to an address that nodes can reach");
    const auto log = upper(in(file, "LOG", "SYSTEM"));
    if (log != "FILE" && log != "SYSLOG")
        error("LOG/SYSTEM", "onemonitord has no standard error: its lines would go into whatever file it opens first",
              "use file or syslog");
    if (!settings.ipv6 && in(file, "NETWORK", "ADDRESS").find(':') != std::string::npos)
        error("NETWORK/ADDRESS", "onemonitord ends at once where it listens on IPv6 and frontend.ipv6 is false",
              "use 0.0.0.0");
}

void check_oned(Verdict& verdict, const Settings& settings, const AttributeFile& file)
{
    const auto server = in(file, "FEDERATION", "SERVER_ID");
    if (server != "-1" && !server.empty())
        verdict.errors.push_back(
            wrong("FEDERATION/SERVER_ID of oned.conf",
                  "Raft servers are not configured here: two of them on one database destroy it",
                  "leave it at -1; a highly available database and one oned come back within the time of a restart"));
    if (is_at_least(settings, "7.0") && !file.find("SCHED_MAD"))
        verdict.warnings.push_back(
            wrong("SCHED_MAD of oned.conf",
                  "there is none: from 7.0 on oned starts the scheduler by it, and without it VMs stay pending"));
    if (upper(in(file, "DB", "BACKEND")) == "MYSQL") {
        const auto password = in(file, "DB", "PASSWD");
        if (password.find_first_of("\\\"") != std::string::npos)
            verdict.warnings.push_back(wrong(
                "the database's password",
                "it has a backslash or a quote in it: oned reads it, onedb (upgrades, backups) drops these letters",
                "give the database's user another password"));
    }
}

/// Each file is read by whoever has it: a file that is not there is not looked at.
template <class Look>
void look_at(Verdict& verdict, const Texts& files, std::string_view path, Look look)
{
    const auto text = files.find(path);
    if (text == files.end()) return;
    const auto file = AttributeFile::parse(text->second);
    if (file)
        look(*file);
    else
        verdict.errors.push_back(file.error());
}

}  // namespace

Verdict check_rendered(const Settings& settings, const Texts& files)
{
    Verdict verdict;
    look_at(verdict, files, monitord_conf, [&](const AttributeFile& file) { check_monitord(verdict, settings, file); });
    look_at(verdict, files, oned_conf, [&](const AttributeFile& file) { check_oned(verdict, settings, file); });
    return verdict;
}

}  // namespace onefrontend::configure
