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

}  // namespace onenode
