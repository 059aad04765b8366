// Who this machine is: what goes to the front-end.
#include "nodeagent/core/gather.hpp"

#include "common/ssh/public_key.hpp"
#include "common/text/letters.hpp"
#include "common/text/number.hpp"
#include "common/text/words.hpp"
#include "nodeagent/core/os_release.hpp"
#include "nodeagent/core/settings.hpp"
#include "nodeagent/core/sshd_settings.hpp"

#include <algorithm>

namespace onenode {
namespace {

std::string first_line(const HostView& host, std::string_view path)
{
    const auto text = host.read(path).value_or("");
    return std::string{one::trim(std::string_view{text}.substr(0, text.find('\n')))};
}

std::string operating_system(const HostView& host)
{
    const auto release = os_release(host);
    return release.id + (release.version.empty() ? "" : ' ' + release.version);
}

std::string architecture(const HostView& host)
{
    const auto answer = host.look({.argv = {"uname", "-m"}});
    return answer && answer->ok() ? std::string{one::trim(answer->out)} : std::string{};
}

// Those that the front-end could pin: cloud-init also makes a key of type DSA, which no sshd of today offers.
std::vector<std::string> ssh_host_keys(const HostView& host)
{
    std::vector<std::string> keys;
    const auto names = host.list("/etc/ssh").value_or(std::vector<std::string>{});
    for (const auto& name : names)
        if (name.starts_with("ssh_host_") && name.ends_with("_key.pub"))
            if (auto key = first_line(host, "/etc/ssh/" + name); one::ssh::parse_public_key(key))
                keys.push_back(std::move(key));
    return keys;
}

int ssh_port(const HostView& host)
{
    if (!sshd_can_read(host)) return 22;  // sshd-config says why
    const auto answer = host.look({.argv = {"sshd", "-T"}});
    if (!answer || !answer->ok()) return 22;
    for (const auto& line : one::split_lines(answer->out)) {
        if (!line.starts_with("port ")) continue;
        return one::to_port(one::trim(line.substr(5))).value_or(22);
    }
    return 22;
}

}  // namespace

std::string iscsi_initiator(const HostView& host)
{
    return setting_in(host.read("/etc/iscsi/initiatorname.iscsi").value_or(""), "InitiatorName").value_or("");
}

std::vector<std::string> physical_macs(const HostView& host)
{
    constexpr std::size_t most = 64;
    constexpr std::size_t length = 17;  // InfiniBand's are longer, and no MACs
    std::vector<std::string> macs;
    for (const auto& name : host.list("/sys/class/net").value_or(std::vector<std::string>{})) {
        const auto link = "/sys/class/net/" + name;
        if (!host.stat(link + "/device") || host.stat(link + "/device/physfn")) continue;
        auto mac = first_line(host, link + "/address");
        if (mac.size() == length && mac != "00:00:00:00:00:00") macs.push_back(std::move(mac));
    }
    std::ranges::sort(macs);
    macs.erase(std::unique(macs.begin(), macs.end()), macs.end());  // a bond's members show one
    if (macs.size() > most) macs.resize(most);
    return macs;
}

std::string board_uuid(const HostView& host)
{
    const auto uuid = one::to_lower(first_line(host, "/sys/class/dmi/id/product_uuid"));
    if (uuid.empty()) return {};
    const bool is_one_digit = uuid.find_first_not_of(std::string{uuid.front(), '-'}) == std::string::npos;
    return is_one_digit ? std::string{} : uuid;
}

one::wire::Facts gather_identity(const HostView& host)
{
    return {
        .host_name = host.host_name(),
        .machine_id = first_line(host, "/etc/machine-id"),
        .os = operating_system(host),
        .kernel = first_line(host, "/proc/sys/kernel/osrelease"),
        .architecture = architecture(host),
        .agent_version = ONENODE_VERSION,
        .addresses = host.addresses(),
        .ssh_host_keys = ssh_host_keys(host),
        .ssh_port = ssh_port(host),
        .iscsi_initiator = iscsi_initiator(host),
        .macs = physical_macs(host),
    };
}

}  // namespace onenode
