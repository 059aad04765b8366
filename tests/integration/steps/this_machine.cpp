// Overlays, a machine that no OpenNebula ever touched, and a look at all of it.
#include "tests/integration/steps/this_machine.hpp"

#include "common/text/encoding.hpp"
#include "common/text/words.hpp"

#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace onenode {
namespace {

namespace fs = std::filesystem;

constexpr std::array overlaid{"/etc", "/var", "/run"};
constexpr gid_t libvirt_group = 9105;

std::string bytes_of(const fs::path& path)
{
    std::ostringstream text;
    text << std::ifstream{path, std::ios::binary}.rdbuf();
    return text.str();
}

// Its own line, and its name at the end of the member lists of others.
void drop_account(const fs::path& file, const std::string& account)
{
    std::string kept;
    for (auto line : one::split_lines(bytes_of(file))) {
        if (line.starts_with(account + ':')) continue;
        for (const auto& member : {',' + account, ':' + account})
            if (line.ends_with(member)) line.erase(line.size() - account.size() - (member.front() == ',' ? 1 : 0));
        kept += line + '\n';
    }
    std::ofstream{file, std::ios::binary | std::ios::trunc} << kept;
}

bool is_backup(const std::string& path)
{
    return path.ends_with('-') || path == "/etc/.pwd.lock" || path == "/etc/subuid" || path == "/etc/subgid";
}

std::string described(const fs::path& path)
{
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) return "gone";
    std::string text = fmt::format("{:o} {}:{}", info.st_mode, info.st_uid, info.st_gid);
    std::error_code ignored;
    if (S_ISLNK(info.st_mode)) text += ' ' + fs::read_symlink(path, ignored).string();
    if (S_ISREG(info.st_mode)) text += ' ' + one::to_hex(one::sha256(bytes_of(path))).substr(0, 16);
    return text;
}

// The socket as a daemon leaves it; nobody listens, so that who asks libvirt is refused at once and not kept waiting.
void leave_socket(const std::string& path)
{
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
    sockaddr plain{};
    static_assert(sizeof address >= sizeof plain);
    EXPECT_EQ(::bind(fd, static_cast<const sockaddr*>(static_cast<const void*>(&address)), sizeof address), 0);
    ::close(fd);
    EXPECT_EQ(::chown(path.c_str(), 0, libvirt_group), 0);
    EXPECT_EQ(::chmod(path.c_str(), 0660), 0);
}

}  // namespace

void OnThisMachine::SetUp()
{
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    layers_ = (fs::temp_directory_path() / "onenode-steps-XXXXXX").string();
    ASSERT_NE(::mkdtemp(layers_.data()), nullptr);
    for (const auto* path : overlaid) {
        const auto upper = fmt::format("{}/upper{}", layers_, path);
        const auto work = fmt::format("{}/work{}", layers_, path);
        fs::create_directories(upper);
        fs::create_directories(work);
        const auto options = fmt::format("lowerdir={},upperdir={},workdir={}", path, upper, work);
        ASSERT_EQ(::mount("overlay", path, "overlay", 0, options.c_str()), 0) << path << ": " << std::strerror(errno);
    }
    for (const auto* path :
         {"/var/lib/one", "/var/lib/onenode", "/run/one", "/var/tmp/one", "/var/tmp/one_db", "/run/libvirt"})
        fs::remove_all(path);
    for (const auto* path : {"/etc/sudoers.d", "/etc/tmpfiles.d", "/run/libvirt", "/run/sshd"})
        fs::create_directories(path);
    for (const auto* name : {"opennebula", "opennebula-node-kvm", "opennebula-node-lxc", "opennebula-onenode"})
        fs::remove(fs::path{"/etc/sudoers.d"} / name);
    for (const auto* file : {"/etc/passwd", "/etc/shadow", "/etc/group", "/etc/gshadow"})
        for (const auto* account : {"oneadmin", "libvirt"})
            drop_account(file, account);
    std::ofstream{"/etc/group", std::ios::app} << "libvirt:x:" << libvirt_group << ":\n";
    std::ofstream{"/etc/gshadow", std::ios::app} << "libvirt:!::\n";
    leave_socket("/run/libvirt/libvirt-sock");

    desired_ = {.version = "1",
                .node_name = "node1",
                .type = "kvm",
                .oneadmin_keys = {make_key(layers_ + "/frontend")},
                .frontend_known_hosts = {"one.example.com,10.0.0.1 " + make_key(layers_ + "/host")},
                .peers = {{.name = "onenode-test-peer", .address = "10.0.0.12"}},
                .frontend_addresses = {"10.0.0.1"},
                .frontend_names = {"one.example.com"}};
}

void OnThisMachine::TearDown()
{
    for (const auto* path : overlaid)
        ::umount2(path, MNT_DETACH);
    std::error_code ignored;
    if (!layers_.empty()) fs::remove_all(layers_, ignored);
}

Result<> OnThisMachine::join(const Progress& progress)
{
    TRY_LET(const auto lock, host_.lock("/var/lib/onenode.lock"));
    TRY_LET(auto journal, Journal::open(host_, "/var/lib/onenode"));
    const auto facts = gather_facts(host_, steps::all(), desired_);
    TRY(apply(make_plan(steps::all(), facts, desired_), host_, journal, progress));
    return {};
}

Result<Undone> OnThisMachine::leave()
{
    TRY_LET(const auto lock, host_.lock("/var/lib/onenode.lock"));
    TRY_LET(auto journal, Journal::open(host_, "/var/lib/onenode"));
    TRY_LET(auto undone, undo(host_, journal));
    TRY(journal.remove());
    return undone;
}

Result<CommandOutput> OnThisMachine::as_oneadmin(std::vector<std::string> argv)
{
    return host_.look({.argv = std::move(argv), .user = "oneadmin", .limit = std::chrono::seconds{20}});
}

std::vector<std::string> differences(const Contents& before, const Contents& after)
{
    std::vector<std::string> lines;
    for (const auto& [path, text] : before)
        if (!after.contains(path)) lines.push_back(fmt::format("- {} {}", path, text));
    for (const auto& [path, text] : after)
        if (!before.contains(path))
            lines.push_back(fmt::format("+ {} {}", path, text));
        else if (before.at(path) != text)
            lines.push_back(fmt::format("! {} {} -> {}", path, before.at(path), text));
    return lines;
}

Contents contents()
{
    Contents all;
    for (const auto* top : {"/etc", "/run", "/var/lib/one", "/var/lib/onenode", "/var/tmp", "/tmp"}) {
        std::error_code ignored;
        if (fs::exists(top)) all[top] = described(top);
        for (fs::recursive_directory_iterator entry{top, fs::directory_options::skip_permission_denied, ignored}, end;
             entry != end; entry.increment(ignored))
            if (!is_backup(entry->path()) && !entry->path().string().starts_with("/tmp/onenode-steps-"))
                all[entry->path()] = described(entry->path());
    }
    return all;
}

std::string told(const Result<>& result)
{
    return result ? "done" : one::to_text(result.error());
}

std::string make_key(const std::string& path)
{
    const auto made =
        one::run_command({.argv = {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", path}});
    EXPECT_TRUE(made && made->ok());
    return std::string{one::trim(bytes_of(path + ".pub"))};
}

}  // namespace onenode
