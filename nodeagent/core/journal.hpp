// What was before each change, on disk before the change is made: the way back, and the place to go on after a kill.
// Append-only JSON lines, synced; a line cut by a crash is the last one and is ignored.
#pragma once

#include "nodeagent/core/change.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace onenode {

struct BeforeFile {  // of WriteFile, RemoveFile, MakeDirectory, SetAttributes, MakeLink
    bool existed = false;
    FileKind kind = FileKind::file;
    std::string text{};  // bytes, or the target of a link
    std::uint32_t mode = 0;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    bool operator==(const BeforeFile&) const = default;
};

struct BeforeUser {  // of CreateUser, CreateGroup, SetShell, JoinGroup
    bool existed = false;
    std::string shell{};
    bool was_member = false;
    bool own_group = false;  // a group of the user's name was there: userdel would take it along
    bool operator==(const BeforeUser&) const = default;
};

struct BeforePackages {                  // of InstallPackages
    std::vector<std::string> present{};  // those of them that were installed already
    bool operator==(const BeforePackages&) const = default;
};

struct BeforePolicy {  // of SetBoolean, LabelFiles
    bool on = false;
    std::string type{};  // of the machine's own rule for this tree; empty: there was none
    bool operator==(const BeforePolicy&) const = default;
};

using Before = std::variant<BeforeFile, BeforeUser, BeforePackages, BeforePolicy>;

struct Entry {
    std::uint64_t number = 0;
    std::string step{};
    Change change{};
    Before before{};
    std::string after_hash{};  // of the bytes written: tells our text from somebody's later edit
    std::string time{};        // RFC 3339, UTC
    bool undone = false;
};

class Journal {
public:
    /// Reads what is there; makes the directory (0700) where it is absent.
    static Result<Journal> open(Host& host, std::string directory);

    /// The entries for who only looks (status, history); none where there is no journal.
    static Result<std::vector<Entry>> read(const HostView& host, std::string_view directory);

    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
    [[nodiscard]] std::string scratch() const;  // a file beside it where apply shows a text to its checker
    [[nodiscard]] std::string untold() const;   // another one: changed files whose readers were not told yet
    static std::string untold_in(std::string_view directory);
    /// The file is there when this returns, also where nothing has to be changed: on a joined machine none means a loss.
    Result<> begin();
    /// Written and synced when this returns; only then may the change be made.
    Result<std::uint64_t> record(std::string step, const Change& change, const Before& before, std::string after_hash);
    Result<> mark_undone(std::uint64_t number);
    /// Everything is undone: the journal itself goes away, its directory too when nothing else is in it.
    Result<> remove();

private:
    Journal(Host& host, std::string directory) : host_(&host), directory_(std::move(directory)) {}
    Host* host_;
    std::string directory_;
    std::vector<Entry> entries_{};
    bool started_ = false;  // the file and its header are there
};

}  // namespace onenode
