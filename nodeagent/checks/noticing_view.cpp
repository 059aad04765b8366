// A disk's EIO is one; that of a file of the kernel (/proc/sys/net/ipv6/conf/*/stable_secret) is an answer.
#include "nodeagent/checks/noticing_view.hpp"

#include "common/shortage.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

namespace onenode {
namespace {

bool is_unreadable(const Error& error)
{
    const bool kernels = error.thing.starts_with("/proc/") || error.thing.starts_with("/sys/");
    return !kernels && error.reason == std::generic_category().message(EIO);
}

// A program that we started has our limits. The loader's complaint is nobody else's, also where a script passes it on.
constexpr std::string_view of_the_loader = "failed to map segment from shared object";
constexpr std::array complaints{of_the_loader, std::string_view{"Cannot allocate memory"},
                                std::string_view{"Too many open files"}};

std::optional<std::string_view> lacking_in(const CommandOutput& output)
{
    if (output.ok() && output.out.find(of_the_loader) != std::string::npos) return of_the_loader;
    if (output.ok()) return std::nullopt;
    const auto* said = std::ranges::find_if(
        complaints, [&output](std::string_view complaint) { return output.err.find(complaint) != std::string::npos; });
    return said != complaints.end() ? std::optional{*said} : std::nullopt;
}

}  // namespace

Result<CommandOutput> NoticingView::look(const Command& command) const
{
    auto output = host_->look(command);
    if (!output && one::is_shortage(output.error())) {  // of a pipe, of a process
        output.error().thing = command.argv.front();
        output.error().doing = "run";
    }
    output = noticed(std::move(output));
    const auto lacking = output ? lacking_in(*output) : std::nullopt;
    if (lacking && !failure_)
        failure_ = {.thing = command.argv.front(),
                    .reason = std::string{*lacking},
                    .next = "free memory or raise the limits (ulimit -a), then run the same command again",
                    .doing = "run"};
    return output;
}

void NoticingView::notice(const Error& error) const
{
    if (!failure_ && (one::is_shortage(error) || is_unreadable(error))) failure_ = error;
}

}  // namespace onenode
