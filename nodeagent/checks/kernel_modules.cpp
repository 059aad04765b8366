// modprobe takes - and _ in names for the same.
#include "nodeagent/checks/kernel_modules.hpp"

#include "nodeagent/checks/reading.hpp"

#include "common/text/words.hpp"

#include <algorithm>

namespace onenode::checks {
namespace {

const std::vector<std::string> directories{"/usr/lib/modprobe.d", "/lib/modprobe.d", "/run/modprobe.d",
                                           "/etc/modprobe.d"};

std::string plain(std::string name)
{
    std::ranges::replace(name, '-', '_');
    return name;
}

bool does_nothing(std::string_view command)
{
    return command == "/bin/true" || command == "/bin/false" || command == "/usr/bin/true" ||
           command == "/usr/bin/false";
}

}  // namespace

std::string forbids_module(const HostView& host, std::string_view module)
{
    const auto wanted = plain(std::string{module});
    for (const auto& file : drop_ins(host, directories))
        for (const auto& line : active_lines(host.read(file).value_or(""))) {
            const auto words = one::split_words(line);
            if (words.size() < 2 || plain(words[1]) != wanted) continue;
            if (words[0] == "blacklist") return file;
            if (words[0] == "install" && words.size() > 2 && does_nothing(words[2])) return file;
        }
    return {};
}

}  // namespace onenode::checks
