// The machine as one check of a run sees it: a program that several checks want to hear (sshd -T) is run once, also when
// they ask at the same time. It knows whether that check was left without an answer.
#pragma once

#include "nodeagent/host/host.hpp"

#include <list>
#include <mutex>
#include <optional>
#include <utility>

namespace onenode {

/// What programs answered in one run of checks.
class Answers {
public:
    Result<CommandOutput> to(const Command& command, const HostView& host);

private:
    struct Heard {
        explicit Heard(Command asked) : command(std::move(asked)) {}
        Command command;
        std::once_flag once{};
        std::optional<Result<CommandOutput>> answer{};
    };
    Heard& heard_of(const Command& command);

    std::mutex mutex_{};  // of the list; an entry stays where it is
    std::list<Heard> heard_{};
};

class RememberingView : public HostView {
public:
    RememberingView(const HostView& host, Answers& answers) : host_(&host), answers_(&answers) {}

    Result<CommandOutput> look(const Command& command) const override;
    /// The first program that did not end in its time. Only of this view, so of the check that has it.
    [[nodiscard]] const std::optional<Error>& hung() const { return hung_; }

    Result<std::string> read(std::string_view path) const override { return host_->read(path); }
    Result<FileInfo> stat(std::string_view path) const override { return host_->stat(path); }
    Result<std::string> read_link(std::string_view path) const override { return host_->read_link(path); }
    Result<std::vector<std::string>> list(std::string_view directory) const override { return host_->list(directory); }
    Result<FileSystem> file_system(std::string_view path) const override { return host_->file_system(path); }
    Result<User> user(std::string_view name) const override { return host_->user(name); }
    Result<User> user_by_id(std::uint32_t uid) const override { return host_->user_by_id(uid); }
    Result<Group> group(std::string_view name) const override { return host_->group(name); }
    Result<Group> group_by_id(std::uint32_t gid) const override { return host_->group_by_id(gid); }
    std::optional<std::string> find_program(std::string_view name, Login login = Login::root) const override
    {
        return host_->find_program(name, login);
    }
    Result<std::vector<Process>> processes() const override { return host_->processes(); }
    std::vector<std::string> addresses() const override { return host_->addresses(); }
    Result<std::vector<std::string>> resolve(std::string_view name) const override { return host_->resolve(name); }
    std::string host_name() const override { return host_->host_name(); }
    std::uint32_t effective_uid() const override { return host_->effective_uid(); }
    std::chrono::system_clock::time_point now() const override { return host_->now(); }

private:
    const HostView* host_;
    Answers* answers_;
    mutable std::optional<Error> hung_{};  // a check is one thread
};

}  // namespace onenode
