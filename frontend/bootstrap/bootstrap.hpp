// Everything that has to be so before oned starts: a database that will do, one_auth, serveradmin's files. May run any
// number of times and be killed anywhere.
#pragma once

#include "common/result.hpp"
#include "common/secret.hpp"
#include "frontend/bootstrap/credentials.hpp"
#include "frontend/bootstrap/database.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace onefrontend::bootstrap {

struct Wish {
    std::string etc = "/etc/one";
    std::string home = "/var/lib/one";
    std::string oned = "/usr/bin/oned";
    std::string onedb = "/usr/bin/onedb";
    std::string migrators = "/usr/lib/one/ruby/onedb";
    std::optional<one::Secret> oneadmin_password{};
    std::optional<one::Secret> serveradmin_password{};
    std::optional<one::Secret> one_key{};
    std::chrono::seconds patience{300};  // with a database that does not answer
};

using Say = std::function<void(const std::string&)>;

/// The volume is ours alone: lock_volume() was there before.
one::Result<> prepare_for_oned(const Wish& wish, const Say& say);

/// What that would do to the schema, and whether it can: asked before, while another oned may run. Changes nothing.
one::Result<> look_ahead(const Wish& wish, const Say& say);

/// What a service in a container of its own needs of the secrets: its own file.
one::Result<> prepare_for_service(const Wish& wish, std::string_view role);

/// Right after the first start of oned, which made serveradmin's secret itself: whether the wished one has to be told.
/// Its hash, for one.user.passwd.
one::Result<std::optional<std::string>> hash_to_tell_oned(const Wish& wish);
/// And once oned knows.
one::Result<> write_serveradmin(const Wish& wish);

// The acts, one by one.

/// Asks until the database will do; says once why not yet. Refusals are given less time than silence.
one::Result<> wait_for_database(const Client& client, std::chrono::seconds patience, const Say& say);
/// Nothing, a schema that fits, or one that was brought up to date.
one::Result<> settle_schema(const Wish& wish, const Client& client, const Say& say);
/// one_auth, one_key, *_auth.
one::Result<> settle_secrets(const Wish& wish, const Client& client, const Say& say);

/// The user's row; nothing in an empty database.
one::Result<std::optional<User>> find_user(const Client& client, int id);
one::Result<bool> has_table(const Client& client, std::string_view name);

}  // namespace onefrontend::bootstrap
