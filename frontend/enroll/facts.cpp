// Bounds of what a node tells about itself.
#include "frontend/enroll/facts.hpp"

#include "common/ssh/public_key.hpp"
#include "common/text/printable.hpp"
#include "frontend/enroll/addresses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace onefrontend {
namespace {

using one::Result;

constexpr std::size_t longest_text = 256;
constexpr std::size_t most_addresses = 256;
constexpr std::size_t most_keys = 16;
constexpr std::size_t longest_initiator = 223;  // RFC 3720
constexpr std::size_t most_macs = 256;

one::Failure bad(std::string_view field, std::string reason)
{
    return one::fail({.kind = one::ErrorKind::invalid,
                      .thing = fmt::format("facts.{}", field),
                      .reason = std::move(reason),
                      .doing = "use"});
}

bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/// Lower-case hexadecimal digits where the form has an 'x', and as the form is elsewhere: equal ones are equal bytes.
bool has_form(std::string_view text, std::string_view form)
{
    return std::ranges::equal(text, form, [](char c, char wanted) { return wanted == 'x' ? is_hex(c) : c == wanted; });
}

Result<> check_text(std::string_view field, const std::string& text)
{
    if (text.size() > longest_text) return bad(field, fmt::format("it is longer than {} bytes", longest_text));
    if (!one::is_printable_line(text)) return bad(field, "it has control characters");
    return {};
}

/// What machines are told apart by, and compared.
Result<> check_marks(const one::wire::Facts& facts)
{
    if (!facts.libvirt_uuid.empty() && !has_form(facts.libvirt_uuid, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"))
        return bad("libvirt_uuid", "it is no UUID in lower case");
    const auto& initiator = facts.iscsi_initiator;
    if (initiator.size() > longest_initiator)
        return bad("iscsi_initiator", fmt::format("it is longer than {} bytes", longest_initiator));
    if (!std::ranges::all_of(initiator, [](char c) { return c > ' ' && c <= '~'; }))
        return bad("iscsi_initiator", "it has blanks, or characters that no such name has");
    if (facts.macs.size() > most_macs) return bad("macs", fmt::format("more than {}", most_macs));
    for (const auto& mac : facts.macs)
        if (!has_form(mac, "xx:xx:xx:xx:xx:xx")) return bad("macs", "one of them is no MAC address in lower case");
    return {};
}

}  // namespace

Result<> check_facts(const one::wire::Facts& facts)
{
    TRY(check_text("host_name", facts.host_name));
    TRY(check_text("machine_id", facts.machine_id));
    TRY(check_marks(facts));
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
