// From what a person typed, or from what the node remembers, to a front-end that is trusted.
#pragma once

#include "common/http/client.hpp"
#include "nodeagent/link/frontend.hpp"
#include "nodeagent/link/identity_files.hpp"
#include "nodeagent/link/network.hpp"

#include <string>
#include <string_view>

namespace onenode {

/// NAME, ADDRESS, NAME:PORT, [ADDRESS]:PORT.
Result<one::http::Target> parse_frontend(std::string_view text);
std::string to_text(const one::http::Target& target);

/// By a token's pin, before the node has an identity. Nothing is sent yet.
Result<Frontend> by_pin(Network& network, const one::http::Target& target, const std::string& pin);
/// The pin of the CA that is presented there, for a person to compare. Nothing is sent.
Result<std::string> presented_pin(Network& network, const one::http::Target& target);
/// As the node that enrolled.
Result<Frontend> as_node(Network& network, const one::http::Target& target, const NodeIdentity& identity);

}  // namespace onenode
