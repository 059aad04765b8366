// The machine as one check sees it: notes the first look that failed for want of something of our own, or because the
// disk cannot be read. What the check makes of that says nothing of the machine.
#pragma once

#include "nodeagent/host/host.hpp"

#include <optional>

namespace onenode {

class NoticingView : public HostView {  // one thread's
public:
    explicit NoticingView(const HostView& host) : host_(&host) {}

    [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }

    Result<std::string> read(std::string_view path) const override { return noticed(host_->read(path)); }
    Result<FileInfo> stat(std::string_view path) const override { return noticed(host_->stat(path)); }
    Result<std::string> read_link(std::string_view path) const override { return noticed(host_->read_link(path)); }
    Result<std::vector<std::string>> list(std::string_view directory) const override
    {
        return noticed(host_->list(directory));
    }
    Result<FileSystem> file_system(std::string_view path) const override { return noticed(host_->file_system(path)); }
    Result<User> user(std::string_view name) const override { return noticed(host_->user(name)); }
    Result<User> user_by_id(std::uint32_t uid) const override { return noticed(host_->user_by_id(uid)); }
    Result<Group> group(std::string_view name) const override { return noticed(host_->group(name)); }
    Result<Group> group_by_id(std::uint32_t gid) const override { return noticed(host_->group_by_id(gid)); }
    Result<CommandOutput> look(const Command& command) const override;
    std::optional<std::string> find_program(std::string_view name, Login login = Login::root) const override
    {
        return host_->find_program(name, login);
    }
    Result<std::vector<Process>> processes() const override { return noticed(host_->processes()); }
    std::vector<std::string> addresses() const override { return host_->addresses(); }
    Result<std::vector<std::string>> resolve(std::string_view name) const override
    {
        return noticed(host_->resolve(name));
    }
    std::string host_name() const override { return host_->host_name(); }
    std::uint32_t effective_uid() const override { return host_->effective_uid(); }
    std::chrono::system_clock::time_point now() const override { return host_->now(); }

private:
    template <class T>
    Result<T> noticed(Result<T> seen) const
    {
        if (!seen) notice(seen.error());
        return seen;
    }
    void notice(const Error& error) const;

    const HostView* host_;
    mutable std::optional<Error> failure_{};
};

}  // namespace onenode
