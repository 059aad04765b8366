// libarchive reads tar with or without gzip, and nothing else.
#include "frontend/backup/unpack.hpp"

#include "common/text/encoding.hpp"
#include "common/text/printable.hpp"
#include "frontend/backup/digest.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <array>
#include <memory>
#include <optional>

namespace onefrontend::backup {
namespace {

using one::ErrorKind;
using one::Result;

constexpr std::size_t chunk = 64UL * 1024;
constexpr std::size_t longest_head = 64UL * 1024;

struct FreeArchive {
    void operator()(archive* reading) const { archive_read_free(reading); }
};

struct Reading {
    const Read& read;
    const std::string& name;
    std::optional<one::Error> error{};  // of `read`
    std::array<char, chunk> buffer{};
    std::unique_ptr<archive, FreeArchive> opened{archive_read_new()};

    static la_ssize_t more(archive* /*opened*/, void* data, const void** bytes)
    {
        auto& reading = *static_cast<Reading*>(data);
        *bytes = reading.buffer.data();
        const auto got = reading.read(reading.buffer);
        if (got) return static_cast<la_ssize_t>(*got);
        reading.error = got.error();
        return -1;
    }

    [[nodiscard]] one::Failure bad(std::string reason) const
    {
        return one::fail(
            {ErrorKind::invalid, name, std::move(reason), "nothing was restored; take another backup", "restore from"});
    }
    one::Failure broken()
    {
        if (error) return one::fail(*error);
        const char* words = archive_error_string(opened.get());
        return bad(fmt::format("it is no whole backup ({})", words ? one::printable(words) : "it breaks off"));
    }
    [[nodiscard]] one::Failure bad_member(const Member& member, std::string_view reason) const
    {
        return bad(fmt::format("{}: {}", one::printable(member.path), reason));
    }

    Result<> open()
    {
        if (archive_read_support_format_tar(opened.get()) != ARCHIVE_OK ||
            archive_read_support_filter_gzip(opened.get()) != ARCHIVE_OK ||
            archive_read_open(opened.get(), this, nullptr, &Reading::more, nullptr) != ARCHIVE_OK)
            return broken();
        return {};
    }

    /// Nothing at the end.
    Result<std::optional<Member>> next()
    {
        archive_entry* entry = nullptr;
        const int code = archive_read_next_header(opened.get(), &entry);
        if (code == ARCHIVE_EOF) return std::optional<Member>{};
        if (code != ARCHIVE_OK && code != ARCHIVE_WARN) return broken();
        const auto text = [](const char* words) { return std::string{words ? words : ""}; };
        Member member{.path = text(archive_entry_pathname(entry)),
                      .mode = archive_entry_perm(entry),
                      .user = text(archive_entry_uname(entry)),
                      .group = text(archive_entry_gname(entry)),
                      .changed = archive_entry_mtime(entry)};
        const auto type = archive_entry_filetype(entry);
        if (archive_entry_hardlink(entry) || (type != AE_IFREG && type != AE_IFDIR && type != AE_IFLNK))
            return bad_member(member, "it is no file, folder or link");
        if (type == AE_IFDIR) member.kind = Kind::directory;
        if (type == AE_IFLNK) {
            member.kind = Kind::link;
            member.link = text(archive_entry_symlink(entry));
            member.digest = one::to_hex(one::sha256(member.link));
        }
        if (member.kind == Kind::directory && member.path.ends_with('/')) member.path.pop_back();
        if (const auto wrong = wrong_with(member); !wrong.empty()) return bad_member(member, wrong);
        return std::optional{std::move(member)};
    }

    Result<> data(Member& member, const Write& write)
    {
        Digest digest;
        std::array<char, chunk> bytes{};
        for (;;) {
            const auto got = archive_read_data(opened.get(), bytes.data(), bytes.size());
            if (got < 0) return broken();
            if (got == 0) break;
            const std::string_view piece{bytes.data(), static_cast<std::size_t>(got)};
            digest.add(piece);
            TRY(write(piece));
        }
        member.digest = digest.end();
        return {};
    }

    /// A small member that is read as a whole.
    Result<std::string> text(Member& member, std::size_t most)
    {
        std::string text;
        TRY(data(member, [&text, most, this, &member](std::string_view bytes) -> Result<> {
            text += bytes;
            if (text.size() > most) return bad_member(member, "it is too long");
            return {};
        }));
        return text;
    }
};

Result<> take(Reading& reading, Member& member, const Receiver& to)
{
    if (member.kind != Kind::file) return to.other(member);
    TRY_LET(const auto write, to.file(member));
    TRY(reading.data(member, write));
    return to.file_ended(member);
}

}  // namespace

Result<std::string> unpack(const Read& read, const Receiver& to, const std::string& name)
{
    Reading reading{.read = read, .name = name};
    TRY(reading.open());
    std::string sums;  // of what comes
    for (;;) {
        TRY_LET(auto member, reading.next());
        if (!member) return reading.bad(fmt::format("it breaks off: {} is missing at its end", sums_name));
        if (sums.empty() != (member->path == head_name))
            return reading.bad_member(*member, fmt::format("a backup begins with {}", head_name));
        if (member->path == sums_name) {
            TRY_LET(const auto noted, reading.text(*member, sums.size()));
            if (noted != sums) return reading.bad(fmt::format("its content is not that of its {}", sums_name));
            TRY_LET(const auto behind, reading.next());
            if (behind) return reading.bad_member(*behind, "it comes behind the end");
            return sums;
        }
        if (member->path == head_name) {
            TRY_LET(const auto text, reading.text(*member, longest_head));
            auto head = read_head(text);
            if (!head) return reading.bad(head.error().thing + ": " + head.error().reason);
            TRY(to.head(*head));
        } else {
            TRY(take(reading, *member, to));
        }
        sums += sum_line(*member);
    }
}

}  // namespace onefrontend::backup
