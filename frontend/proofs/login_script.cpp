// The script that oneadmin runs on the node for the login proof, and how its answer is read.
#include "frontend/proofs/login_script.hpp"

#include "common/text/number.hpp"
#include "common/text/words.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace onefrontend {
namespace {

constexpr std::string_view mark = "onenode-proof:";

}  // namespace

// `command -v` looks along the PATH that drivers and probes get: that of a login without a terminal.
std::string login_script(std::string_view nonce_file)
{
    return fmt::format(R"sh(say() {{ printf '{0}%s %s\n' "$1" "$2"; }}
say begin
say client "$SSH_CLIENT"
say nonce "$(cat '{1}' 2>&1 | head -c 200)"
say umask "$(umask)"
say agent "$SSH_AUTH_SOCK"
if why=$(sudo -n -l /usr/sbin/ip link show 2>&1 </dev/null); then why=yes; fi
say sudo "$(printf '%s\n' "$why" | tail -n 1 | head -c 200)"
for name in rsync ruby bash; do say command "$name $(command -v $name)"; done
say time "$(date +%s)"
say end
)sh",
                       mark, nonce_file);
}

LoginAnswer parse_login_answer(std::string_view output)
{
    LoginAnswer answer;
    bool begun = false;
    for (const auto& line : one::split_lines(output)) {
        const auto at = line.find(mark);  // a shell's noise may end without a line break
        if (at == std::string::npos) continue;
        std::string_view rest = std::string_view{line}.substr(at + mark.size());
        const auto key = rest.substr(0, std::min(rest.find(' '), rest.size()));
        const auto value = one::trim(rest.substr(key.size()));
        if (key == "begin")
            begun = true;
        else if (key == "end")
            answer.complete = begun;
        else if (key == "client")
            answer.ssh_client = value.substr(0, std::min(value.find(' '), value.size()));
        else if (key == "nonce")
            answer.nonce = value;
        else if (key == "umask")
            answer.umask = value;
        else if (key == "agent")
            answer.agent = value;
        else if (key == "sudo")
            answer.sudo = value;
        else if (key == "time")
            answer.time = one::to_number<std::int64_t>(value);
        else if (key == "command") {
            const auto end = std::min(value.find(' '), value.size());
            answer.commands[std::string{value.substr(0, end)}] = one::trim(value.substr(end));
        }
    }
    return answer;
}

}  // namespace onefrontend
