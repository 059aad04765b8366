// Whole databases: written to a file, made from one, migrated by onedb.
#pragma once

#include "frontend/bootstrap/database.hpp"

#include <string>

namespace onefrontend::bootstrap {

/// One consistent copy, looked at afterwards: there is a file under this name only where it is whole.
one::Result<> back_up(const Client& client, const std::string& file);

/// The database as the file has it; what was in it is gone. Made where it is not there.
one::Result<> restore(const Client& client, const std::string& file);

/// One that we made for a trial.
one::Result<> drop(const Client& client);

/// A place beside this one, for a trial.
Place trial_of(const Place& place, const std::string& folder);

/// `onedb upgrade`, without its own backup. It gives the password to its children's command lines: nobody else shares
/// this container's list of processes.
one::Result<> migrate(const Client& client, const std::string& onedb);

}  // namespace onefrontend::bootstrap
