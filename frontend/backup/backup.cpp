// The database first: what is in the folders may be younger than it, not older.
#include "frontend/backup/backup.hpp"

#include "common/text/moment.hpp"
#include "common/text/printable.hpp"
#include "frontend/backup/accounts.hpp"
#include "frontend/backup/cipher.hpp"
#include "frontend/backup/output.hpp"
#include "frontend/backup/pack.hpp"
#include "frontend/bootstrap/copies.hpp"
#include "frontend/bootstrap/upgrade.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <optional>

namespace onefrontend::backup {
namespace {

using one::ErrorKind;
using one::Result;

one::Error with_rights(one::Error error)
{
    if (error.kind == ErrorKind::denied) error.next = "run it as root; in the image, as it is";
    return error;
}

/// Where the database is copied to, for the time of the backup; a killed one's is emptied by the next.
class Spool {
public:
    static Result<Spool> begin(const Where& where, const FrontEnd& found)
    {
        const bool beside_the_state = found.state.root.open();  // only root can put something into the way there
        const auto& parent = beside_the_state ? where.state_dir : where.home;
        const int root = beside_the_state ? found.state.root.get() : found.home.root.get();
        Spool spool;
        TRY_LET(auto folder, make_own_folder(root, std::string{spool_folder}).map_error([&parent](one::Error error) {
            error.thing = fmt::format("{}/{}", parent, error.thing);
            return with_rights(std::move(error));
        }));
        if (::flock(folder.get(), LOCK_EX | LOCK_NB) != 0)
            return one::fail({.kind = ErrorKind::busy,
                              .thing = where.home,
                              .reason = "another backup is at work",
                              .next = "wait for its end",
                              .doing = "back up"});
        spool.folder_ = std::move(folder);
        spool.path_ = fmt::format("{}/{}", parent, spool_folder);
        spool.empty();
        return spool;
    }
    Spool(Spool&&) = default;
    Spool& operator=(Spool&&) = delete;
    ~Spool()
    {
        if (folder_.open()) empty();
    }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    Spool() = default;
    void empty() const
    {
        std::error_code gone;
        for (const auto& entry : std::filesystem::directory_iterator{path_, gone})
            std::filesystem::remove_all(entry.path(), gone);
    }
    one::Fd folder_{};
    std::string path_{};
};

class Backup {
public:
    Backup(const FrontEnd& found, Packer& packer) : found_(&found), packer_(&packer) {}

    Result<> database(const std::string& file)
    {
        const one::Fd opened{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
        struct stat info {};
        if (!opened.open() || ::fstat(opened.get(), &info) != 0) return cannot("read", file);
        const auto name = found_->place.is_file ? file_name : dump_name;
        return content({.path = std::string{name},
                        .mode = 0600,
                        .user = accounts_.user(info.st_uid),
                        .group = accounts_.group(info.st_gid)},
                       opened, info);
    }

    Result<> tree(const Tree& tree, std::string_view name)
    {
        if (!tree.root.open()) return {};
        struct stat info {};
        if (::fstat(tree.root.get(), &info) != 0) return cannot("look at", tree.scope.root);
        TRY(packer_->add(member_of(std::string{name}, info)));
        return walk(
                   tree.root.get(),
                   [&tree](const std::string& path, const struct stat& there) {
                       return is_kept(tree.scope, path, there);
                   },
                   [this, &tree, name](const Found& found) { return take(tree, name, found); })
            .map_error([&tree](one::Error error) {
                error.thing = tree.scope.root + '/' + error.thing;
                return with_rights(std::move(error));
            });
    }

    Report report{};

private:
    Member member_of(std::string path, const struct stat& info)
    {
        return {.path = std::move(path),
                .kind = S_ISDIR(info.st_mode)   ? Kind::directory
                        : S_ISLNK(info.st_mode) ? Kind::link
                                                : Kind::file,
                .mode = info.st_mode & 07777U,
                .user = accounts_.user(info.st_uid),
                .group = accounts_.group(info.st_gid),
                .changed = info.st_mtime};
    }

    Result<> take(const Tree& tree, std::string_view name, const Found& found)
    {
        auto member = member_of(fmt::format("{}/{}", name, found.path), found.info);
        if (member.kind == Kind::link) {
            TRY_LET(member.link, target_of(found));
        }
        if (const auto wrong = wrong_with(member); !wrong.empty()) {
            left_out(tree, found, wrong);
            return {};
        }
        if (member.kind != Kind::file) return packer_->add(member);
        const one::Fd opened{
            ::openat(found.folder, found.name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
        if (!opened.open() && errno == ENOENT) return {};  // it went meanwhile
        struct stat info {};
        if (!opened.open() || ::fstat(opened.get(), &info) != 0) return cannot("read", found.path);
        if (!S_ISREG(info.st_mode)) return {};
        if (name == state_name && found.path == "public/ca.pem") report.has_authority = true;
        return content(std::move(member), opened, info);
    }

    Result<> content(Member member, const one::Fd& opened, const struct stat& info)
    {
        const auto path = member.path;
        const auto size = static_cast<std::uint64_t>(info.st_size);
        TRY_LET(const auto given, packer_->add_file(std::move(member), size, from_descriptor(opened.get(), path)));
        ++report.files;
        report.bytes += size;
        if (given < size)
            report.warnings.push_back({.kind = ErrorKind::conflict,
                                       .thing = one::printable(path),
                                       .reason = "it became shorter meanwhile: zeros are in its place",
                                       .doing = "back up"});
        return {};
    }

    void left_out(const Tree& tree, const Found& found, const std::string& why)
    {
        report.warnings.push_back({.kind = ErrorKind::invalid,
                                   .thing = one::printable(tree.scope.root + '/' + found.path),
                                   .reason = why,
                                   .doing = "back up"});
    }

    const FrontEnd* found_;
    Packer* packer_;
    Accounts accounts_{};
};

Result<Head> head_of(const Where& where, const bootstrap::Client& client)
{
    TRY_LET(const auto schema, bootstrap::read_schema(client));
    if (schema.shared.empty())
        return one::fail({.kind = ErrorKind::not_found,
                          .thing = to_string(client.place()),
                          .reason = "there is no OpenNebula in it: nothing to back up",
                          .next = "is DB of oned.conf right?",
                          .doing = "back up"});
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    return Head{.made_at = one::rfc3339(std::chrono::system_clock::now()),
                .made_on = name.data(),
                .version = schema.shared,
                .schema = schema,
                .is_file = client.place().is_file,
                .home = where.home,
                .state_dir = where.state_dir};
}

Result<Report> back_up_encrypted(const Where& where, Write write, const std::string& certificates)
{
    if (certificates.empty()) return back_up(where, write);
    TRY_LET(auto encryptor, Encryptor::begin(certificates, std::move(write)));
    TRY_LET(auto report, back_up(where, [&encryptor](std::string_view bytes) { return encryptor.write(bytes); }));
    TRY(encryptor.finish());
    return report;
}

/// One that holds all earlier ones doubles each time, and goes with what it is a backup of.
Result<> must_be_outside(const Where& where, const std::string& path)
{
    namespace fs = std::filesystem;
    std::error_code wrong;
    const auto folder = fs::weakly_canonical(fs::absolute(path).parent_path(), wrong).string() + '/';
    for (const auto& root : {where.home, where.state_dir})
        if (!wrong && folder.starts_with(fs::weakly_canonical(root, wrong).string() + '/'))
            return one::fail({.kind = ErrorKind::invalid,
                              .thing = path,
                              .reason = fmt::format("it is in {}, which is backed up", root),
                              .next = "name a file elsewhere, best on another machine's disk",
                              .doing = "write"});
    return {};
}

}  // namespace

Result<Report> back_up(const Where& where, const Write& write)
{
    TRY(refuse_half_a_restore(where.state_dir));
    TRY_LET(const auto found, find_front_end(where, State::as_it_is));
    TRY_LET(const auto spool, Spool::begin(where, found));
    const bootstrap::Client client{found.place, spool.path()};
    TRY_LET(const auto head, head_of(where, client));
    const auto copy = spool.path() + "/database";
    TRY(bootstrap::back_up(client, copy));

    TRY_LET(auto packer, Packer::begin(write));
    TRY(packer.add_text(head_name, to_text(head)));
    Backup backup{found, packer};
    TRY(backup.database(copy));
    TRY(backup.tree(found.home, home_name));
    TRY(backup.tree(found.state, state_name));
    TRY(packer.finish());
    return std::move(backup.report);
}

Result<Report> back_up_to(const Where& where, const std::string& path, const std::string& certificates)
{
    TRY(must_be_outside(where, path));
    TRY_LET(auto output, Output::begin(path));
    TRY_LET(auto report, back_up_encrypted(where, to_descriptor(output.descriptor(), path), certificates));
    TRY(output.commit());
    return report;
}

Result<Report> back_up_to(const Where& where, int descriptor, const std::string& certificates)
{
    return back_up_encrypted(where, to_descriptor(descriptor, "standard output"), certificates);
}

}  // namespace onefrontend::backup
