// A joined node that reports another address or another host name: what of it counts, and what waits. Values in, values
// out; the routes do what follows.
#pragma once

#include "common/wire/messages.hpp"
#include "frontend/enroll/node.hpp"
#include "frontend/oned/client.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace onefrontend {

struct Others {  // what may not be taken from them
    std::vector<Node> nodes{};
    std::vector<oned::Host> hosts{};
    std::vector<std::string> frontend_names{};
    std::vector<std::string> closed_networks{};
};

/// Where SSH would go to: the stored address as long as the machine has it, else where the report came from. An address
/// of another node is refused, whoever answers there now: what its name is may be that address.
one::Result<std::string> address_now(const Node& node, const std::vector<std::string>& addresses,
                                     std::string_view source, const Others& others);
one::Result<> check_address_is_free(const Node& node, const std::string& address, const Others& others);

/// Takes over what other machines must not have, as far as it was told.
void take_marks(one::wire::Facts& facts, const one::wire::MovedRequest& told);

/// Takes over the host name. Asks for the rename that follows where the host was called so up to now, or called by an
/// address that is no longer its own; drops one that is of no use any more.
void take_host_name(Node& node, std::string host_name, std::int64_t now);

/// Why the rename cannot be made, whatever the resolver says of the name; empty: it is free.
std::string trouble_with(const Node& node, const Others& others);

/// What the node shows of all this.
one::wire::MovedAnswer moved_answer(const Node& node);

}  // namespace onefrontend
