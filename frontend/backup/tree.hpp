// Folders that another account may write to: every name is opened by itself, from a descriptor, and no link is followed.
#pragma once

#include "common/fd.hpp"
#include "common/result.hpp"

#include <sys/stat.h>

#include <functional>
#include <string>
#include <string_view>

namespace onefrontend::backup {

/// Links in the path itself are followed: it is the admin's.
one::Result<one::Fd> open_folder(const std::string& path);

enum class Missing { fail, make };  // 0700

struct Place {  // of a name below a root
    one::Fd folder{};
    std::string name{};
};
/// not_found where a folder on the way is missing, conflict where it is none, or a link.
one::Result<Place> find_place(int root, std::string_view path, Missing missing = Missing::fail);

/// A folder right below: made 0700, ours.
one::Result<one::Fd> make_own_folder(int root, const std::string& name);

struct Found {
    std::string path{};  // below the root
    struct stat info {};
    int folder = -1;
    std::string name{};
};
/// Folders before what is in them, names in order. What goes meanwhile is left out.
one::Result<> walk(int root, const std::function<bool(const std::string& path, const struct stat& info)>& is_wanted,
                   const std::function<one::Result<>(const Found&)>& visit);

one::Result<std::string> target_of(const Found& link);

/// An error with the errno of the call that just failed.
one::Failure cannot(std::string_view doing, std::string thing);

}  // namespace onefrontend::backup
