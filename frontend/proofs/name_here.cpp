// Asks getent as ssh would ask the resolver, and judges the answer.
#include "frontend/proofs/name_here.hpp"

#include "common/command.hpp"
#include "common/text/printable.hpp"
#include "common/text/words.hpp"
#include "frontend/enroll/addresses.hpp"
#include "frontend/enroll/names.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onefrontend {
namespace {

using one::Result;

constexpr std::chrono::milliseconds patience{6000};  // libc gives a dead name server 5 s before it asks the next
constexpr int getent_found_nothing = 2;

std::string how_to_name(const std::string& name)
{
    return fmt::format("give {} to the front-end's DNS or /etc/hosts, or join with --name ADDRESS", name);
}

}  // namespace

Result<std::vector<std::string>> resolve_here(const std::string& name)
{
    TRY(check_host_name(name));
    if (is_ipv4(name)) return std::vector{name};  // no resolver is asked for what is an address
    TRY_LET(const auto output, one::run_command({.argv = {"getent", "ahosts", name}, .limit = patience}));
    std::vector<std::string> addresses;
    if (output.exit_code == getent_found_nothing) return addresses;
    if (!output.ok())
        return one::fail(
            {.kind = one::ErrorKind::internal,
             .thing = name,
             .reason = fmt::format("getent ended with {}: {}", output.exit_code, one::plain_line(output.err)),
             .next = "getent ahosts " + name,
             .doing = "resolve"});
    for (const auto& line : one::split_lines(output.out)) {
        const auto words = one::split_words(line);
        if (words.empty()) continue;
        auto address = normal_address(words.front());
        if (!address.empty() && std::ranges::find(addresses, address) == addresses.end())
            addresses.push_back(std::move(address));
    }
    return addresses;
}

Findings judge_name(const std::string& name, const Result<std::vector<std::string>>& resolved,
                    const std::vector<std::string>& addresses)
{
    if (!resolved) {
        if (resolved.error().kind != one::ErrorKind::timeout) return {broken("host-name-unknown", resolved.error())};
        return {broken(
            "host-name-unknown",
            fmt::format("the front-end's resolver gave no answer for {} within {} s", name, patience.count() / 1000),
            "on the front-end: getent ahosts " + name)};
    }
    if (resolved->empty())
        return {broken("host-name-unknown",
                       fmt::format("the front-end cannot resolve {}: OpenNebula's drivers call ssh {}", name, name),
                       how_to_name(name))};

    std::vector<std::string> own;
    for (const auto& address : addresses)
        own.push_back(normal_address(address));
    std::vector<std::string> foreign = *resolved;
    std::erase_if(foreign, [&](const std::string& address) { return std::ranges::find(own, address) != own.end(); });
    if (foreign.empty()) return {};
    const auto elsewhere = one::join(foreign, ", ");
    const auto theirs = one::join(own, ", ");
    if (foreign.size() == resolved->size())
        return {broken("host-name-elsewhere",
                       fmt::format("on the front-end {} is {}, but this machine has {}", name, elsewhere,
                                   theirs.empty() ? "no address" : theirs),
                       how_to_name(name))};
    return {
        warning("host-name-elsewhere",
                fmt::format("on the front-end {} is also {}, which this machine does not have", name, elsewhere),
                fmt::format("leave one record of {} in DNS and /etc/hosts: ssh takes whichever comes first", name))};
}

}  // namespace onefrontend
