// What these programs were built from.
#pragma once

namespace one {

struct Build {
    const char* version;
    const char* commit;  // empty: not known
    const char* type;
};

extern const Build this_build;

}  // namespace one
