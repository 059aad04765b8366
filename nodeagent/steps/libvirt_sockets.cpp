// Sockets rather than daemons: systemd holds libvirt's sockets, and a daemon runs while somebody asks it. What a person
// started by hand is gone after the next boot, and the front-end sees a host in ERROR.
#include "nodeagent/steps/libvirt_sockets.hpp"

#include "nodeagent/steps/steps.hpp"

#include <fmt/format.h>

#include <array>

namespace onenode::steps {
namespace {

constexpr std::string_view wants = "/etc/systemd/system/sockets.target.wants";
constexpr std::array reads{wants};

Changes plan(const Facts& facts, const DesiredState& desired)
{
    return desired.type == "lxc" ? Changes{} : want_sockets_at_boot(facts);
}

}  // namespace

Changes want_sockets_at_boot(const Facts& facts)
{
    const std::string why = "OpenNebula's drivers reach libvirt there, also after a boot";
    Changes changes;
    if (!facts.libvirt.asleep.empty() && facts.file(wants) == nullptr)
        changes.emplace_back(MakeDirectory{.path = std::string{wants}, .why = why});
    for (const auto& file : facts.libvirt.asleep)
        changes.emplace_back(MakeLink{
            .path = fmt::format("{}/{}", wants, file.substr(file.rfind('/') + 1)), .target = file, .why = why});
    return changes;
}

constinit const Step libvirt_sockets{"libvirt-sockets", "libvirt is there after a boot", reads, plan};

}  // namespace onenode::steps
