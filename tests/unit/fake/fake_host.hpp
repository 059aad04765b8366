// A machine in memory behind the same door as the real one. It records what was touched, fails or dies at the n-th
// change, and can be used again afterwards as the machine that a crash left behind.
#pragma once

#include "tests/unit/fake/fake_machine.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>

namespace onenode {

struct OwnMutex {  // a copy has another one
    OwnMutex() = default;
    OwnMutex(const OwnMutex&) {}
    OwnMutex& operator=(const OwnMutex&) { return *this; }
    ~OwnMutex() = default;
    std::recursive_mutex mutex{};
};

struct Died {};  // thrown where the program was killed; nothing after that line happened

class FakeHost : public Host {
public:
    FakeHost();  // a bare Debian: the usual directories, root, a clock that stands still

    FakeHost& with_file(std::string_view path, std::string text, std::uint32_t mode = 0644, std::uint32_t uid = 0,
                        std::uint32_t gid = 0);
    FakeHost& with_directory(std::string_view path, std::uint32_t mode = 0755, std::uint32_t uid = 0,
                             std::uint32_t gid = 0);
    FakeHost& with_link(std::string_view path, std::string target, std::uint32_t uid = 0);
    FakeHost& with_socket(std::string_view path, std::uint32_t mode, std::uint32_t uid, std::uint32_t gid);
    FakeHost& with_group(Group group);
    FakeHost& with_user(User user);  // its primary group appears too, with the user's name, where the gid is unknown
    FakeHost& with_program(std::string_view name, std::string_view directory = "/usr/bin");
    FakeHost& with_process(Process process);
    FakeHost& with_processes_hidden();          // /proc cannot be listed
    FakeHost& with_sshd(std::string settings);  // "allowusers root\n": as `sshd -T` says them
    FakeHost& with_address(std::string address);
    FakeHost& with_name(std::string name, std::vector<std::string> addresses);  // known to DNS; /etc/hosts counts first
    FakeHost& with_dead_name_server();  // a name that is in no file gets no answer
    FakeHost& with_host_name(std::string name);
    FakeHost& with_file_system(std::string_view path, FileSystem system);
    FakeHost& without(std::string_view path);  // and all below it
    FakeHost& as_user(std::uint32_t uid);
    FakeHost& at(std::chrono::system_clock::time_point time);
    FakeHost& advance(std::chrono::seconds by);
    FakeHost& locked_by(int pid, std::string path = {});  // without a path: whatever one wants to lock

    /// Answers commands whose words start with these; the longest match wins. Others: "no such program".
    FakeHost& answering(std::vector<std::string> words, CommandOutput output);
    FakeHost& answering(std::vector<std::string> words, Error error);
    FakeHost& answering(std::vector<std::string> words, std::function<Result<CommandOutput>(const Command&)> answer);

    /// Once, right after this change ("run userdel oneadmin"): what others do to the machine in the same moment.
    FakeHost& meanwhile(std::string change, std::function<void()> others_act);

    // Changes are counted from one, anew after each of these.
    void fail_at(std::size_t change, int error_number);    // once; what follows works again
    void fail_from(std::size_t change, int error_number);  // this one and all later ones: a full disk stays full
    void die_before(std::size_t change);
    void die_within(std::size_t change);  // half of an append is on disk; a write left its temporary file
    void die_after(std::size_t change);
    void recover();

    [[nodiscard]] std::size_t changes() const { return changes_; }
    [[nodiscard]] const std::vector<std::string>& touched() const
    {
        return touched_;
    }  // "write /etc/hosts", "run useradd ..."
    [[nodiscard]] const std::vector<Command>& looked() const { return looked_; }
    [[nodiscard]] std::size_t names_asked() const { return names_asked_; }
    [[nodiscard]] Snapshot snapshot() const { return snapshot_of(machine_); }
    [[nodiscard]] FakeMachine& machine() { return machine_; }

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
    std::vector<std::string> addresses() const override { return addresses_; }
    Result<std::vector<std::string>> resolve(std::string_view name) const override;
    std::string host_name() const override { return host_name_; }
    std::uint32_t effective_uid() const override { return uid_; }
    std::chrono::system_clock::time_point now() const override { return now_; }

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
    enum class Fault { none, fail, fail_from_here, die_before, die_within, die_after };
    using Answer = std::function<Result<CommandOutput>(const Command&)>;

    void arm(Fault fault, std::size_t change, int error_number);
    [[nodiscard]] bool due(Fault fault) const { return fault_ == fault && changes_ == fault_at_; }
    Result<> changing(std::string what, std::string_view path, const std::function<Result<>()>& effect,
                      const std::function<void()>& half = {});
    [[nodiscard]] Result<std::pair<std::uint32_t, std::uint32_t>> ids(std::string_view owner,
                                                                      std::string_view group) const;
    [[nodiscard]] Result<std::string>
    place(std::string_view path) const;  // the path with its parents followed; they must exist

    FakeMachine machine_{};
    std::map<std::string, FileSystem, std::less<>> file_systems_{};
    std::map<std::string, std::vector<std::string>, std::less<>> names_{};
    bool name_server_lives_ = true;
    mutable std::size_t names_asked_ = 0;
    std::vector<std::pair<std::vector<std::string>, Answer>> answers_{};
    std::vector<std::string> addresses_{};
    std::string host_name_ = "node1";
    std::uint32_t uid_ = 0;
    std::chrono::system_clock::time_point now_{std::chrono::seconds{1'790'000'000}};
    int lock_holder_ = 0;
    std::string held_path_{};
    std::set<std::string, std::less<>> locked_{};
    bool processes_hidden_ = false;

    Fault fault_ = Fault::none;
    std::size_t fault_at_ = 0;
    int fault_errno_ = 0;
    std::size_t changes_ = 0;
    std::vector<std::string> touched_{};
    std::map<std::string, std::function<void()>, std::less<>> meanwhile_{};
    mutable OwnMutex looking_{};  // checks look side by side; whoever answers a command is asked by one at a time
    mutable std::vector<Command> looked_{};
};

}  // namespace onenode
