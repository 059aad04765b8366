// What the owner of a directory can plant there for root to step into: whatever root does, nothing outside is touched,
// read or waited for.
#include "tests/integration/host/scratch.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <map>

namespace onenode {
namespace {

constexpr const char* ssh = "/var/lib/one/.ssh";
constexpr const char* keys = "/var/lib/one/.ssh/authorized_keys";
constexpr std::string_view secret = "root:$y$secret:19000::::::\n";

class Traps : public OnScratch, public testing::WithParamInterface<const char*> {
protected:
    void SetUp() override
    {
        OnScratch::SetUp();
        if (IsSkipped()) return;
        file("/etc/secret", secret, 0, 0600);
        directory("/etc/private", 0, 0700);
        file("/etc/private/inside", secret, 0, 0600);
    }

    // As oneadmin would, or worse: hard links and devices are made by root, as where the kernel protects nobody.
    void plant(std::string_view trap, const std::string& path) const
    {
        const auto where = at(path);
        if (trap == "LinkToAFile") link(path, at("/etc/secret"), oneadmin);
        if (trap == "LinkBelowTheRoot") link(path, "/etc/secret", oneadmin);
        if (trap == "LinkUpwards") link(path, "../../../../etc/secret", oneadmin);
        if (trap == "LinkToNothing") link(path, "../../../../etc/new", oneadmin);
        if (trap == "LinkToADirectory") link(path, "../../../../etc/private", oneadmin);
        if (trap == "LinkThroughProc") link(path, "/proc/self/root" + at("/etc/secret"), oneadmin);
        if (trap == "LinkOfRootsOwn") link(path, "../../../../etc/secret", 0);
        if (trap == "HardLink") {
            ASSERT_EQ(::link(at("/etc/secret").c_str(), where.c_str()), 0);
        }
        if (trap == "Pipe") {
            ASSERT_EQ(::mkfifo(where.c_str(), 0600), 0);
        }
        if (trap == "Device") {
            ASSERT_EQ(::mknod(where.c_str(), S_IFCHR | 0600, ::makedev(1, 5)), 0);  // zeros without end
        }
        if (trap == "Directory") directory(path, oneadmin, 0700);
        if (trap == "Socket") bind_socket(where);
    }

    static void bind_socket(const std::string& where)
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        ASSERT_LT(where.size(), sizeof address.sun_path);
        where.copy(std::data(address.sun_path), where.size());
        const Fd fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
        ASSERT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    }

    // Everything that is not oneadmin's: attributes and bytes.
    [[nodiscard]] std::map<std::string, std::string> outside() const
    {
        std::map<std::string, std::string> all;
        for (const auto* top : {"/etc", "/run", "/mnt"}) {
            note(all, at(top));
            for (const auto& entry : std::filesystem::recursive_directory_iterator{at(top)})
                note(all, entry.path().string());
        }
        return all;
    }

    static void note(std::map<std::string, std::string>& all, const std::string& path)
    {
        struct stat info {};
        ASSERT_EQ(::lstat(path.c_str(), &info), 0) << path;
        std::string text = std::to_string(info.st_mode) + ' ' + std::to_string(info.st_uid) + ' ' +
                           std::to_string(info.st_gid) + ' ' + std::to_string(info.st_size);
        if (S_ISREG(info.st_mode)) {
            std::ifstream file{path, std::ios::binary};
            text += ' ' + std::string{std::istreambuf_iterator<char>{file}, {}};
        }
        all[path] = text;
    }

    [[nodiscard]] std::string all_that_is_said(const Result<std::string>& read) const
    {
        return read ? *read : told(read.error());
    }

    // Each time the trap is set anew, root does one thing.
    void spring(const std::string& trapped, const std::string& touched)
    {
        const std::string path{touched};
        const std::map<std::string, std::function<void()>> acts{
            {"write", [&] { (void)host_.write({.path = path, .text = "k\n", .mode = 0600, .owner = "oneadmin"}); }},
            {"write as root", [&] { (void)host_.write({.path = path, .text = "k\n", .mode = 0600}); }},
            {"append", [&] { (void)host_.append(path, "k\n"); }},
            {"tidy", [&] { (void)host_.tidy(path); }},
            {"make directory", [&] { (void)host_.make_directory({.path = path, .mode = 0700, .owner = "oneadmin"}); }},
            {"set attributes", [&] { (void)host_.set_attributes(path, 0666, "oneadmin", "oneadmin"); }},
            {"make link", [&] { (void)host_.make_link(path, "target"); }},
            {"remove", [&] { (void)host_.remove(path); }},
            {"remove directory", [&] { (void)host_.remove_directory(path); }},
            {"remove tree", [&] { (void)host_.remove_tree(path); }},
            {"read", [&] { EXPECT_EQ(all_that_is_said(host_.read(path)).find("$y$"), std::string::npos); }},
            {"list", [&] { (void)host_.list(path); }},
        };
        for (const auto& [name, act] : acts) {
            SCOPED_TRACE(name + ' ' + path + ", trapped " + trapped);
            std::filesystem::remove_all(at(ssh));
            if (trapped != ssh) directory(ssh, oneadmin, 0700);
            plant(GetParam(), trapped);
            const auto before = outside();
            act();
            ASSERT_EQ(outside(), before);
        }
    }
};

TEST_P(Traps, InPlaceOfAFileLeadNowhere)
{
    spring(keys, keys);
}

TEST_P(Traps, InPlaceOfTheTemporaryFileLeadNowhere)
{
    spring("/var/lib/one/.ssh/" + leftover_name("authorized_keys"), keys);
}

TEST_P(Traps, InPlaceOfTheDirectoryLeadNowhere)
{
    spring(ssh, keys);
    spring(ssh, ssh);
    spring(ssh, std::string{ssh} + "/secret");
    spring(ssh, std::string{ssh} + "/inside");
}

INSTANTIATE_TEST_SUITE_P(OfAllKinds, Traps,
                         testing::Values("LinkToAFile", "LinkBelowTheRoot", "LinkUpwards", "LinkToNothing",
                                         "LinkToADirectory", "LinkThroughProc", "LinkOfRootsOwn", "HardLink", "Pipe",
                                         "Device", "Directory", "Socket"),
                         [](const auto& one) { return std::string{one.param}; });

}  // namespace
}  // namespace onenode
