// Touching files in a home that its owner may fill with traps: with the owner's rights, never with root's.
#pragma once

#include "common/result.hpp"

#include <sys/types.h>

#include <string>

namespace onefrontend {

/// While it lives, this thread opens files as that account; does nothing where we are not root. A link that leads to a
/// file the account may not read or write then leads nowhere. Not across a co_await: it belongs to one thread.
class FileRights {
public:
    static one::Result<FileRights> of(const std::string& account);
    FileRights(FileRights&& other) noexcept;
    FileRights& operator=(FileRights&&) = delete;
    FileRights(const FileRights&) = delete;
    FileRights& operator=(const FileRights&) = delete;
    ~FileRights();

private:
    FileRights() = default;

    bool changed_ = false;
    uid_t user_before_ = 0;
    gid_t group_before_ = 0;
};

}  // namespace onefrontend
