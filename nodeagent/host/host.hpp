// The only door to the machine. HostView looks, Host changes; nothing else in this program opens a file, runs a
// program, asks for a user or for the time. Real (RealHost, also below --root DIR) and in memory (tests: FakeHost).
#pragma once

#include "common/command.hpp"
#include "common/result.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onenode {

using one::Command;
using one::CommandOutput;
using one::Error;
using one::ErrorKind;
using one::Result;

enum class FileKind { file, directory, symlink, socket, other };

struct FileInfo {
    FileKind kind = FileKind::file;
    std::uint32_t mode = 0;  // permission bits with setuid, setgid, sticky
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::uint64_t size = 0;
    bool operator==(const FileInfo&) const = default;
};

struct User {
    std::string name{};
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::string home{};
    std::string shell{};
    std::vector<std::uint32_t> groups{};  // supplementary and primary
    bool local = true;                    // stands in /etc/passwd, not only in a directory service
    std::string password_field{};         // first character class only: "*", "!", "x" (a hash), "" (empty)
    bool operator==(const User&) const = default;
};

struct Group {
    std::string name{};
    std::uint32_t gid = 0;
    std::vector<std::string> members{};
    bool operator==(const Group&) const = default;
};

struct FileSystem {  // that a path, or its nearest existing parent, lies on
    std::string type{};
    bool no_exec = false;
    bool no_suid = false;
    bool read_only = false;
    std::uint64_t free_bytes = 0;
    std::uint64_t free_inodes = 0;
    bool operator==(const FileSystem&) const = default;
};

struct Process {
    int pid = 0;
    std::uint32_t uid = 0;
    std::vector<std::string> argv{};
    bool operator==(const Process&) const = default;
};

enum class Login {
    root,      // root's own PATH
    oneadmin,  // what sshd gives a non-interactive oneadmin: on Debian without the sbin directories
};

/// Holds an exclusive lock as long as it lives; a second onenode is told who has it.
class Lock {
public:
    virtual ~Lock() = default;
};

class HostView {  // everything one may ask the machine; paths are absolute, as the machine sees them
public:
    virtual ~HostView() = default;

    virtual Result<std::string> read(std::string_view path) const = 0;  // at most 16 MiB; kind not_found where absent
    virtual Result<FileInfo> stat(std::string_view path) const = 0;  // of the path itself: never follows a last symlink
    virtual Result<std::string> read_link(std::string_view path) const = 0;
    virtual Result<std::vector<std::string>> list(std::string_view directory) const = 0;  // names, sorted
    virtual Result<FileSystem> file_system(std::string_view path) const = 0;

    virtual Result<User> user(std::string_view name) const = 0;
    virtual Result<User> user_by_id(std::uint32_t uid) const = 0;
    virtual Result<Group> group(std::string_view name) const = 0;
    virtual Result<Group> group_by_id(std::uint32_t gid) const = 0;

    /// Runs a program that changes nothing: `sshd -T`, `sudo -n -l`, `virsh capabilities`.
    virtual Result<CommandOutput> look(const Command& command) const = 0;
    /// Where a login of this kind finds a program.
    virtual std::optional<std::string> find_program(std::string_view name, Login login = Login::root) const = 0;

    virtual Result<std::vector<Process>> processes() const = 0;
    virtual std::vector<std::string> addresses() const = 0;  // global ones of up interfaces, IPv4 first
    virtual Result<std::vector<std::string>> resolve(std::string_view name) const = 0;  // in getaddrinfo's order
    virtual std::string host_name() const = 0;
    virtual std::uint32_t effective_uid() const = 0;
    virtual std::chrono::system_clock::time_point now() const = 0;
};

struct FileSpec {
    std::string path{};
    std::string text{};
    std::uint32_t mode = 0644;
    std::string owner = "root";  // a name, or a number (undo gives back what no name is known for)
    std::string group{};         // empty: the owner's primary group
    /// What this takes the place of ("" for no file, too): if anything else stands there by then, it stays (kind conflict).
    std::optional<std::string> over{};
    bool operator==(const FileSpec&) const = default;
};

struct DirectorySpec {
    std::string path{};
    std::uint32_t mode = 0755;
    std::string owner = "root";
    std::string group{};
    bool operator==(const DirectorySpec&) const = default;
};

class Host : public HostView {  // the only way to change it
public:
    /// Temporary file beside it, owner and mode set, fsync, rename, fsync of the directory. In a directory that is not
    /// root's it works with the owner's rights and never through a symbolic link.
    virtual Result<> write(const FileSpec& file) = 0;
    /// Removes what a killed write of this path left beside it.
    virtual Result<> tidy(std::string_view path) = 0;
    /// Adds to the end and syncs: the journal.
    virtual Result<> append(std::string_view path, std::string_view text) = 0;
    virtual Result<>
    make_directory(const DirectorySpec& directory) = 0;  // the parent must exist; an existing one gets owner and mode
    virtual Result<> set_attributes(std::string_view path, std::uint32_t mode, std::string_view owner,
                                    std::string_view group) = 0;
    virtual Result<> make_link(std::string_view path, std::string_view target) = 0;
    virtual Result<> remove(std::string_view path) = 0;            // a file, link or socket; fine where absent
    virtual Result<> remove_directory(std::string_view path) = 0;  // only when empty; fine where absent
    virtual Result<> remove_tree(std::string_view path) = 0;       // never leaves the file system, never follows a link
    virtual Result<CommandOutput> run(const Command& command) = 0;
    virtual Result<> signal(int pid, int signal_number) = 0;
    /// Of a file that is made where absent, with its directory (0700); kind busy, naming the process, while another one
    /// holds it. The file goes away with the lock, and with it, once empty, a directory that this lock made.
    virtual Result<std::unique_ptr<Lock>> lock(std::string_view path) = 0;
};

}  // namespace onenode
