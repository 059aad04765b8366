// From the front-end that a person or the node names to one that is trusted.
#pragma once

#include "common/http/client.hpp"
#include "common/http/target.hpp"
#include "nodeagent/link/frontend.hpp"
#include "nodeagent/link/identity_files.hpp"
#include "nodeagent/link/network.hpp"

#include <string>
#include <string_view>

namespace onenode {

using one::http::parse_frontend;

/// By a token's pin, before the node has an identity. Nothing is sent yet.
Result<Frontend> by_pin(Network& network, const one::http::Target& target, const std::string& pin);
/// The pin of the CA that is presented there, for a person to compare. Nothing is sent.
Result<std::string> presented_pin(Network& network, const one::http::Target& target);
/// As the node that enrolled.
Result<Frontend> as_node(Network& network, const one::http::Target& target, const NodeIdentity& identity);

}  // namespace onenode
