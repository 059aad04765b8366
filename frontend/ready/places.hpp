// Where each service answers, as OpenNebula's own configuration files say it.
#pragma once

#include "frontend/ready/exchange.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace onefrontend {

/// What the files leave out is OpenNebula's default. A server that listens everywhere is asked on the loopback.
one::Result<Peer> oned_place(std::string_view oned_conf);
one::Result<Peer> monitord_place(std::string_view monitord_conf);
/// Nothing where the database is a file.
one::Result<std::optional<Peer>> database_place(std::string_view oned_conf);
/// Of the YAML that FireEdge and the Ruby servers read: `host`/`port`, `:host:`/`:port:` or both below `:server:`, where
/// 7.4 says `:bind:`.
one::Result<Peer> server_place(std::string_view yaml, int default_port);

/// Of what `onefrontend configure` writes for sshd.
one::Result<Peer> sshd_place(std::string_view sshd_conf);
/// Of the file that `onefrontend configure` writes for sshd.
one::Result<Peer> sshd_place(std::string_view sshd_conf);

}  // namespace onefrontend
