// The machine as one run of checks sees it: a program that several checks want to hear (sshd -T) is run once, also when
// they ask at the same time.
#pragma once

#include "nodeagent/host/host.hpp"

#include <list>
#include <mutex>
#include <optional>
#include <utility>

namespace onenode {

class RememberingView : public HostView {
public:
    explicit RememberingView(const HostView& host) : host_(&host) {}

    Result<CommandOutput> look(const Command& command) const override;

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
    struct Heard {
        explicit Heard(Command asked) : command(std::move(asked)) {}
        Command command;
        std::once_flag once{};
        std::optional<Result<CommandOutput>> answer{};
    };
    Heard& heard_of(const Command& command) const;

    const HostView* host_;
    mutable std::mutex mutex_{};  // of the list; an entry stays where it is
    mutable std::list<Heard> heard_{};
};

}  // namespace onenode
