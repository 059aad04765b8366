// What a repository of packages may be: judged by the front-end before it serves one, and by the node before root takes
// it over.
#pragma once

#include "common/wire/messages.hpp"

#include <string>
#include <string_view>

namespace one::wire {

/// It has an address for this or that family.
bool is_named(const Repository& repository);

/// The error names the field as onefrontend.yaml does. One that has no address is fine: there is none.
Result<> must_be_usable(const Repository& repository);
/// The same without a look at its key.
Result<> must_be_plain(const Repository& repository);

/// An address, its placeholders filled: {release}, {distribution}, {version}. Where a value is empty they stay.
std::string filled(std::string address, std::string_view release, std::string_view distribution,
                   std::string_view version);

/// "7.4" of "7.4.0" and of "7.4.0-1".
std::string release_of(std::string_view version);

}  // namespace one::wire
