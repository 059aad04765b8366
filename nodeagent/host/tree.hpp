// The machine's files below its root, opened so that nobody but root decides where a path leads.
//
// openat2 refuses symbolic links and anything outside the root. Distributions themselves link /bin, /var/run or
// /etc/os-release: a link is followed where root made it in a directory that only root can write, and nowhere else.
#pragma once

#include "common/fd.hpp"
#include "nodeagent/host/host.hpp"

#include <sys/stat.h>

namespace onenode {

using one::Fd;

struct Place {  // where a path ends: its directory, opened, and the name in it
    Fd directory{};
    std::string name{};
    struct stat owner {};  // of the directory
};

class Tree {
public:
    explicit Tree(std::string root);

    [[nodiscard]] Result<Place> place(std::string_view path) const;
    /// Also the last name is followed where it is root's link; `flags` as for open(2).
    [[nodiscard]] Result<Fd> open(std::string_view path, int flags) const;
    [[nodiscard]] Result<std::string> read(std::string_view path) const;
    [[nodiscard]] const std::string& root() const { return root_; }  // empty: the machine itself

private:
    std::string root_;
    Fd top_;
};

/// The attributes of a name itself, whatever it is.
Result<struct stat> stat_of(const Place& place, std::string_view path);
std::string leftover_name(std::string_view name);  // of a write that was killed: hidden, ignored by every *.d directory

}  // namespace onenode
