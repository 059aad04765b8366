// One that ends while we look is simply not listed.
#include "nodeagent/host/processes.hpp"

#include "common/text/number.hpp"
#include "common/text/words.hpp"

#include <dirent.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <memory>
#include <sstream>

namespace onenode {
namespace {

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};

std::string text_of(const std::string& path)
{
    std::ifstream file{path, std::ios::binary};
    std::ostringstream text;
    text << file.rdbuf();
    return std::move(text).str();
}

std::optional<std::uint32_t> real_uid(std::string_view status)
{
    const auto line = status.find("\nUid:");
    if (line == std::string_view::npos) return std::nullopt;
    const auto words = one::split_words(status.substr(line + 5, status.find('\n', line + 1) - line - 5));
    std::uint32_t uid = 0;
    if (words.empty()) return std::nullopt;
    std::from_chars(words[0].data(), words[0].data() + words[0].size(), uid);
    return uid;
}

std::vector<std::string> arguments(std::string_view text)
{
    std::vector<std::string> argv;
    while (!text.empty()) {
        const auto end = std::min(text.find('\0'), text.size());
        argv.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return argv;
}

}  // namespace

Result<std::vector<Process>> running_processes()
{
    const std::unique_ptr<DIR, CloseDirectory> proc{::opendir("/proc")};
    if (!proc) return one::fail(one::error_from_errno(errno, "/proc"));
    std::vector<Process> processes;
    while (const auto* entry = ::readdir(proc.get())) {
        const std::string name{static_cast<const char*>(entry->d_name)};
        const auto pid = one::to_number<int>(name);
        if (!pid) continue;
        const auto uid = real_uid(text_of("/proc/" + name + "/status"));
        if (uid)
            processes.push_back({.pid = *pid, .uid = *uid, .argv = arguments(text_of("/proc/" + name + "/cmdline"))});
    }
    std::ranges::sort(processes, {}, &Process::pid);
    return processes;
}

}  // namespace onenode
