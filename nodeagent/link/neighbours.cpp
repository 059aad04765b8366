// Lists from one state to another; nobody is its own neighbour.
#include "nodeagent/link/neighbours.hpp"

#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <utility>

namespace onenode {

using one::wire::DesiredState;

DesiredState with_neighbours_of(const DesiredState& held, DesiredState state)
{
    if (state.neighbours.empty()) return state;
    return with_neighbours({held.peers, held.peer_known_hosts, held.revoked_host_keys}, held.neighbours,
                           std::move(state));
}

DesiredState with_neighbours(one::wire::Neighbours neighbours, std::string digest, DesiredState state)
{
    std::erase_if(neighbours.peers,
                  [&state](const auto& peer) { return boost::beast::iequals(peer.name, state.node_name); });
    state.peers = std::move(neighbours.peers);
    state.peer_known_hosts = std::move(neighbours.peer_known_hosts);
    state.revoked_host_keys = std::move(neighbours.revoked_host_keys);
    state.neighbours = std::move(digest);
    return state;
}

std::chrono::seconds time_to_meet(const DesiredState& held, double share)
{
    constexpr std::chrono::duration<double> each{0.02};
    const auto count = std::max(held.peers.size(), held.peer_known_hosts.size());
    return std::chrono::duration_cast<std::chrono::seconds>(each * static_cast<double>(count) * share);
}

}  // namespace onenode
