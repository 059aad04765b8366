// Why a host is in ERROR, out of onemonitord's lines: without its XML, and with the meaning where the text has none.
#include "frontend/proofs/monitor_log.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace onefrontend {
namespace {

struct Saying {
    std::string_view before_id;
    std::string_view after_id;
};
constexpr std::array sayings{
    Saying{"Start monitor failed for host ", ": "},
    Saying{"Error parsing start message for host ", ": "},
    Saying{"Failed to get system information for host ", ": "},
    Saying{"Failed to monitor host ", ": "},
    Saying{"Error condition detected on beacon for host ", ": "},
    Saying{"Error parsing monitoring template for host ", "\n"},
};

struct Meaning {
    std::string_view text;  // what the reason ends in, or is
    std::string_view meaning;
};
constexpr std::array meanings{
    Meaning{"Could not update remotes", "the SSH login to the host's name, its mkdir or the rsync failed"},
    Meaning{"Error executing machines_models.rb:", "virsh as oneadmin cannot reach qemu:///system on the node"},
    Meaning{"Error executing pci.rb:", "lspci is missing on the node, or pci.conf is not valid"},
};

/// A message starts where a line begins with its date and `[Z<zone>][<module>][<level>]: `.
std::size_t end_of_stamp(std::string_view line)
{
    constexpr std::size_t longest_stamp = 64;
    const auto zone = line.substr(0, longest_stamp).find(" [Z");
    if (zone == std::string_view::npos) return std::string_view::npos;
    const auto end = line.substr(0, longest_stamp).find("]: ", zone);
    return end == std::string_view::npos ? end : end + 3;
}

/// Tags away, runs of blanks to one, at most a few hundred characters.
std::string as_one_line(std::string_view text)
{
    constexpr std::size_t longest = 400;
    std::string line;
    bool in_tag = false;
    for (std::size_t at = 0; at < text.size() && line.size() < longest; ++at) {
        const char c = text[at];
        const char next = at + 1 < text.size() ? text[at + 1] : ' ';
        if (c == '<' && (next == '/' || std::isupper(static_cast<unsigned char>(next)))) in_tag = true;
        const auto byte = static_cast<unsigned char>(c);
        if (!in_tag && byte >= 0x20 && byte != 0x7F && !(c == ' ' && (line.empty() || line.back() == ' '))) line += c;
        if (!in_tag && byte < 0x20 && !line.empty() && line.back() != ' ') line += ' ';
        if (c == '>' && in_tag) in_tag = false;
    }
    while (!line.empty() && line.back() == ' ')
        line.pop_back();
    return line;
}

/// What a start message that is not XML holds before the probe's error is what the other probes printed.
std::string_view from_the_error_on(std::string_view text)
{
    const auto at = text.find("Error executing ");
    return at == std::string_view::npos ? text : text.substr(at);
}

std::string with_meaning(std::string reason)
{
    const auto* known =
        std::ranges::find_if(meanings, [&](const Meaning& entry) { return reason.ends_with(entry.text); });
    if (known == meanings.end()) return reason;
    if (reason.ends_with(':')) reason.pop_back();
    return reason + " (" + std::string{known->meaning} + ")";
}

/// The reason that this message gives for the host; empty where it speaks of something else.
std::string reason_in(std::string_view message, const std::string& id)
{
    for (const auto& [before, after] : sayings) {
        if (!message.starts_with(before) || !message.substr(before.size()).starts_with(id)) continue;
        const std::string_view rest = message.substr(before.size() + id.size());
        if (!rest.starts_with(after)) continue;
        std::string reason = as_one_line(from_the_error_on(rest.substr(after.size())));
        return reason.empty() ? std::string{"onemonitord gave no reason"} : with_meaning(std::move(reason));
    }
    return {};
}

}  // namespace

std::string reason_for_host_in(std::string_view log, int host_id)
{
    const std::string id = std::to_string(host_id);
    std::size_t end = log.size();  // of the message looked at; from the newest to the oldest
    for (std::size_t line_end = log.size(); line_end > 0;) {
        const auto newline = log.rfind('\n', line_end - 1);
        const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
        const std::string_view line = log.substr(begin, end - begin);
        if (const auto text = end_of_stamp(line); text != std::string_view::npos) {
            if (std::string reason = reason_in(line.substr(text), id); !reason.empty()) return reason;
            end = begin;
        }
        line_end = newline == std::string_view::npos ? 0 : newline;
    }
    return {};
}

}  // namespace onefrontend
