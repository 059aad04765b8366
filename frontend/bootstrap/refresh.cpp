// Reads both trees, performs the plan, remembers what shipped.
#include "common/text/encoding.hpp"
#include "common/text/words.hpp"
#include "frontend/bootstrap/shipped.hpp"
#include "frontend/enroll/files.hpp"

#include <fmt/format.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace onefrontend::bootstrap {
namespace {

namespace fs = std::filesystem;
using one::Result;

constexpr std::string_view record = "/.shipped";
constexpr std::string_view aside = "/.replaced/";

one::Failure cannot(std::string_view doing, const std::string& path, int number)
{
    auto error = one::error_from_errno(number, path);
    error.doing = doing;
    return one::fail(std::move(error));
}

std::string bytes_of(const std::string& path)
{
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

std::string target_of(const std::string& link)
{
    std::error_code gone;
    return fs::read_symlink(link, gone).string();
}

Result<Digests> digests_below(const std::string& root)
{
    Digests digests;
    std::error_code failed;
    for (fs::recursive_directory_iterator at{root, failed}, end; !failed && at != end; at.increment(failed)) {
        const auto path = at->path().string();
        auto digest = digest_of(path);
        if (!digest.empty()) digests.emplace(path.substr(root.size() + 1), std::move(digest));
    }
    if (failed) return cannot("look through", root, failed.value());
    return digests;
}

/// The volume holds images, too: only what ships, or shipped, is looked at.
void look_at(const std::string& root, const Digests& paths, Digests& there)
{
    for (const auto& [path, digest] : paths) {
        auto present = digest_of(fmt::format("{}/{}", root, path));
        if (!present.empty()) there.insert_or_assign(path, std::move(present));
    }
}

Digests recorded(const std::string& root)
{
    Digests digests;
    for (const auto& line : one::split_lines(bytes_of(root + std::string{record}))) {
        const auto blank = line.find(' ');
        if (blank != std::string::npos) digests.emplace(line.substr(blank + 1), line.substr(0, blank));
    }
    return digests;
}

Result<> make_parents(const std::string& path)
{
    const auto parent = fs::path{path}.parent_path().string();
    struct stat info {};
    if (::stat(parent.c_str(), &info) == 0) return {};
    TRY(make_parents(parent));
    if (::mkdir(parent.c_str(), 0750) != 0 && errno != EEXIST) return cannot("create", parent, errno);
    return {};
}

Result<> put(const std::string& from, const std::string& to)
{
    TRY(make_parents(to));
    struct stat info {};
    if (::lstat(from.c_str(), &info) != 0) return cannot("read", from, errno);
    if (!S_ISLNK(info.st_mode)) return replace_file(to, bytes_of(from), info.st_mode & 0777U);
    const auto temporary = to + ".new-" + one::to_hex(one::random_bytes(6));
    if (::symlink(target_of(from).c_str(), temporary.c_str()) != 0) return cannot("create", temporary, errno);
    if (::rename(temporary.c_str(), to.c_str()) != 0) return cannot("replace", to, errno);
    return {};
}

Result<> perform(const Step& step, const std::string& shipped, const std::string& there, Refreshed& done)
{
    const auto ours = shipped + "/" + step.path;
    const auto theirs = there + "/" + step.path;
    if (step.act == Act::leave) {
        done.left.push_back(theirs);
        return {};
    }
    if (step.act == Act::save) {
        TRY(put(theirs, there + std::string{aside} + step.path));
        done.saved.push_back(theirs);
    }
    ++done.changed;
    if (step.act != Act::remove) return put(ours, theirs);
    if (::unlink(theirs.c_str()) != 0 && errno != ENOENT) return cannot("remove", theirs, errno);
    return {};
}

}  // namespace

std::string digest_of(const std::string& path)
{
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) return {};
    if (S_ISLNK(info.st_mode)) return one::to_hex(one::sha256("link to " + target_of(path)));
    if (S_ISREG(info.st_mode)) return one::to_hex(one::sha256(bytes_of(path)));
    return {};
}

Result<Refreshed> refresh(const std::string& shipped, const std::string& there, const std::vector<std::string>& except)
{
    TRY_LET(auto now, digests_below(shipped));
    auto before = recorded(there);
    std::string remembered;
    for (const auto& [path, digest] : now)
        remembered += fmt::format("{} {}\n", digest, path);
    for (const auto& path : except) {
        now.erase(path);
        before.erase(path);
    }
    Digests present;
    look_at(there, now, present);
    look_at(there, before, present);

    Refreshed done;
    for (const auto& step : plan_refresh(before, now, present, is_driver))
        TRY(perform(step, shipped, there, done));
    if (bytes_of(there + std::string{record}) != remembered)
        TRY(replace_file(there + std::string{record}, remembered, 0640));
    return done;
}

}  // namespace onefrontend::bootstrap
