// The file system rights of a directory's owner, for as long as this lives: what root does in somebody's directory must
// not be able to do more than that somebody could.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

namespace onenode {

class OwnersRights {
public:
    /// Nothing changes where the directory is root's, or where we are not root.
    explicit OwnersRights(const struct stat& directory);
    ~OwnersRights() { give_back(); }
    OwnersRights(const OwnersRights&) = delete;
    OwnersRights& operator=(const OwnersRights&) = delete;
    void give_back();

private:
    bool taken_ = false;
};

/// Whether a file in somebody's directory may be one that this somebody has no rights to, linked there to be read, given
/// away or opened up by root. Where the kernel lets nobody link what is not theirs, a single name shows that it is not.
bool may_be_planted(const struct stat& directory, const struct stat& file, bool links_are_protected);
bool links_are_protected();  // fs.protected_hardlinks

/// Never the right to become root by running it: whose directory it is may have exchanged the file for another.
mode_t mode_to_give(mode_t mode, const struct stat& directory, uid_t owner);

}  // namespace onenode
