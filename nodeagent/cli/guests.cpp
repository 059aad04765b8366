// Emulators and container monitors say in their arguments whom they run.
#include "nodeagent/cli/guests.hpp"

#include <algorithm>
#include <string_view>

namespace onenode::cli {
namespace {

/// Of "guest=one-12,debug-threads=on" or "[lxc monitor] /var/lib/lxc one-12"; empty where it is neither.
std::string guest_in(std::string_view word)
{
    if (word.starts_with("[lxc monitor]")) word.remove_prefix(word.rfind(' ') + 1);
    if (word.starts_with("guest=")) word.remove_prefix(6);
    constexpr std::string_view prefix = "one-";
    if (!word.starts_with(prefix)) return {};
    const auto end = std::min(word.find_first_not_of("0123456789", prefix.size()), word.size());
    return end == prefix.size() ? std::string{} : std::string{word.substr(0, end)};
}

}  // namespace

std::vector<std::string> guests_running(const HostView& host)
{
    std::vector<std::string> guests;
    for (const auto& process : host.processes().value_or(std::vector<Process>{})) {
        for (const auto& word : process.argv) {
            auto guest = guest_in(word);
            if (guest.empty()) continue;
            if (std::ranges::find(guests, guest) == guests.end()) guests.push_back(std::move(guest));
            break;
        }
    }
    std::ranges::sort(guests, [](const std::string& one, const std::string& other) {
        return one.size() != other.size() ? one.size() < other.size() : one < other;
    });
    return guests;
}

}  // namespace onenode::cli
