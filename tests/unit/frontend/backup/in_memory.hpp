// Archives in memory.
#pragma once

#include "frontend/backup/pack.hpp"
#include "frontend/backup/unpack.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace onefrontend::backup {

inline Write into(std::string& text)
{
    return [&text](std::string_view bytes) -> one::Result<> {
        text += bytes;
        return {};
    };
}

inline Read from(std::string_view text)
{
    return [text](std::span<char> room) mutable -> one::Result<std::size_t> {
        const auto count = std::min(room.size(), text.size());
        std::copy_n(text.data(), count, room.data());
        text.remove_prefix(count);
        return count;
    };
}

inline Head some_head()
{
    return {.made_at = "2026-09-21T14:13:20Z",
            .made_on = "one",
            .version = "7.4.0",
            .schema = {"7.4.0", "7.4.0"},
            .home = "/var/lib/one",
            .state_dir = "/var/lib/onefrontend"};
}

class Archive {  // written member by member, as no backup may be
public:
    Archive()
    {
        packer_.emplace(*Packer::begin(into(bytes_)));
        EXPECT_TRUE(packer_->add_text(head_name, to_text(some_head())));
    }
    Archive& file(const std::string& path, const std::string& text, mode_t mode = 0640)
    {
        EXPECT_TRUE(
            packer_->add_file({.path = path, .mode = mode, .user = user, .group = user}, text.size(), from(text)));
        return *this;
    }
    Archive& folder(const std::string& path, mode_t mode = 0750)
    {
        EXPECT_TRUE(packer_->add({.path = path, .kind = Kind::directory, .mode = mode, .user = user, .group = user}));
        return *this;
    }
    Archive& link(const std::string& path, const std::string& target)
    {
        EXPECT_TRUE(packer_->add(
            {.path = path, .kind = Kind::link, .mode = 0777, .user = user, .group = user, .link = target}));
        return *this;
    }
    std::string whole()
    {
        EXPECT_TRUE(packer_->finish());
        return bytes_;
    }
    std::string user = "root";

private:
    std::string bytes_{};
    std::optional<Packer> packer_{};
};

struct Unpacked {
    std::map<std::string, std::string> files{};
    std::map<std::string, Member> others{};
    std::string why{};  // it was refused
};

inline Unpacked unpacked(std::string_view bytes)
{
    Unpacked got;
    const auto done =
        unpack(from(bytes),
               {.head = [](const Head&) { return one::Result<>{}; },
                .file = [&got](const Member& member) -> one::Result<Write> { return into(got.files[member.path]); },
                .file_ended = [](const Member&) { return one::Result<>{}; },
                .other = [&got](const Member& member) -> one::Result<> {
                    got.others[member.path] = member;
                    return {};
                }},
               "the archive");
    if (!done) got.why = to_text(done.error());
    return got;
}

}  // namespace onefrontend::backup
