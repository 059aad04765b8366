// Emulators and container monitors say in their arguments whom they run.
#include "nodeagent/core/guests.hpp"

#include <algorithm>
#include <string_view>

namespace onenode {
namespace {

// "-name guest=one-12,debug-threads=on". Without a name it is libvirt asking QEMU what it can do.
std::string guest_of_qemu(const Process& process)
{
    const std::string_view program = process.argv.front();
    const auto name = program.substr(program.rfind('/') + 1);
    if (!name.starts_with("qemu-system-") && !name.starts_with("qemu-kvm")) return {};
    const auto option = std::ranges::find(process.argv, "-name");
    if (option == process.argv.end() || option + 1 == process.argv.end()) return {};
    std::string_view guest = *(option + 1);
    if (guest.starts_with("guest=")) guest.remove_prefix(6);
    return std::string{guest.substr(0, guest.find(','))};
}

// "[lxc monitor] /var/lib/lxc one-12", in one word or several
std::string guest_of_lxc(const Process& process)
{
    if (!process.argv.front().starts_with("[lxc monitor]")) return {};
    const std::string_view last = process.argv.back();
    return std::string{last.substr(last.rfind(' ') + 1)};
}

Result<std::vector<std::string>> guests_by(const HostView& host,
                                           const std::vector<std::string (*)(const Process&)>& names)
{
    TRY_LET(const auto processes, host.processes().map_error(one::while_doing("look for guests in")));
    std::vector<std::string> guests;
    for (const auto& process : processes)
        for (const auto name_of : names)
            if (!process.argv.empty())
                if (auto guest = name_of(process); !guest.empty()) guests.push_back(std::move(guest));
    std::ranges::sort(guests, [](const std::string& one, const std::string& other) {  // 7 comes before 12
        return one.size() != other.size() ? one.size() < other.size() : one < other;
    });
    guests.erase(std::unique(guests.begin(), guests.end()), guests.end());
    return guests;
}

}  // namespace

Result<std::vector<std::string>> all_guests(const HostView& host)
{
    return guests_by(host, {guest_of_qemu, guest_of_lxc});
}

bool is_of_opennebula(std::string_view guest)
{
    constexpr std::string_view prefix = "one-";
    if (!guest.starts_with(prefix) || guest.size() == prefix.size()) return false;
    return guest.find_first_not_of("0123456789", prefix.size()) == std::string_view::npos;
}

Result<std::vector<std::string>> guests_of_opennebula(const HostView& host)
{
    TRY_LET(auto guests, all_guests(host));
    std::erase_if(guests, [](const std::string& guest) { return !is_of_opennebula(guest); });
    return guests;
}

Result<std::vector<std::string>> guests_of_qemu(const HostView& host)
{
    return guests_by(host, {guest_of_qemu});
}

}  // namespace onenode
