// Bounds of what a node tells about itself.
#include "frontend/enroll/facts.hpp"

#include "common/ssh/public_key.hpp"
#include "common/text/printable.hpp"
#include "frontend/enroll/addresses.hpp"

#include <fmt/format.h>

namespace onefrontend {
namespace {

using one::Result;

constexpr std::size_t longest_text = 256;
constexpr std::size_t most_addresses = 256;
constexpr std::size_t most_keys = 16;

one::Failure bad(std::string_view field, std::string reason)
{
    return one::fail({.kind = one::ErrorKind::invalid,
                      .thing = fmt::format("facts.{}", field),
                      .reason = std::move(reason),
                      .doing = "use"});
}

Result<> check_text(std::string_view field, const std::string& text)
{
    if (text.size() > longest_text) return bad(field, fmt::format("it is longer than {} bytes", longest_text));
    if (!one::is_printable_line(text)) return bad(field, "it has control characters");
    return {};
}

}  // namespace

Result<> check_facts(const one::wire::Facts& facts)
{
    TRY(check_text("host_name", facts.host_name));
    TRY(check_text("machine_id", facts.machine_id));
    TRY(check_text("libvirt_uuid", facts.libvirt_uuid));
    TRY(check_text("os", facts.os));
    TRY(check_text("kernel", facts.kernel));
    TRY(check_text("architecture", facts.architecture));
    TRY(check_text("agent_version", facts.agent_version));
    if (facts.addresses.size() > most_addresses) return bad("addresses", fmt::format("more than {}", most_addresses));
    for (const auto& address : facts.addresses)
        if (normal_address(address) != address)
            return bad("addresses", "one of them is no IP address as it is spelled");
    if (facts.ssh_host_keys.empty())
        return one::fail({.kind = one::ErrorKind::invalid,
                          .thing = "facts.ssh_host_keys",
                          .reason = "a node without an SSH host key cannot be logged in to",
                          .next = "on the node: ssh-keygen -A, then start sshd",
                          .doing = "use"});
    if (facts.ssh_host_keys.size() > most_keys) return bad("ssh_host_keys", fmt::format("more than {}", most_keys));
    for (const auto& line : facts.ssh_host_keys)
        if (const auto key = one::ssh::parse_public_key(line); !key) return bad("ssh_host_keys", key.error().reason);
    if (facts.ssh_port < 1 || facts.ssh_port > 65535) return bad("ssh_port", "it is no port");
    return {};
}

}  // namespace onefrontend
