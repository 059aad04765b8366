// Which name, address, cluster and type an applicant gets: what can be said before anything is stored.
#pragma once

#include "common/async.hpp"
#include "frontend/enroll/cloud.hpp"
#include "frontend/enroll/former.hpp"
#include "frontend/enroll/nodes.hpp"
#include "frontend/enroll/procedures.hpp"
#include "frontend/enroll/tokens.hpp"
#include "frontend/enroll/twins.hpp"

#include <string>
#include <vector>

namespace onefrontend {

struct Applicant {
    std::string key{};             // fingerprint; empty where nobody showed one (plan)
    std::string source_address{};  // of the connection
    one::wire::Facts facts{};
    one::wire::Wishes wishes{};
    std::vector<std::string> closed_networks{};  // where no login may go to
};

struct Place {
    Node node{};  // as it would be stored; its id is that of an earlier try of the same applicant, else -1
    std::vector<one::wire::Finding> findings{};
    Former former{};            // whoever has the name now and goes for it
    std::vector<Twin> twins{};  // nodes that share with it what machines are told apart by
};

/// Null where none is an error.
const one::wire::Finding* first_error(const std::vector<one::wire::Finding>& findings);

/// Refuses what can never work: a name that is taken or that OpenNebula refuses, an address we may not log in to, an
/// unknown cluster or type. `present`: the nodes as of now.
one::Async<one::Result<Place>> find_place(Cloud& cloud, Procedures& procedures, const Applicant& who,
                                          const Token& token, const std::vector<Node>& present,
                                          std::vector<std::string> frontend_names);

}  // namespace onefrontend
