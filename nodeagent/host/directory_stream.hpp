// A directory that is read, closed with its owner.
#pragma once

#include <dirent.h>

#include <memory>

namespace onenode {

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};
using DirectoryStream = std::unique_ptr<DIR, CloseDirectory>;

}  // namespace onenode
