// onenode-probe: what onenode wants to know but does not want to link, hang on, or ask as root. Prints one JSON object.
#include "nodeagent/probe/become.hpp"
#include "nodeagent/probe/questions.hpp"

#include <sys/utsname.h>

#include <nlohmann/json.hpp>

#include <charconv>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <vector>

namespace onenode::probe {
namespace {

enum Exit { asked = 0, cannot_ask = 2, usage = 64 };

constexpr std::chrono::seconds ssh_limit{1};  // on an address of this machine

int explain()
{
    std::fputs("usage: onenode-probe libvirt [--user NAME] | kvm | ssh ADDRESS PORT | clock\n", stderr);
    return usage;
}

int say(const nlohmann::json& answer)
{
    const auto text = answer.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    return std::puts(text.c_str()) < 0 || std::fflush(stdout) != 0 ? cannot_ask : asked;
}

int libvirt(const std::vector<std::string>& words)
{
    const bool as_user = words.size() == 3 && words[1] == "--user";
    if (words.size() != 1 && !as_user) return explain();
    if (as_user) {
        if (const auto done = become(words[2]); !done) {
            std::fprintf(stderr, "%s\n", one::to_text(done.error()).c_str());
            return cannot_ask;
        }
    }
    utsname machine{};
    ::uname(&machine);
    return say(ask_libvirt("qemu:///system", static_cast<const char*>(machine.machine)));
}

std::optional<std::uint16_t> port_of(const std::string& text)
{
    std::uint16_t port = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (failed != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
    return port;
}

int run(const std::vector<std::string>& words)
{
    if (words.empty()) return explain();
    if (words[0] == "libvirt") return libvirt(words);
    if (words[0] == "kvm" && words.size() == 1) return say(ask_kvm("/dev/kvm"));
    if (words[0] == "clock" && words.size() == 1) return say(ask_clock());
    if (words[0] == "ssh" && words.size() == 3)
        if (const auto port = port_of(words[2])) return say(ask_ssh(words[1], *port, ssh_limit));
    return explain();
}

}  // namespace
}  // namespace onenode::probe

int main(int argc, char** argv)
try {
    return onenode::probe::run({argv + 1, argv + argc});
} catch (const std::exception& bug) {
    std::fprintf(stderr, "onenode-probe: %s\n", bug.what());
    return onenode::probe::cannot_ask;
}
