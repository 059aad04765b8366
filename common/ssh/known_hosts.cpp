// Reads and writes lines of known_hosts.
#include "common/ssh/known_hosts.hpp"

#include "common/text/letters.hpp"
#include "common/text/words.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>

namespace one::ssh {
namespace {

constexpr std::size_t longest_line = 32 * 1024;

Failure bad(std::string_view reason, std::string_view next = {})
{
    return fail({.kind = ErrorKind::invalid,
                 .thing = "a line of known_hosts",
                 .reason = std::string{reason},
                 .next = std::string{next},
                 .doing = "read"});
}

}  // namespace

Result<KnownHost> parse_known_host(std::string_view line)
{
    if (line.size() > longest_line) return bad("the line is too long");
    std::string_view text = trim(line);
    if (text.find_first_of("\r\n") != std::string_view::npos) return bad("a line break stands inside");
    if (text.empty()) return bad("the line is empty");
    if (text.front() == '#') return bad("the line is a comment");

    KnownHost host;
    if (text.front() == '@') {
        host.marker = take_word(text);
        if (host.marker != "@cert-authority" && host.marker != "@revoked")
            return bad("its marker is none that is known");
    }
    std::string_view names = take_word(text);
    if (names.starts_with("|"))
        return bad("its names are hashed, so nobody can tell whose key it is",
                   "write the names plainly (HashKnownHosts no)");
    if (text.empty()) return bad("it is not `names type base64`");
    while (!names.empty()) {
        const auto comma = std::min(names.find(','), names.size());
        if (comma == 0 || comma + 1 == names.size()) return bad("one of its names is empty");
        host.names.emplace_back(names.substr(0, comma));
        names.remove_prefix(std::min(comma + 1, names.size()));
    }
    TRY_LET(host.key, parse_public_key(text));
    if (!host.key.options.empty()) return bad("something stands between its names and its key");
    return host;
}

std::string to_line(const KnownHost& host)
{
    std::string line = host.marker;
    if (!line.empty()) line += ' ';
    return line + join(host.names, ",") + ' ' + to_line(host.key);
}

std::string known_host_name(std::string_view name, int port)
{
    const auto lower = to_lower(name);
    return port == 22 ? lower : '[' + lower + "]:" + std::to_string(port);
}

}  // namespace one::ssh
