// onenode-probe: what onenode wants to know but does not want to link, hang on, or ask as root. Prints one JSON object;
// a rehearsal prints what its script does.
#include "common/text/number.hpp"
#include "nodeagent/probe/become.hpp"
#include "nodeagent/probe/private_view.hpp"
#include "nodeagent/probe/questions.hpp"

#include <sys/utsname.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <vector>

namespace onenode::probe {
namespace {

enum Exit { asked = 0, cannot_ask = 2, usage = 64 };

constexpr std::chrono::seconds tcp_limit{3};  // of others

int explain()
{
    std::fputs("usage: onenode-probe libvirt [--user NAME] | kvm | ssh ADDRESS PORT | tcp ADDRESS PORT | clock | "
               "rehearse USER <SCRIPT\n",
               stderr);
    return usage;
}

int say(const nlohmann::json& answer)
{
    const auto text = answer.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    return std::puts(text.c_str()) < 0 || std::fflush(stdout) != 0 ? cannot_ask : asked;
}

int complain(const one::Error& error)
{
    std::fprintf(stderr, "%s\n", one::to_text(error).c_str());
    return cannot_ask;
}

int libvirt(const std::vector<std::string>& words)
{
    const bool as_user = words.size() == 3 && words[1] == "--user";
    if (words.size() != 1 && !as_user) return explain();
    if (as_user)
        if (const auto done = become(words[2]); !done) return complain(done.error());
    utsname machine{};
    ::uname(&machine);
    return say(ask_libvirt("qemu:///system", static_cast<const char*>(machine.machine)));
}

// The script takes this process's place; whatever it says is the answer.
int rehearse(const std::string& user)
{
    if (const auto done = enter_private_view(); !done) return complain(done.error());
    if (const auto done = become(user); !done) return complain(done.error());
    ::execl("/bin/sh", "sh", "-s", nullptr);
    return complain(one::error_from_errno(errno, "/bin/sh"));
}

int run(const std::vector<std::string>& words)
{
    if (words.empty()) return explain();
    if (words[0] == "libvirt") return libvirt(words);
    if (words[0] == "kvm" && words.size() == 1) return say(ask_kvm("/dev/kvm"));
    if (words[0] == "clock" && words.size() == 1) return say(ask_clock());
    if (words[0] == "rehearse" && words.size() == 2) return rehearse(words[1]);
    if (words.size() == 3 && (words[0] == "ssh" || words[0] == "tcp"))
        if (const auto port = one::to_port(words[2])) {
            const auto number = static_cast<std::uint16_t>(*port);
            return say(words[0] == "ssh" ? ask_ssh(words[1], number) : ask_tcp(words[1], number, tcp_limit));
        }
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
