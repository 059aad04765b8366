// The schema's upgrade: a backup, a trial on a copy, and only then the database itself. What was begun and not ended is
// taken back from the backup.
#pragma once

#include "frontend/bootstrap/bootstrap.hpp"
#include "frontend/bootstrap/schema.hpp"

namespace onefrontend::bootstrap {

/// Where an upgrade was killed in the middle: the database as it was before. Comes before anybody looks at the schema.
one::Result<> take_back_half_an_upgrade(const Wish& wish, const Client& client, const Say& say);

/// Whether there is a migrator for each step, and room for the backup.
one::Result<> check_upgrade(const Wish& wish, const Client& client, const Schema& found, const std::string& wanted);

one::Result<> upgrade_schema(const Wish& wish, const Client& client, const Schema& found, const std::string& wanted,
                             const Say& say);

/// The last rows of the version tables; empty texts where there are none.
one::Result<Schema> read_schema(const Client& client);

}  // namespace onefrontend::bootstrap
