// One that ends while we look is simply not listed; one that we have no descriptor left for is not left out in silence.
#include "nodeagent/host/processes.hpp"

#include "common/directory.hpp"
#include "common/fd.hpp"
#include "common/shortage.hpp"
#include "common/text/number.hpp"
#include "common/text/words.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <memory>

namespace onenode {
namespace {

Result<std::string> text_of(const std::string& path)
{
    const one::Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    auto failed = one::error_from_errno(errno, path);
    if (!file.open() && one::is_shortage(failed)) return one::fail(std::move(failed));
    std::string text;
    std::array<char, 4096> part{};
    while (file.open()) {
        const auto count = ::read(file.get(), part.data(), part.size());
        if (count <= 0) break;
        text.append(part.data(), static_cast<std::size_t>(count));
    }
    return text;
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
    const one::Fd proc{::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!proc.open()) return one::fail(one::error_from_errno(errno, "/proc"));
    TRY_LET(const auto names, one::names_in(proc.get(), "/proc"));
    std::vector<Process> processes;
    for (const auto& name : names) {
        const auto pid = one::to_number<int>(name);
        if (!pid) continue;
        TRY_LET(const auto status, text_of("/proc/" + name + "/status"));
        const auto uid = real_uid(status);
        if (!uid) continue;
        TRY_LET(const auto words, text_of("/proc/" + name + "/cmdline"));
        processes.push_back({.pid = *pid, .uid = *uid, .argv = arguments(words)});
    }
    std::ranges::sort(processes, {}, &Process::pid);
    return processes;
}

}  // namespace onenode
