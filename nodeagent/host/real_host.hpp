// The machine itself, or the one below --root DIR (an image that is being prepared, a chroot).
#pragma once

#include "nodeagent/host/tree.hpp"

namespace onenode {

class RealHost : public Host {
public:
    explicit RealHost(std::string root = {});

    Result<std::string> read(std::string_view path) const override;
    Result<FileInfo> stat(std::string_view path) const override;
    Result<std::string> read_link(std::string_view path) const override;
    Result<std::vector<std::string>> list(std::string_view directory) const override;
    Result<FileSystem> file_system(std::string_view path) const override;
    Result<User> user(std::string_view name) const override;
    Result<User> user_by_id(std::uint32_t uid) const override;
    Result<Group> group(std::string_view name) const override;
    Result<Group> group_by_id(std::uint32_t gid) const override;
    Result<CommandOutput> look(const Command& command) const override;
    std::optional<std::string> find_program(std::string_view name, Login login = Login::root) const override;
    Result<std::vector<Process>> processes() const override;
    std::vector<std::string> addresses() const override;
    Result<std::vector<std::string>> resolve(std::string_view name) const override;
    std::string host_name() const override;
    std::uint32_t effective_uid() const override;
    std::chrono::system_clock::time_point now() const override;

    Result<> write(const FileSpec& file) override;
    Result<> tidy(std::string_view path) override;
    Result<> append(std::string_view path, std::string_view text) override;
    Result<> make_directory(const DirectorySpec& directory) override;
    Result<> set_attributes(std::string_view path, std::uint32_t mode, std::string_view owner,
                            std::string_view group) override;
    Result<> make_link(std::string_view path, std::string_view target) override;
    Result<> remove(std::string_view path) override;
    Result<> remove_directory(std::string_view path) override;
    Result<> remove_tree(std::string_view path) override;
    Result<CommandOutput> run(const Command& command) override;
    Result<> signal(int pid, int signal_number) override;
    Result<std::unique_ptr<Lock>> lock(std::string_view path) override;

private:
    Tree tree_;
};

/// The command as it must be run so that it acts below `root`: shadow's tools have an option for it, others get chroot.
Command below_root(Command command, const std::string& root);

}  // namespace onenode
