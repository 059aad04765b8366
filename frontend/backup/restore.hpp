// An archive becomes a front-end: laid out beside and verified whole first; then what was here goes aside, and all of it
// comes into its place. Killed in that part, it is gone on with.
#pragma once

#include "frontend/backup/front_end.hpp"
#include "frontend/backup/stream.hpp"

#include <functional>
#include <string>

namespace onefrontend::backup {

using Say = std::function<void(const std::string&)>;

enum class Present { refuse, replace };  // a front-end that is here already

struct Restored {
    std::string aside{};  // where files are that were here before; empty: there were none
};

/// `name` of the archive is for errors.
one::Result<Restored> restore(const Where& where, const Read& read, const std::string& name, Present present,
                              const Say& say);
/// One that was cut off.
one::Result<Restored> go_on(const Where& where, const Say& say);

}  // namespace onefrontend::backup
