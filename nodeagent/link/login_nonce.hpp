// What root writes where only oneadmin's group reads it, so that a login shows on which machine it ended.
#pragma once

#include "common/wire/messages.hpp"
#include "nodeagent/host/host.hpp"

namespace onenode {

/// The front-end names the file, and gets exactly one directory to choose a name in. Who wrote it removes it.
Result<> write_login_nonce(Host& host, const one::wire::LoginChallenge& challenge);

}  // namespace onenode
