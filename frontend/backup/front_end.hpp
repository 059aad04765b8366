// The front-end that is backed up or restored: its folders, its database.
#pragma once

#include "frontend/backup/scope.hpp"
#include "frontend/backup/tree.hpp"
#include "frontend/bootstrap/database.hpp"

namespace onefrontend::backup {

struct Where {
    std::string etc = "/etc/one";
    std::string home = "/var/lib/one";
    std::string state_dir = "/var/lib/onefrontend";
    std::string oned = "/usr/bin/oned";
};

struct Tree {
    one::Fd root{};
    Scope scope{};
};

struct FrontEnd {
    bootstrap::Place place{};
    Tree home{};
    Tree state{};  // its root is not open where there is none
};

enum class State { as_it_is, made };  // state_dir, where it is missing

one::Result<FrontEnd> find_front_end(const Where& where, State state);

/// Of a restore that began to change things; there from then until its end.
std::string mark_of_a_restore(const std::string& state_dir);
/// An error where a restore was cut off: what is here is half of one.
one::Result<> refuse_half_a_restore(const std::string& state_dir);

}  // namespace onefrontend::backup
