// The scratch machine: made before each test, unmounted and removed after it.
#include "tests/integration/host/scratch.hpp"

#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace onenode {
namespace {

std::string made_directory()
{
    std::string name = (std::filesystem::temp_directory_path() / "onenode-host-XXXXXX").string();
    const char* made = ::mkdtemp(name.data());
    if (made != nullptr) ::chmod(made, 0755);  // the directory above oneadmin's must be searchable for it
    return made != nullptr ? made : "";
}

}  // namespace

OnScratch::OnScratch() : root_(made_directory()), host_(root_) {}

OnScratch::~OnScratch()
{
    for (const auto* path : {"/mnt", "/var/lib/one/mnt"})
        ::umount2(at(path).c_str(), MNT_DETACH);
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
}

void OnScratch::SetUp()
{
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    directory("/etc");
    directory("/run");
    directory("/var/lib");
    directory("/mnt");
    directory("/var/lib/one", oneadmin, 0750);
    file("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\noneadmin:x:9869:9869::/var/lib/one:/bin/bash\n");
    file("/etc/group", "root:x:0:\noneadmin:x:9869:\nlibvirt:x:105:oneadmin\n");
    file("/etc/shadow", "root:*:19000::::::\noneadmin:!:19000::::::\n", 0, 0600);
}

void OnScratch::directory(std::string_view path, std::uint32_t uid, std::uint32_t mode) const
{
    std::filesystem::create_directories(at(path));
    ASSERT_EQ(::chown(at(path).c_str(), uid, uid), 0);
    ASSERT_EQ(::chmod(at(path).c_str(), mode), 0);
}

void OnScratch::file(std::string_view path, std::string_view text, std::uint32_t uid, std::uint32_t mode) const
{
    std::ofstream{at(path), std::ios::binary} << text;
    ASSERT_EQ(::chown(at(path).c_str(), uid, uid), 0);
    ASSERT_EQ(::chmod(at(path).c_str(), mode), 0);
}

void OnScratch::link(std::string_view path, const std::string& target, std::uint32_t uid) const
{
    ASSERT_EQ(::symlink(target.c_str(), at(path).c_str()), 0);
    ASSERT_EQ(::lchown(at(path).c_str(), uid, uid), 0);
}

void OnScratch::mount_memory(std::string_view path, const std::string& options) const
{
    std::filesystem::create_directories(at(path));
    const unsigned long flags = options.find("noexec") != std::string::npos ? MS_NOEXEC | MS_NOSUID : 0;
    const auto size = "size=" + options.substr(0, options.find(','));
    ASSERT_EQ(::mount("tmpfs", at(path).c_str(), "tmpfs", flags, size.c_str()), 0);
}

void OnScratch::mount_read_only(std::string_view path) const
{
    ASSERT_EQ(::mount(at(path).c_str(), at(path).c_str(), nullptr, MS_BIND, nullptr), 0);
    ASSERT_EQ(::mount(nullptr, at(path).c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr), 0);
}

std::string OnScratch::text(std::string_view path) const
{
    std::ostringstream all;
    all << std::ifstream{at(path), std::ios::binary}.rdbuf();
    return all.str();
}

std::vector<std::string> OnScratch::names_in(std::string_view path) const
{
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator{at(path)})
        names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
}

std::string told(const Error& error)
{
    return one::to_text(error);
}

}  // namespace onenode
